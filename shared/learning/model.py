"""What a learner keeps of a word, and in which bank: where it was met, and how far it is learnt."""

from typing import Literal
from uuid import UUID

import msgspec

EntryStatus = Literal["pending_sense", "new", "learning", "known", "ignored", "suspended"]


class Meeting(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a word was met. `article_id` is a column of its own."""

    surface: str
    """As it stood there."""
    context: str = ""
    """The sentence."""
    translation: str = ""
    """The sentence's, in the learner's language."""
    sentence: int | None = None
    """Index of the article's sentence."""
    start: int | None = None
    """Offset in the article's text, in Unicode code points."""


class NewEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A word to be put into a learner's bank."""

    lemma: str
    pos: str | None = None
    word_id: UUID | None = None
    """The meaning, if the learner has chosen one."""
    translation: str | None = None
    """The learner's own, for a word that the lexicon does not have."""
    met: Meeting | None = None
    article_id: UUID | None = None
    note: str = ""


class Added(msgspec.Struct, frozen=True, kw_only=True):
    """What became of it."""

    id: UUID
    status: EntryStatus
    new: bool
    """False if the bank had it: then only where it was met and what an own word means are added, if not known."""


class Incoming(msgspec.Struct, frozen=True, kw_only=True):
    """One of many words that a learner brings at once."""

    id: UUID
    """Of the entry that it becomes: stable, so that the same row taken in again is known."""
    lemma: str
    """As `tidy` leaves it, with its article or without."""
    pos: str | None = None
    translation: str | None = None
    reading: str | None = None
    example: str | None = None
    note: str = ""
    entry_id: UUID | None = None
    """The entry that went out as this row, if it says so."""


class Bank(msgspec.Struct, frozen=True, kw_only=True):
    """Whose bank it is, and of which languages."""

    owner_id: UUID
    pair_id: UUID
    language: str
    """That is learnt."""
    native_language: str
    """That it is learnt from."""
