"""A learner's diary told to `fsrs` alone: what every card must look like. Of ours it knows the grades alone."""

from collections.abc import Iterable
from copy import copy
from datetime import datetime
from math import nextafter
from unittest.mock import patch
from uuid import UUID

import msgspec
from fsrs import Card, Rating, Scheduler, State

from shared.learning.scheduling import Grade

RETENTION = 0.9
RATINGS: dict[Grade, Rating] = {"again": Rating.Again, "hard": Rating.Hard, "good": Rating.Good, "easy": Rating.Easy}
LEARNT = 2
"""FSRS's state of a card that can be forgotten."""
EXTREMES = (0.0, nextafter(1.0, 0.0))
"""Of what `random` gives."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the learner answered, as clients send it."""

    id: UUID
    card_id: UUID
    rating: Grade
    reviewed_at: datetime
    duration_ms: int = 4000


class Past(msgspec.Struct, frozen=True, kw_only=True):
    """What another program knew of a card: from there the replay goes on, with the answers that are later."""

    card: Card
    reviews: int
    lapses: int


NOTHING = Past(card=Card(card_id=1), reviews=0, lapses=0)
"""Of a card that is new."""


class Replayed(msgspec.Struct, frozen=True, kw_only=True):
    """A card as `fsrs` alone has it."""

    state: int
    """0 if it is new."""
    stability: float | None
    difficulty: float | None
    due: datetime
    last_review: datetime | None
    reviews: int
    lapses: int
    states: list[int]
    """Before each answer of the diary, 0 for a card that was new."""

    def card(self) -> Card:
        """As `fsrs` has it: one that is learnt."""
        return Card(
            card_id=1,
            state=State(self.state),
            stability=self.stability,
            difficulty=self.difficulty,
            due=self.due,
            last_review=self.last_review,
        )


def exact() -> Scheduler:
    """FSRS as it is published, without chance."""
    return Scheduler(desired_retention=RETENTION, enable_fuzzing=False)


def replay(card_id: UUID, diary: Iterable[Answer], past: Past | None = None, fsrs: Scheduler | None = None) -> Replayed:
    """Tell a card's answers to `fsrs`, in the order in which they were given.

    Args:
        card_id: The card.
        diary: All answers of its learner.
        past: What an import brought; answers before it are not told again.
        fsrs: Without chance if not given.
    """
    fsrs = fsrs or exact()
    answers = sorted((each for each in diary if each.card_id == card_id), key=lambda each: (each.reviewed_at, each.id))
    if past is None or past.card.last_review is None:
        return _told(answers, fsrs, NOTHING)
    last = past.card.last_review
    before = _told([each for each in answers if each.reviewed_at <= last], fsrs, NOTHING)
    after = _told([each for each in answers if each.reviewed_at > last], fsrs, past)
    return msgspec.structs.replace(after, states=before.states + after.states)


def due_between(card_id: UUID, diary: Iterable[Answer], past: Past | None = None) -> tuple[datetime, datetime]:
    """The first and the last moment at which the fuzz of `fsrs` itself could make the card due."""
    fuzzy = Scheduler(desired_retention=RETENTION, enable_fuzzing=True)
    found = []
    for extreme in EXTREMES:
        with patch("fsrs.scheduler.random", return_value=extreme):
            found.append(replay(card_id, diary, past, fuzzy).due)
    return found[0], found[1]


def _told(answers: Iterable[Answer], fsrs: Scheduler, past: Past) -> Replayed:
    card, states, reviews, lapses = copy(past.card), list[int](), past.reviews, past.lapses
    for answer in answers:
        states.append(int(card.state) if card.last_review else 0)
        lapses += states[-1] == LEARNT and answer.rating == "again"
        reviews += 1
        card, _ = fsrs.review_card(card, RATINGS[answer.rating], answer.reviewed_at)
    return Replayed(
        state=int(card.state) if card.last_review else 0,
        stability=card.stability,
        difficulty=card.difficulty,
        due=card.due,
        last_review=card.last_review,
        reviews=reviews,
        lapses=lapses,
        states=states,
    )
