"""An order to take a file in, as a job. Pure."""

from http import HTTPStatus
from uuid import UUID

import msgspec

from services.api.imports.schemas import ImportOrder
from services.api.problems import ApiError, FieldError, input_invalid
from shared.jobs.kinds import IMPORT_DECK, IMPORT_SENTENCES, IMPORT_WORDS
from shared.languages import LANGUAGES
from shared.learning.transfers import Columns, DeckImport, Fields, SentencesImport, WordsImport

KINDS = {"words": IMPORT_WORDS, "deck": IMPORT_DECK, "sentences": IMPORT_SENTENCES}


def input_of(order: ImportOrder, *, admin: bool) -> WordsImport | DeckImport | SentencesImport:
    """What the job reads.

    Raises:
        ApiError: 400, something is missing for this kind; 403, sentences are everybody's: only admins bring them.
    """
    if order.kind == "sentences":
        return _sentences(order, admin=admin)
    if order.pair_id is None:
        raise input_invalid([FieldError("pair_id", "is required for words and decks")])
    if order.kind == "words":
        return _words(order, order.pair_id)
    return _deck(order, order.pair_id)


def uploads_of(order: ImportOrder) -> list[UUID]:
    """All files that the order names."""
    return [each for each in (order.upload_id, order.links_id, order.tags_id, order.audio_id) if each is not None]


def _words(order: ImportOrder, pair_id: UUID) -> WordsImport:
    if order.columns is None:
        raise input_invalid([FieldError("columns", "is required for words: say which column is what")])
    return WordsImport(
        upload_id=order.upload_id,
        pair_id=pair_id,
        columns=msgspec.convert(order.columns, Columns, from_attributes=True),
        header=order.header,
        directions=order.directions,
    )


def _deck(order: ImportOrder, pair_id: UUID) -> DeckImport:
    if not order.note_types:
        raise input_invalid([FieldError("note_types", "is required for decks: say which field is what")])
    fields = {name: msgspec.convert(each, Fields, from_attributes=True) for name, each in order.note_types.items()}
    return DeckImport(upload_id=order.upload_id, pair_id=pair_id, note_types=fields)


def _sentences(order: ImportOrder, *, admin: bool) -> SentencesImport:
    if not admin:
        raise ApiError(HTTPStatus.FORBIDDEN, "forbidden", "Only admins bring sentences in.")
    unknown = [language for language in order.languages if language not in LANGUAGES]
    if unknown:
        errors = [FieldError("languages", f"{', '.join(unknown)}: not a language of ours")]
        raise input_invalid(errors, code="unsupported_language")
    return SentencesImport(
        sentences=order.upload_id,
        links=order.links_id,
        tags=order.tags_id,
        audio=order.audio_id,
        languages=tuple(order.languages or LANGUAGES),
    )
