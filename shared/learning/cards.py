"""Cards of a learner's bank and of sentences: made once a direction.

A word of which nothing says what it means gets its cards, too: they are asked as soon as something does.
"""

from collections.abc import Iterable
from uuid import UUID

from shared.db.columns import columns
from shared.db.session import Connection
from shared.jobs.ids import uuid7
from shared.learning.scheduling import Direction

OF_ENTRIES = (
    "INSERT INTO cards (id, owner_id, pair_id, entry_id, direction)"
    " SELECT card.id, entry.owner_id, entry.pair_id, entry.id, card.direction"
    " FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS card(id, entry_id, direction)"
    " JOIN word_bank AS entry ON entry.id = card.entry_id"
    " WHERE entry.owner_id = $4 AND entry.status IN ('new', 'learning')"
    " ON CONFLICT DO NOTHING RETURNING id"
)
_MEANT = (
    "SELECT FROM word_bank AS entry JOIN words AS word ON word.id = entry.word_id"
    " JOIN language_pairs AS pair ON pair.id = entry.pair_id"
    " WHERE entry.id = {entry} AND jsonb_array_length(word.translations -> pair.native_language) > 0"
)
MEANS_SOMETHING = f"(card.entry_id IS NULL OR EXISTS ({_MEANT.format(entry='card.entry_id')}))"
"""Of `card`: something can be shown on its other side. Sentences are looked after where they become cards."""
WITHOUT_MEANING = (
    "SELECT count(*) AS entries FROM word_bank AS asked WHERE asked.owner_id = $1 AND asked.id = ANY($2::uuid[])"  # noqa: S608
    f" AND asked.status IN ('new', 'learning') AND NOT EXISTS ({_MEANT.format(entry='asked.id')})"
)


def make_cards(
    connection: Connection, owner_id: UUID, entries: Iterable[UUID], directions: Iterable[Direction]
) -> list[UUID]:
    """Make cards for entries of the bank that are to be learnt; returns the new ones. Those that exist stay."""
    wanted = [(uuid7(), entry, direction) for entry in entries for direction in directions]
    return [row["id"] for row in connection.execute(OF_ENTRIES, (*columns(wanted, 3), owner_id))]


def without_meaning(connection: Connection, owner_id: UUID, entries: Iterable[UUID]) -> int:
    """Of how many entries that are to be learnt nothing says what they mean in the language that the learner knows."""
    row = connection.execute(WITHOUT_MEANING, (owner_id, list(entries))).fetchone()
    return int(row["entries"]) if row else 0
