"""How far a learner is with words: mastery comes from the cards' schedule, and from nothing else."""

from collections import Counter
from datetime import datetime
from uuid import UUID

from services.api.database import Database, Row
from services.api.problems import not_found
from services.api.vocabulary.schemas import (
    CardCounts,
    CardProgress,
    EntryCounts,
    EntryProgress,
    ProgressView,
    WordProgress,
)
from services.api.vocabulary.word_queries import word
from shared.learning.scheduling import MATURE, CardState, Memory, shown_state

ENTRIES = "SELECT status, count(*) AS number FROM word_bank WHERE owner_id = $1 AND pair_id = $2 GROUP BY status"
# As many groups as there are ways to be shown, however many cards there are.
CARDS = f"""
SELECT state, suspended IS NOT NULL AS suspended,
       CASE WHEN stability >= {MATURE} THEN {MATURE} ELSE 0 END::double precision AS stability, count(*) AS number
FROM cards WHERE owner_id = $1 AND pair_id = $2 AND entry_id IS NOT NULL GROUP BY 1, 2, 3
"""  # noqa: S608 - our own number
# Whoever knows a word well and puts it aside has still mastered it; a leech is none, whatever its other card says.
MASTERED = f"""
SELECT count(*) AS words FROM (
  SELECT FROM cards WHERE owner_id = $1 AND pair_id = $2 AND entry_id IS NOT NULL
  GROUP BY entry_id
  HAVING bool_and(state = 2 AND stability >= {MATURE} AND suspended IS DISTINCT FROM 'leech')
) AS mastered
"""  # noqa: S608 - our own number
OF_WORD = """
SELECT entry.id AS entry_id, entry.pair_id, entry.status, card.id, card.direction, card.state, card.suspended,
       card.due, card.stability, card.difficulty, card.reviews, card.lapses
FROM word_bank AS entry LEFT JOIN cards AS card ON card.entry_id = entry.id AND card.owner_id = entry.owner_id
WHERE entry.owner_id = $1 AND entry.word_id = $2
ORDER BY entry.id, card.direction
"""


async def progress(database: Database, owner_id: UUID, pair_id: UUID, now: datetime) -> ProgressView:
    """The learner's bank and cards of a pair, counted."""
    entries = await database.rows(ENTRIES, owner_id, pair_id)
    cards = Counter[str]()
    for row in await database.rows(CARDS, owner_id, pair_id):
        cards[_shown(row, now)] += row["number"]
    (mastered,) = await database.rows(MASTERED, owner_id, pair_id)
    return ProgressView(
        pair_id=pair_id,
        mastered=mastered["words"],
        entries=EntryCounts(**{row["status"]: row["number"] for row in entries}),
        cards=CardCounts(**cards),
    )


async def word_progress(database: Database, owner_id: UUID, word_id: UUID) -> WordProgress:
    """One word of the learner's bank, with its cards.

    Raises:
        ApiError: 404, no such word, or it is not in the bank.
    """
    found = await word(database, word_id, owner_id)
    rows = await database.rows(OF_WORD, owner_id, word_id)
    if not rows:
        raise not_found("word")
    entries = {row["entry_id"]: row for row in rows}
    return WordProgress(
        word=found,
        entries=[
            EntryProgress(
                entry_id=entry_id,
                pair_id=entry["pair_id"],
                status=entry["status"],
                cards=[_card(row) for row in rows if row["entry_id"] == entry_id and row["id"] is not None],
            )
            for entry_id, entry in entries.items()
        ],
    )


def _card(row: Row) -> CardProgress:
    return CardProgress(
        id=row["id"],
        direction=row["direction"],
        state=_shown(row, row["due"]),
        due=row["due"],
        stability_days=row["stability"],
        difficulty=row["difficulty"],
        reviews=row["reviews"],
        lapses=row["lapses"],
    )


def _shown(row: Row, due: datetime) -> CardState:
    memory = Memory(state=row["state"], stability=row["stability"], due=due)
    return shown_state(memory, suspended=bool(row["suspended"]))
