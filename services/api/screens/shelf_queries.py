"""What the screens of packs and of the word bank read. One statement each."""

from services.api.conditions import Conditions, go_on
from services.api.database import Database, Row
from services.api.paging import Cursor
from services.api.pairs import Pair
from services.api.screens.study import Study
from shared.learning.model import EntryStatus

MOST_PACKS = 200

PACKS = """
SELECT pack.id, pack.level, pack.title, pack.description, held.words, held.in_bank
FROM packs AS pack
CROSS JOIN LATERAL (
  SELECT count(*) AS words, count(entry.id) AS in_bank
  FROM pack_words
  JOIN words AS word ON word.id = pack_words.word_id AND word.hidden_at IS NULL
  LEFT JOIN word_bank AS entry ON entry.word_id = word.id AND entry.pair_id = $2 AND entry.owner_id = $3
  WHERE pack_words.pack_id = pack.id
) AS held
WHERE pack.language = $1 AND pack.published_at IS NOT NULL
ORDER BY pack.level, pack.id
LIMIT $4
"""
STATUSES = "SELECT status, count(*) AS count FROM word_bank WHERE owner_id = $1 AND pair_id = $2 GROUP BY 1 ORDER BY 1"
# The page is cut from an index first; words and cards are read for its rows only.
ENTRIES = """
SELECT entry.*, word.sense, word.article, word.plural, word.reading, word.level, word.zipf,
       word.translations -> {native} AS translations, held.cards
FROM (
  SELECT id, word_id, lemma, pos, status, note, article_id, created_at
  FROM word_bank
  WHERE {where}
  ORDER BY created_at DESC, id
  LIMIT {limit}
) AS entry
LEFT JOIN words AS word ON word.id = entry.word_id
CROSS JOIN LATERAL (
  SELECT jsonb_agg(jsonb_build_object('id', card.id, 'direction', card.direction, 'state', card.state,
           'stability', card.stability, 'suspended', card.suspended IS NOT NULL, 'due', card.due)
           ORDER BY card.direction DESC) AS cards
  FROM cards AS card WHERE card.entry_id = entry.id
) AS held
ORDER BY entry.created_at DESC, entry.id
"""


async def packs(database: Database, study: Study, pair: Pair) -> list[Row]:
    """The published packs of the pair's language, the easiest first, with how many words the bank has of each."""
    return await database.rows(PACKS, pair.language, pair.id, study.owner_id, MOST_PACKS)


async def statuses(database: Database, study: Study, pair: Pair) -> dict[EntryStatus, int]:
    """How many entries of the bank have each status; those that none has are left out."""
    rows = await database.rows(STATUSES, study.owner_id, pair.id)
    return {row["status"]: row["count"] for row in rows}


async def entries(database: Database, study: Study, pair: Pair, status: list[EntryStatus], at: Cursor) -> list[Row]:
    """A page of the bank, newest first; with `status` only entries that have one of these."""
    conditions = Conditions()
    conditions.add("word_bank.owner_id = {}", study.owner_id)
    conditions.add("word_bank.pair_id = {}", pair.id)
    if status:
        conditions.add("word_bank.status = ANY({}::text[])", status)
    go_on(conditions, at, "word_bank")
    places = {"limit": conditions.place(at.limit), "native": conditions.place(pair.native_language) + "::text"}
    return await database.rows(ENTRIES.format(where=conditions.where, **places), *conditions.values)
