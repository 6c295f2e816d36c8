"""When a card is asked again: FSRS-6 by `fsrs`, as a pure function of a card's reviews.

A card's memory is a fold over its reviews in the order in which they happened, so offline events that arrive late or
twice lead to the same state. Unless the learner wants FSRS's own days, intervals are spread over the days around them
by a hash of the card, not by chance and not by how full those days are: a replay must come to the same day.

Source: https://github.com/open-spaced-repetition/py-fsrs (6.3), whose defaults hold where a learner sets nothing.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Literal
from uuid import UUID

import msgspec
from fsrs import Card, Rating, Scheduler, State
from fsrs.scheduler import DEFAULT_PARAMETERS, FUZZ_RANGES

from shared.learning.settings import StudySettings

Direction = Literal["recognition", "production"]
CardState = Literal["new", "learning", "review", "mature", "suspended"]
"""As learners see it."""
Grade = Literal["again", "hard", "good", "easy"]
RATINGS: dict[Grade, Rating] = {"again": Rating.Again, "hard": Rating.Hard, "good": Rating.Good, "easy": Rating.Easy}
MOST_DAYS = 36500
"""FSRS's longest interval."""
NEW = 0
"""Beside FSRS's states 1 learning, 2 review, 3 relearning: a card that was never reviewed."""
MATURE = 21.0  # days of stability from which a card counts as mature: Anki's threshold for intervals
"""Stability in days from which a card is shown as mature."""


class Memory(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of how well a learner remembers a card: the columns of `cards`."""

    state: int = NEW
    step: int | None = None
    stability: float | None = None
    """Days after which the card is remembered with a probability of 0.9."""
    difficulty: float | None = None
    """1 to 10."""
    due: datetime
    last_review: datetime | None = None
    reviews: int = 0
    lapses: int = 0
    """How often it was forgotten after it had been learnt."""


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """One answer."""

    id: UUID
    rating: int
    """1 again, 2 hard, 3 good, 4 easy."""
    reviewed_at: datetime


class Fsrs(msgspec.Struct, frozen=True):
    """FSRS-6 as one learner uses it."""

    scheduler: Scheduler
    load_balance: bool
    """Whether intervals are spread."""


def fsrs_of(settings: StudySettings) -> Fsrs:
    """What schedules the cards of whoever studies like this."""
    return scheduler(retention=settings.desired_retention, weights=settings.weights, load_balance=settings.load_balance)


def scheduler(*, retention: float, weights: tuple[float, ...] | None = None, load_balance: bool = True) -> Fsrs:
    """FSRS-6 with the steps of its defaults (1 and 10 minutes, 10 minutes) and without chance.

    Args:
        retention: The probability of remembering at which a card is asked again.
        weights: 21 numbers fitted to a learner's reviews; FSRS's defaults without.
        load_balance: Whether intervals are spread; without it every interval is FSRS's own.
    """
    fsrs = Scheduler(weights or DEFAULT_PARAMETERS, desired_retention=retention, enable_fuzzing=False)
    return Fsrs(fsrs, load_balance)


def reviewed(memory: Memory, review: Review, card_id: UUID, fsrs: Fsrs) -> Memory:
    """The memory after one more review, which must not be earlier than the last."""
    before = Card(
        card_id=0,
        state=State(memory.state or State.Learning),
        step=memory.step,
        stability=memory.stability,
        difficulty=memory.difficulty,
        due=memory.due,
        last_review=memory.last_review,
    )
    at = review.reviewed_at.astimezone(UTC)
    after, _ = fsrs.scheduler.review_card(before, Rating(review.rating), at)
    interval = after.due - at
    return Memory(
        state=int(after.state),
        step=after.step,
        stability=after.stability,
        difficulty=after.difficulty,
        due=at + (_spread(interval, card_id, memory.reviews) if fsrs.load_balance else interval),
        last_review=at,
        reviews=memory.reviews + 1,
        lapses=memory.lapses + (memory.state == State.Review and review.rating == Rating.Again),
    )


def replayed(base: Memory, reviews: Iterable[Review], card_id: UUID, fsrs: Fsrs) -> Memory:
    """The memory after all reviews, in whatever order they are given."""
    return retold(base, reviews, card_id, fsrs)[0]


def retold(base: Memory, reviews: Iterable[Review], card_id: UUID, fsrs: Fsrs) -> tuple[Memory, dict[UUID, int]]:
    """The same, and by the id of each review the state that the card was in before it."""
    memory, before = base, dict[UUID, int]()
    for review in sorted(reviews, key=lambda review: (review.reviewed_at, review.id)):
        before[review.id] = memory.state
        memory = reviewed(memory, review, card_id, fsrs)
    return memory, before


def _spread(interval: timedelta, card_id: UUID, reviews: int) -> timedelta:
    """An interval of days, moved within FSRS's own fuzz range by a hash of the card."""
    days = interval.days
    if interval < timedelta(days=3):
        return interval
    width = 1.0 + sum(each["factor"] * max(min(days, each["end"]) - each["start"], 0.0) for each in FUZZ_RANGES)
    most = min(round(days + width), MOST_DAYS)
    least = min(max(2, round(days - width)), most)
    digest = blake2b(card_id.bytes + reviews.to_bytes(4, "big"), digest_size=4).digest()
    return timedelta(days=least + int.from_bytes(digest, "big") % (most - least + 1))


def shown_state(memory: Memory, *, suspended: bool) -> CardState:
    """What a learner sees of it."""
    if suspended:
        return "suspended"
    if memory.state == NEW:
        return "new"
    if memory.state != State.Review:
        return "learning"
    return "mature" if (memory.stability or 0.0) >= MATURE else "review"
