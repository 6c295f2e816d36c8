"""Finding the words of a text that are worth learning: what is asked, and what comes back. Pure."""

from typing import Literal
from uuid import UUID

import msgspec

from shared.articles.model import Band, Level

Reason = Literal["repeated", "within_reach", "rare"]
"""It occurs several times; it lies just beyond what the level is taken to know; or further."""


class WordSearch(msgspec.Struct, frozen=True, kw_only=True):
    """The input of a `detect_words` job: a text of one's own, or an article."""

    pair_id: UUID
    language: str
    level: Level | None = None
    """The learner's; without it the article's, or what the text is measured to be."""
    text: str | None = None
    article_id: UUID | None = None


class DetectedWord(msgspec.Struct, frozen=True, kw_only=True):
    """A word of the text that the learner's bank does not have."""

    lemma: str
    pos: str
    band: Band
    zipf: float
    occurrences: int
    sentence: str
    """The first in which it stands, cut at 100 characters."""
    reason: Reason
    word_ids: list[UUID]
    """Its meanings in the lexicon; empty if it must be looked up first."""
