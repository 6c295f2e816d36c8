"""Taking in cards with what another program knew of them: memory, reviews and media."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from shared.db.columns import columns
from shared.db.session import Connection
from shared.jobs.ids import uuid7
from shared.learning.scheduling import Direction, Memory
from shared.lexicon.model import document

# As everybody does who changes an entry and its cards: entries first, both by id, or two could wait for each other.
LOCK_ENTRIES = (
    "SELECT id FROM word_bank WHERE owner_id = $1 AND id = ANY($2::uuid[]) AND status = 'new'"
    " ORDER BY id FOR NO KEY UPDATE"
)
LOCK_CARDS = "SELECT id FROM cards WHERE owner_id = $1 AND entry_id = ANY($2::uuid[]) ORDER BY id FOR NO KEY UPDATE"
# Whichever program saw the card last knows best; then what it knew is what a replay begins from.
SAVE_CARDS = (
    "INSERT INTO cards (id, owner_id, pair_id, entry_id, direction, state, step, stability, difficulty, due,"
    " last_review, reviews, lapses, suspended, imported)"
    " SELECT card.id, $1, $2, entry.id, card.direction, card.state, card.step, card.stability, card.difficulty,"
    " card.due, card.last_review, card.reviews, card.lapses, card.suspended, card.imported"
    " FROM unnest($3::uuid[], $4::uuid[], $5::text[], $6::smallint[], $7::smallint[], $8::float8[], $9::float8[],"
    " $10::timestamptz[], $11::timestamptz[], $12::int[], $13::int[], $14::text[], $15::jsonb[])"
    " AS card(id, entry_id, direction, state, step, stability, difficulty, due, last_review, reviews, lapses,"
    " suspended, imported)"
    " JOIN word_bank AS entry ON entry.id = card.entry_id AND entry.owner_id = $1 AND entry.word_id IS NOT NULL"
    " ON CONFLICT (entry_id, direction) WHERE entry_id IS NOT NULL DO UPDATE SET"
    " state = excluded.state, step = excluded.step, stability = excluded.stability,"
    " difficulty = excluded.difficulty, due = excluded.due, last_review = excluded.last_review,"
    " reviews = excluded.reviews, lapses = excluded.lapses, suspended = excluded.suspended,"
    " imported = excluded.imported"
    " WHERE excluded.state > 0 AND (cards.last_review IS NULL OR cards.last_review < excluded.last_review)"
    " RETURNING id, entry_id, direction"
)
# A review that went out from here and comes back is known by its millisecond, the most that other programs keep. Of
# several at once Anki's log has all but one a little later; nobody answers a card twice in a second.
SAVE_REVIEWS = (
    "INSERT INTO reviews (owner_id, id, card_id, rating, reviewed_at, duration_ms, source, state_before)"
    " SELECT $1, review.id, review.card_id, review.rating, review.reviewed_at, review.duration_ms, 'import',"
    " review.state_before"
    " FROM unnest($2::uuid[], $3::uuid[], $4::smallint[], $5::timestamptz[], $6::int[], $7::smallint[])"
    " AS review(id, card_id, rating, reviewed_at, duration_ms, state_before) WHERE NOT EXISTS ("
    " SELECT 1 FROM reviews AS ours WHERE ours.card_id = review.card_id AND ours.rating = review.rating"
    " AND ours.reviewed_at > review.reviewed_at - interval '1 second'"
    " AND ours.reviewed_at < review.reviewed_at + interval '1 millisecond') ON CONFLICT DO NOTHING"
)
LEARNING = (
    "UPDATE word_bank SET status = 'learning', updated_at = clock_timestamp()"
    " WHERE owner_id = $1 AND id = ANY($2::uuid[]) AND status = 'new'"
)
SAVE_MEDIA = (
    "INSERT INTO entry_media (entry_id, name, owner_id, key, content_type, size)"
    " SELECT medium.entry_id, medium.name, $1, medium.key, medium.content_type, medium.size"
    " FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::int[])"
    " AS medium(entry_id, name, key, content_type, size)"
    " JOIN word_bank AS entry ON entry.id = medium.entry_id AND entry.owner_id = $1 ON CONFLICT DO NOTHING"
)


class PastReview(msgspec.Struct, frozen=True, kw_only=True):
    """A review that another program saw."""

    id: UUID
    rating: int
    reviewed_at: datetime
    duration_ms: int | None
    state_before: int


class IncomingCard(msgspec.Struct, frozen=True, kw_only=True):
    """A card of an entry, as another program knew it."""

    entry_id: UUID
    direction: Direction
    memory: Memory
    suspended: bool = False
    reviews: tuple[PastReview, ...] = ()


class Medium(msgspec.Struct, frozen=True, kw_only=True):
    """A picture or recording of an entry, and the object that holds it."""

    entry_id: UUID
    name: str
    key: str
    content_type: str
    size: int
    """Bytes."""


def take_in_cards(connection: Connection, owner_id: UUID, pair_id: UUID, cards: Sequence[IncomingCard]) -> set[UUID]:
    """Put cards beside their entries; returns the entries of those that are new or were known better elsewhere.

    A card that was reviewed here after its last review there stays as it is. Call it in a transaction.
    """
    unique = {(card.entry_id, card.direction): card for card in cards}
    for lock in (LOCK_ENTRIES, LOCK_CARDS):
        connection.execute(lock, (owner_id, [card.entry_id for card in unique.values()]))
    values = [_card(card) for card in unique.values()]
    saved = connection.execute(SAVE_CARDS, (owner_id, pair_id, *columns(values, 13))).fetchall()
    reviews, learnt = [], set[UUID]()
    for row in saved:
        card = unique[row["entry_id"], row["direction"]]
        reviews += [_review(row["id"], review) for review in card.reviews]
        if card.memory.state:
            learnt.add(card.entry_id)
    connection.execute(SAVE_REVIEWS, (owner_id, *columns(reviews, 6)))
    connection.execute(LEARNING, (owner_id, sorted(learnt)))
    return {row["entry_id"] for row in saved}


def save_media(connection: Connection, owner_id: UUID, media: Sequence[Medium]) -> None:
    """Remember which objects belong to which entries; what an entry has by that name stays."""
    values = [(each.entry_id, each.name, each.key, each.content_type, each.size) for each in media]
    connection.execute(SAVE_MEDIA, (owner_id, *columns(values, 5)))


def _card(card: IncomingCard) -> tuple[Any, ...]:
    memory = card.memory
    return (
        uuid7(),
        card.entry_id,
        card.direction,
        memory.state,
        memory.step,
        memory.stability,
        memory.difficulty,
        memory.due,
        memory.last_review,
        memory.reviews,
        memory.lapses,
        "asked" if card.suspended else None,
        document(memory) if memory.state else None,
    )


def _review(card_id: UUID, review: PastReview) -> tuple[Any, ...]:
    return review.id, card_id, review.rating, review.reviewed_at, review.duration_ms, review.state_before
