"""What goes in and out: the input of import and export jobs, and where their objects lie. Pure."""

from typing import Any, Literal
from uuid import UUID

import msgspec

from shared.learning.scheduling import Direction

MOST_UPLOAD = 200 * 1024 * 1024  # bytes
PIECE = 4 * 1024 * 1024
"""Bytes of an upload that lie in one object: nobody ever holds more of it in memory."""
PREVIEW_ROWS = 5


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """The manifest of an upload, written when all its pieces are there: without it there is no upload."""

    size: int
    """Bytes."""
    pieces: int


class Columns(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Which column of a table holds what, counted from 0."""

    lemma: int
    translation: int | None = None
    pos: int | None = None
    reading: int | None = None
    example: int | None = None
    note: int | None = None


class Fields(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Which field of an Anki note type holds what, by name, and what its templates ask."""

    lemma: str
    translation: str | None = None
    reading: str | None = None
    example: str | None = None
    note: str | None = None
    directions: tuple[Direction, ...] = ("recognition", "production")
    """Of the note type's templates, in order; cards of further ones are left out."""


class WordsImport(msgspec.Struct, frozen=True, kw_only=True):
    """The input of `import_words`."""

    upload_id: UUID
    pair_id: UUID
    columns: Columns
    header: bool = True
    """Whether the first row names the columns."""
    directions: tuple[Direction, ...] = ()
    """Cards that are made of each word."""


class DeckImport(msgspec.Struct, frozen=True, kw_only=True):
    """The input of `import_deck`."""

    upload_id: UUID
    pair_id: UUID
    note_types: dict[str, Fields]
    """By the note type's name; notes of others are left out and counted."""


class SentencesImport(msgspec.Struct, frozen=True, kw_only=True):
    """The input of `import_sentences`: files of Tatoeba's weekly exports."""

    sentences: UUID
    links: UUID | None = None
    tags: UUID | None = None
    audio: UUID | None = None
    languages: tuple[str, ...]
    """ISO 639-1 codes; sentences in others are left out."""


class PreviewOrder(msgspec.Struct, frozen=True, kw_only=True):
    """The input of `preview_import`."""

    upload_id: UUID
    kind: Literal["words", "deck"]


class PreviewTable(msgspec.Struct, frozen=True, kw_only=True):
    """A table, or the notes of one note type, as far as one must see it to say what is what."""

    name: str
    """Of the note type; empty for a table."""
    columns: list[str]
    rows: list[list[str]]
    templates: list[str] = []
    """What the note type's cards are called."""


class ExportOrder(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The input of `export_learner`."""

    format: Literal["json", "apkg"] = "json"


class Transferred(msgspec.Struct, frozen=True, kw_only=True):
    """The output of an import or export step, as the API reads it."""

    counts: dict[str, int] = {}
    report_key: str | None = None
    """An object with a JSON line for each row."""
    archive_key: str | None = None
    archive_name: str | None = None
    preview_key: str | None = None


def uploads_prefix(owner_id: UUID) -> str:
    """Below which all uploads of somebody lie."""
    return f"uploads/{owner_id}/"


def upload_prefix(owner_id: UUID, upload_id: UUID) -> str:
    """Where the pieces of an upload lie. The owner is part of it: another's id leads nowhere."""
    return f"{uploads_prefix(owner_id)}{upload_id}"


def piece_key(owner_id: UUID, upload_id: UUID, number: int) -> str:
    """The key of one piece, counted from 0."""
    return f"{upload_prefix(owner_id, upload_id)}/{number:05d}"


def manifest_key(owner_id: UUID, upload_id: UUID) -> str:
    """The key of the manifest."""
    return f"{upload_prefix(owner_id, upload_id)}/upload.json"


def output_of(transferred: Transferred) -> dict[str, Any]:
    """As a step's output."""
    return {name: value for name, value in msgspec.structs.asdict(transferred).items() if value is not None}
