"""What learners do to their cards. In transactions, so over the engine's pool in a thread."""

from collections.abc import Collection
from uuid import UUID

from services.api.flashcards.schemas import GeneratedView, GenerateOrder
from services.api.learning.queries import WHAT_PAIR
from services.api.problems import FieldError, input_invalid, not_found
from services.api.transactions import in_transaction
from services.api.visits import Visit
from shared.db.session import Connection
from shared.learning.cards import make_cards, without_meaning
from shared.learning.scheduling import Direction

AT_ONCE = 2000
"""Entries of one statement."""
PAIR = "SELECT id FROM language_pairs WHERE id = $1 AND owner_id = $2"
LEARNABLE = (
    "SELECT id FROM word_bank WHERE owner_id = $1 AND pair_id = $2 AND status IN ('new', 'learning') ORDER BY id"
)
MINE = "SELECT id FROM word_bank WHERE owner_id = $1 AND id = ANY($2::uuid[])"
DELETE = "DELETE FROM cards WHERE id = $1 AND owner_id = $2 RETURNING id"
# A leech that the learner suspends, too, stays what it is.
SUSPEND = "UPDATE cards SET suspended = coalesce(suspended, 'asked') WHERE id = $1 AND owner_id = $2 RETURNING id"
UNSUSPEND = "UPDATE cards SET suspended = NULL WHERE id = $1 AND owner_id = $2 RETURNING id"


async def generate(visit: Visit, order: GenerateOrder) -> GeneratedView:
    """Make cards of the caller's entries.

    Raises:
        ApiError: 400, not just one of entries and pair is named; 404, no such pair, or one of the entries is not there;
            503, Postgres is away or busy.
    """
    if (order.entry_ids is None) == (order.pair_id is None):
        raise input_invalid([FieldError("entry_ids", "either entry_ids or pair_id is required")])
    directions = sorted(set(order.directions), reverse=True)  # recognition is asked first
    return await in_transaction(
        visit.resources, lambda connection: _make(connection, visit.owner_id, order, directions)
    )


def _make(
    connection: Connection, owner_id: UUID, order: GenerateOrder, directions: Collection[Direction]
) -> GeneratedView:
    entries = _entries(connection, owner_id, order)
    made: list[UUID] = []
    for begin in range(0, len(entries), AT_ONCE):
        made += make_cards(connection, owner_id, entries[begin : begin + AT_ONCE], directions)
    unknown = without_meaning(connection, owner_id, entries)
    return GeneratedView(created=len(made), card_ids=made, without_meaning=unknown)


def _entries(connection: Connection, owner_id: UUID, order: GenerateOrder) -> list[UUID]:
    if order.entry_ids is None:
        if connection.execute(PAIR, (order.pair_id, owner_id)).fetchone() is None:
            raise not_found(WHAT_PAIR)
        return [row["id"] for row in connection.execute(LEARNABLE, (owner_id, order.pair_id))]
    wanted = list(dict.fromkeys(order.entry_ids))
    if len(connection.execute(MINE, (owner_id, wanted)).fetchall()) < len(wanted):
        raise not_found("entry")
    return wanted


async def change(visit: Visit, card_id: UUID, statement: str) -> None:
    """Delete, suspend or unsuspend the caller's card.

    Raises:
        ApiError: 404, no such card of the caller; 503, Postgres is away or busy.
    """
    if await visit.resources.database.row(statement, card_id, visit.owner_id) is None:
        raise not_found("card")
