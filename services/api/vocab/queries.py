"""Reads the word bank: entries with their word, translated for their learner, and the states of their cards."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from services.api.conditions import Conditions, go_on
from services.api.database import Database, Row
from services.api.paging import Cursor
from services.api.problems import not_found
from services.api.vocab.schemas import WordView
from shared.articles.model import Level
from shared.learning.model import EntryStatus
from shared.lexicon.kana import latin_word
from shared.lexicon.lookup import OF_LEMMAS, fitting
from shared.lexicon.model import PartOfSpeech, folded

WORD = """json_build_object(
  'id', word.id, 'lemma', word.lemma, 'pos', word.pos, 'sense', word.sense, 'article', word.article,
  'plural', word.plural, 'reading', word.reading, 'level', word.level, 'own', word.owner_id IS NOT NULL,
  'translations', coalesce(word.translations -> {language}, '[]'))"""
# The page is cut first; words and cards are read for its rows only.
ENTRIES = """
SELECT entry.*, CASE WHEN word.id IS NOT NULL THEN {word} END AS word,
       (SELECT json_agg(json_build_object(
                 'id', card.id, 'direction', card.direction, 'state', card.state, 'stability', card.stability,
                 'due', card.due, 'suspended', card.suspended IS NOT NULL) ORDER BY card.direction DESC)
        FROM cards AS card WHERE card.entry_id = entry.id AND card.owner_id = entry.owner_id) AS cards
FROM (
  SELECT entry.*, pair.language, pair.native_language
  FROM word_bank AS entry
  JOIN language_pairs AS pair ON pair.id = entry.pair_id
  LEFT JOIN words AS word ON word.id = entry.word_id
  WHERE {where}
  ORDER BY entry.created_at DESC, entry.id
  LIMIT {limit}
) AS entry
LEFT JOIN words AS word ON word.id = entry.word_id
ORDER BY entry.created_at DESC, entry.id
"""
# An entry that waits for a meaning is found by any of its candidates.
BEGINS = (
    "(starts_with(word.folded, {}) OR word.id IS NULL AND EXISTS ("
    "SELECT FROM words AS candidate WHERE candidate.language = pair.language AND candidate.lemma = entry.lemma"
    " AND starts_with(candidate.folded, {})))"
)
CANDIDATES = f"SELECT {WORD.format(language='$4::text')} AS word {OF_LEMMAS}"
_decoded = msgspec.json.Decoder(WordView).decode


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """Which entries of the bank are asked for; what is null or empty is any."""

    pair_id: UUID | None
    statuses: list[EntryStatus]
    prefix: str | None
    pos: list[PartOfSpeech]
    levels: list[Level]
    article_id: UUID | None


class EntryRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `word_bank` with its languages, its word and its cards; JSON is bytes."""

    id: UUID
    pair_id: UUID
    language: str
    native_language: str
    lemma: str
    pos: str
    status: EntryStatus
    note: str
    word: bytes | None
    met: bytes | None
    article_id: UUID | None
    cards: bytes | None
    created_at: datetime
    updated_at: datetime


async def entry_rows(database: Database, owner_id: UUID, filters: Filters, at: Cursor) -> list[EntryRow]:
    """The owner's entries behind the page before, newest first. One statement."""
    conditions = _of_owner(owner_id)
    _narrow(conditions, filters)
    go_on(conditions, at, "entry")
    return await _rows(database, conditions, at.limit)


async def entry_row(database: Database, owner_id: UUID, entry_id: UUID) -> EntryRow:
    """The owner's entry.

    Raises:
        ApiError: 404, no such entry of this owner.
    """
    conditions = _of_owner(owner_id)
    conditions.add("entry.id = {}", entry_id)
    rows = await _rows(database, conditions, 1)
    if not rows:
        raise not_found("entry")
    return rows[0]


async def candidates(database: Database, owner_id: UUID, entry: EntryRow) -> Sequence[WordView]:
    """The meanings that an entry may have which waits for one; of one with an own word those of the lexicon."""
    chosen = None if entry.word is None else word_view(entry.word)
    if chosen is not None and not chosen.own:
        return []
    whose = owner_id if chosen is None else None
    rows = await database.rows(CANDIDATES, whose, entry.language, [folded(entry.lemma)], entry.native_language)
    return fitting([word_view(row["word"]) for row in rows], entry.pos)


def word_view(document: bytes) -> WordView:
    """A word as `WORD` makes it, in Latin letters too if it is Japanese."""
    word = _decoded(document)
    return replace(word, romanised=latin_word(word.reading, word.lemma, word.pos))


def _of_owner(owner_id: UUID) -> Conditions:
    conditions = Conditions()
    conditions.add("entry.owner_id = {}", owner_id)
    return conditions


def _narrow(conditions: Conditions, filters: Filters) -> None:
    if filters.pair_id is not None:
        conditions.add("entry.pair_id = {}", filters.pair_id)
    if filters.statuses:
        conditions.add("entry.status = ANY({}::text[])", filters.statuses)
    if filters.prefix:
        conditions.add(BEGINS, filters.prefix, filters.prefix)
    if filters.pos:
        conditions.add("entry.pos = ANY({}::text[])", filters.pos)
    if filters.levels:
        conditions.add("word.level = ANY({}::text[])", filters.levels)
    if filters.article_id is not None:
        conditions.add("entry.article_id = {}", filters.article_id)


async def _rows(database: Database, conditions: Conditions, limit: int) -> list[EntryRow]:
    word = WORD.format(language="entry.native_language")
    sql = ENTRIES.format(word=word, where=conditions.where, limit=conditions.place(limit))
    return [_entry(row) for row in await database.rows(sql, *conditions.values)]


def _entry(row: Row) -> EntryRow:
    return EntryRow(**{name: row[name] for name in EntryRow.__struct_fields__})
