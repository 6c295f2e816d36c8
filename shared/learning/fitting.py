"""Fitting the scheduler to one learner: the reviews that it is fitted to, and the cards scheduled anew."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

import msgspec

from shared.db.session import Connection
from shared.learning.reviews import tell_again

LEAST_REVIEWS = 512
"""With fewer that tell something FSRS's optimizer gives its defaults back (`mini_batch_size` in `fsrs.optimizer`)."""
LOOKED_AT = 64
"""Of a card's reviews: the optimizer looks at the first ones only (`max_seq_len` in `fsrs.optimizer`)."""
CHUNK = 200  # cards whose reviews are replayed in one transaction

# As the optimizer counts: the first review of a card and one on the same day say nothing about forgetting.
TELLING = f"""
SELECT count(*) AS reviews FROM (
  SELECT reviewed_at - lag(reviewed_at) OVER card AS pause, row_number() OVER card AS place
  FROM reviews WHERE owner_id = $1 AND undone_at IS NULL
  WINDOW card AS (PARTITION BY card_id ORDER BY reviewed_at, id)
) AS answered WHERE pause >= interval '1 day' AND place <= {LOOKED_AT}
"""  # noqa: S608 - a number of ours
LOG = (
    "SELECT card_id, rating, reviewed_at FROM reviews WHERE owner_id = $1 AND undone_at IS NULL"
    " ORDER BY card_id, reviewed_at, id"
)
CARDS = "SELECT id FROM cards WHERE owner_id = $1 AND state > 0 ORDER BY id"


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """One review, as far as fitting is concerned."""

    card_id: UUID
    rating: int
    reviewed_at: datetime


def too_few(reviews: int) -> str | None:
    """Why so many reviews that tell something are not enough, for people; null if they are."""
    if reviews >= LEAST_REVIEWS:
        return None
    return f"{LEAST_REVIEWS} reviews are needed that came a day or more after the card's last; there are {reviews}."


def telling(connection: Connection, owner_id: UUID) -> int:
    """How many reviews of a learner say something about forgetting."""
    row = connection.execute(TELLING, (owner_id,)).fetchone()
    return 0 if row is None else int(row["reviews"])


def answers(connection: Connection, owner_id: UUID) -> list[Answered]:
    """All reviews of a learner that were not taken back, card by card."""
    return [Answered(**row) for row in connection.execute(LOG, (owner_id,))]


def replay_all(connection: Connection, owner_id: UUID) -> Iterator[tuple[int, int]]:
    """Replay every reviewed card by the learner's weights, a transaction a chunk; yields how many of how many are done.

    May be interrupted and done again: a card's memory depends on its reviews and the weights alone.
    """
    ids = [row["id"] for row in connection.execute(CARDS, (owner_id,))]
    for start in range(0, len(ids), CHUNK):
        with connection.transaction():
            tell_again(connection, owner_id, ids[start : start + CHUNK])
        yield min(start + CHUNK, len(ids)), len(ids)
