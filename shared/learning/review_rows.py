"""Reviews and the cards that they are about, as they stand in Postgres. Many rows a statement, each with its owner."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from shared.db.session import Connection
from shared.learning.scheduling import Memory, Review

# Before the cards, as everybody does who changes an entry and its cards: else two could wait for each other.
LOCK_NEW_ENTRIES = (
    "SELECT id FROM word_bank WHERE owner_id = $1 AND status = 'new'"
    " AND id IN (SELECT entry_id FROM cards WHERE owner_id = $1 AND id = ANY($2::uuid[]))"
    " ORDER BY id FOR NO KEY UPDATE"
)
LOCK_CARDS = (
    "SELECT id, entry_id, state, step, stability, difficulty, due, last_review, reviews, lapses, suspended, imported,"
    " created_at FROM cards WHERE owner_id = $1 AND id = ANY($2::uuid[]) ORDER BY id FOR NO KEY UPDATE"
)
INSERT_REVIEWS = (
    "INSERT INTO reviews (owner_id, id, card_id, rating, reviewed_at, duration_ms, source, state_before)"
    " SELECT $1, event.*, 0 FROM unnest($2::uuid[], $3::uuid[], $4::smallint[], $5::timestamptz[], $6::integer[],"
    " $7::text[]) AS event ON CONFLICT DO NOTHING RETURNING id"
)
KNOWN = "SELECT id, card_id, rating, reviewed_at, duration_ms FROM reviews WHERE owner_id = $1 AND id = ANY($2::uuid[])"
# What an import brought is inside the memory that it brought, and is not counted twice.
LOGS = (
    "SELECT review.card_id, review.id, review.rating, review.reviewed_at, review.state_before"
    " FROM reviews AS review JOIN cards AS card ON card.id = review.card_id"
    " WHERE review.owner_id = $1 AND review.card_id = ANY($2::uuid[]) AND review.undone_at IS NULL"
    # What was imported with its memory is replayed from that: of the log only what is later.
    " AND (card.imported IS NULL OR review.source <> 'import'"
    " AND review.reviewed_at > (card.imported->>'last_review')::timestamptz)"
)
WRITE_STATES = (
    "UPDATE reviews SET state_before = told.state FROM unnest($2::uuid[], $3::smallint[]) AS told(id, state)"
    " WHERE reviews.owner_id = $1 AND reviews.id = told.id"
)
WRITE_CARDS = (
    "UPDATE cards SET state = new.state, step = new.step, stability = new.stability, difficulty = new.difficulty,"
    " due = new.due, last_review = new.last_review, reviews = new.reviews, lapses = new.lapses,"
    " suspended = new.suspended"
    " FROM unnest($2::uuid[], $3::smallint[], $4::smallint[], $5::double precision[], $6::double precision[],"
    " $7::timestamptz[], $8::timestamptz[], $9::integer[], $10::integer[], $11::text[])"
    " AS new(id, state, step, stability, difficulty, due, last_review, reviews, lapses, suspended)"
    " WHERE cards.owner_id = $1 AND cards.id = new.id"
)
BEGIN_ENTRIES = (
    "UPDATE word_bank SET status = 'learning', updated_at = $3"
    " WHERE owner_id = $1 AND status = 'new' AND id = ANY($2::uuid[])"
)


class StoredCard(msgspec.Struct, frozen=True, kw_only=True):
    """A card as it was when it was locked."""

    id: UUID
    entry_id: UUID | None
    memory: Memory
    suspended: str | None
    base: Memory
    """What a replay begins from: what an import brought, or nothing."""


class StoredReview(Review, frozen=True, kw_only=True):
    """A review of the log that counts."""

    state_before: int


def locked_cards(connection: Connection, owner_id: UUID, card_ids: Collection[UUID]) -> dict[UUID, StoredCard]:
    """The owner's among these cards, held until the transaction ends."""
    ids = list(card_ids)
    connection.execute(LOCK_NEW_ENTRIES, (owner_id, ids))
    return {row["id"]: _stored(row) for row in connection.execute(LOCK_CARDS, (owner_id, ids))}


def _stored(row: Mapping[str, Any]) -> StoredCard:
    memory = Memory(**{name: row[name] for name in Memory.__struct_fields__})
    new = Memory(due=row["created_at"])
    base = new if row["imported"] is None else msgspec.convert(row["imported"], Memory)
    return StoredCard(id=row["id"], entry_id=row["entry_id"], memory=memory, suspended=row["suspended"], base=base)


def logs(connection: Connection, owner_id: UUID, card_ids: Collection[UUID]) -> dict[UUID, list[StoredReview]]:
    """The reviews of these cards that a replay goes through, in no order."""
    found: dict[UUID, list[StoredReview]] = {card_id: [] for card_id in card_ids}
    for row in connection.execute(LOGS, (owner_id, list(card_ids))):
        found[row.pop("card_id")].append(StoredReview(**row))
    return found


def write_states(connection: Connection, owner_id: UUID, states: Mapping[UUID, int]) -> None:
    """Write down in which state the card was before each of these reviews."""
    if states:
        connection.execute(WRITE_STATES, (owner_id, list(states), list(states.values())))


def write_cards(connection: Connection, owner_id: UUID, cards: Sequence[tuple[UUID, Memory, str | None]]) -> None:
    """Write what is known of these cards now, and whether they are suspended."""
    rows = [
        (
            card_id,
            memory.state,
            memory.step,
            memory.stability,
            memory.difficulty,
            memory.due,
            memory.last_review,
            memory.reviews,
            memory.lapses,
            suspended,
        )
        for card_id, memory, suspended in cards
    ]
    if rows:
        connection.execute(WRITE_CARDS, (owner_id, *(list(column) for column in zip(*rows, strict=True))))


def begin_entries(connection: Connection, owner_id: UUID, cards: Collection[StoredCard], now: datetime) -> None:
    """The words of these cards are being learnt from now on."""
    entries = [card.entry_id for card in cards if card.entry_id is not None]
    connection.execute(BEGIN_ENTRIES, (owner_id, entries, now))
