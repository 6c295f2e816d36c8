"""Fitting the scheduler to one learner: the reviews that it is fitted to, and the weights that come of it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from shared.db.session import Connection
from shared.learning.reviews import tell_again
from shared.learning.settings import StudySettings

LEAST_REVIEWS = 400
"""Below it FSRS's defaults, which come from 10 000 learners, are better than what can be fitted."""
CHUNK = 200  # cards whose reviews are replayed in one transaction

COUNT = "SELECT count(*) AS reviews FROM reviews WHERE owner_id = $1 AND undone_at IS NULL"
LOG = (
    "SELECT card_id, rating, reviewed_at FROM reviews WHERE owner_id = $1 AND undone_at IS NULL"
    " ORDER BY card_id, reviewed_at, id"
)
CARDS = "SELECT id FROM cards WHERE owner_id = $1 AND state > 0 ORDER BY id"
WEIGHTS = (
    "INSERT INTO study_settings (owner_id, desired_retention, new_per_day, reviews_per_day, day_starts_at, time_zone,"
    " leech_lapses, weights) VALUES ($1, $2, $3, $4, $5, $6, $7, $8::double precision[])"
    " ON CONFLICT (owner_id) DO UPDATE SET weights = excluded.weights, updated_at = clock_timestamp()"
)


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """One review, as far as fitting is concerned."""

    card_id: UUID
    rating: int
    reviewed_at: datetime


def answers(connection: Connection, owner_id: UUID) -> list[Answered]:
    """All reviews of a learner that were not taken back, card by card."""
    return [Answered(**row) for row in connection.execute(LOG, (owner_id,))]


def save_weights(connection: Connection, owner_id: UUID, weights: Sequence[float]) -> None:
    """Keep what was fitted; a learner without settings gets the defaults with it."""
    usual = StudySettings()
    rest = (usual.desired_retention, usual.new_per_day, usual.reviews_per_day, usual.day_starts_at)
    connection.execute(WEIGHTS, (owner_id, *rest, usual.time_zone, usual.leech_lapses, list(weights)))


def replay_all(connection: Connection, owner_id: UUID) -> Iterator[tuple[int, int]]:
    """Replay every reviewed card by the learner's weights, a transaction a chunk; yields how many of how many are done.

    May be interrupted and done again: a card's memory depends on its reviews and the weights alone.
    """
    ids = [row["id"] for row in connection.execute(CARDS, (owner_id,))]
    for start in range(0, len(ids), CHUNK):
        with connection.transaction():
            tell_again(connection, owner_id, ids[start : start + CHUNK])
        yield min(start + CHUNK, len(ids)), len(ids)
