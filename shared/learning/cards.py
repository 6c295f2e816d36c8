"""Cards of a learner's bank and of sentences: made once a direction."""

from collections.abc import Iterable
from uuid import UUID

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


def make_cards(
    connection: Connection, owner_id: UUID, entries: Iterable[UUID], directions: Iterable[Direction]
) -> list[UUID]:
    """Make cards for entries of the bank that are to be learnt; returns the new ones. Those that exist stay."""
    wanted = [(uuid7(), entry, direction) for entry in entries for direction in directions]
    columns = [list(column) for column in zip(*wanted, strict=True)] or [[], [], []]
    return [row["id"] for row in connection.execute(OF_ENTRIES, (*columns, owner_id))]
