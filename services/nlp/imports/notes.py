"""A note of a deck as a word with its cards. Pure."""

import re
from datetime import date, datetime
from uuid import UUID, uuid5

import msgspec

from services.nlp.imports.collections import Note, NoteType
from services.nlp.imports.memories import memory_of, reviews_of
from services.nlp.imports.plain_text import media_of, plain
from services.nlp.imports.words import RowError, checked_lemma
from shared.learning.card_intake import IncomingCard
from shared.learning.model import Incoming
from shared.learning.settings import StudySettings
from shared.learning.transfers import Fields

_OURS = re.compile("[0-9a-f]{32}")
SUSPENDED = -1
"""The queue of cards that a learner has suspended."""


class Read(msgspec.Struct, frozen=True):
    """A note that can be taken in."""

    row: int
    word: Incoming
    note: Note
    fields: Fields


def read(row: int, note: Note, types: dict[int, NoteType], wanted: dict[str, Fields], job_id: UUID) -> Read:
    """The word of a note.

    Raises:
        RowError: `missing_notetype`, its type is not in the package; `other_notetype`, nobody asked for it;
            `empty_first_field`; `broken`, it has not the fields that its type has.
    """
    note_type = types.get(note.type_id)
    if note_type is None:
        raise RowError("missing_notetype", "its note type is not in the package")
    fields = wanted.get(note_type.name)
    if fields is None:
        raise RowError("other_notetype", f"notes of type {note_type.name!r} were not asked for")
    values = dict(zip(note_type.fields, note.fields, strict=False))

    def text(name: str | None) -> str:
        if name is None:
            return ""
        if name not in values:
            raise RowError("broken", f"has no field {name!r}")
        return plain(values[name])

    word = Incoming(
        id=uuid5(job_id, f"note {note.id}"),
        lemma=checked_lemma(text(fields.lemma)),
        translation=text(fields.translation) or None,
        reading=text(fields.reading) or None,
        example=text(fields.example) or None,
        note=text(fields.note),
        entry_id=entry_of(note.guid),
    )
    return Read(row, word, note, fields)


def entry_of(guid: str) -> UUID | None:
    """The entry of the bank that went out as the note with this name; null for one that another program has named."""
    return UUID(hex=guid) if _OURS.fullmatch(guid) else None


def cards_of(read: Read, entry_id: UUID, first: date, settings: StudySettings, now: datetime) -> list[IncomingCard]:
    """The note's cards, of the templates that have a direction.

    Raises:
        RowError: `broken_card`, its numbers make no sense.
    """
    cards = []
    for card in read.note.cards:
        if not 0 <= card.ord < len(read.fields.directions):
            continue
        try:
            # A clock that was ahead: what is told of the future would keep all later answers out.
            reviews = tuple(each for each in reviews_of(read.note.guid, card) if each.reviewed_at <= now)
            memory = memory_of(card, reviews, first, settings, now)
        except (ValueError, OverflowError, OSError, TypeError) as error:
            raise RowError("broken_card", "the numbers of a card make no sense: it begins anew") from error
        direction = read.fields.directions[card.ord]
        suspended = card.queue == SUSPENDED
        cards.append(
            IncomingCard(entry_id=entry_id, direction=direction, memory=memory, suspended=suspended, reviews=reviews)
        )
    return cards


def media_in(note: Note) -> list[str]:
    """The media that a note shows, each once."""
    return list(dict.fromkeys(name for field in note.fields for name in media_of(field)))
