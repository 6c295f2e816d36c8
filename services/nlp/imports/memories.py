"""What Anki knows of a card, as our scheduler's memory. Pure.

FSRS's numbers are in `cards.data`; where a deck was learnt with SM-2 they are found by replaying its review log, and
without a log from ease and interval, as Anki itself does it
(https://github.com/open-spaced-repetition/fsrs-rs, `memory_state_from_sm2`).
"""

from datetime import UTC, date, datetime, timedelta
from math import exp
from uuid import UUID, uuid5

import msgspec
from fsrs.scheduler import DEFAULT_PARAMETERS

from services.nlp.imports.collections import AnkiCard
from shared.learning.card_intake import PastReview
from shared.learning.scheduling import NEW, Memory, Review, fsrs_of, replayed
from shared.learning.settings import StudySettings

ANKI = UUID("6f1a4b0e-6e0d-5c0b-9b39-8a5b5a0f3c51")
"""The namespace of what Anki numbers: the same review is the same row, however often it is brought."""
LEARNING, REVIEW, RELEARNING = 1, 2, 3
AGAIN, EASY = 1, 4
STATES = {0: LEARNING, 1: REVIEW, 2: RELEARNING, 3: REVIEW}
"""Of a review by the type in Anki's log: learning, review, relearning, filtered; others are no answers."""
SECONDS = 10**9  # due numbers above it are seconds, below it days: Anki's learning cards have the former
MOST_DAYS = 36_500
MOST_TIMES = 1_000_000  # reviews or lapses of a card: what is more is no count, and would not fit its column
LEAST_STABILITY = 0.001  # days, FSRS's own bound
RETENTION = 0.9


class _Data(msgspec.Struct):
    """`cards.data`, as far as we read it."""

    s: float | None = None
    d: float | None = None
    lrt: int | None = None


def reviews_of(guid: str, card: AnkiCard) -> tuple[PastReview, ...]:
    """The card's answers, oldest first; what the log has besides (moved by hand, rescheduled) is no answer."""
    answers = [each for each in card.reviews if AGAIN <= each[1] <= EASY and each[3] in STATES]
    return tuple(
        PastReview(
            id=uuid5(ANKI, f"{guid}/{card.ord}/{milliseconds}"),
            rating=ease,
            reviewed_at=datetime.fromtimestamp(milliseconds / 1000, UTC),
            duration_ms=min(max(took, 0), 2**31 - 1),
            state_before=STATES[kind] if number else NEW,
        )
        for number, (milliseconds, ease, took, kind) in enumerate(answers)
    )


def memory_of(
    card: AnkiCard, reviews: tuple[PastReview, ...], first: date, settings: StudySettings, now: datetime
) -> Memory:
    """What is known of the card; one that was never answered is new and due now.

    Args:
        card: As Anki has it.
        reviews: Its answers.
        first: Day 0 of the collection: Anki counts days as its user lives them, not hours.
        settings: How the learner studies: what a log alone tells of is scheduled by them.
        now: Nothing was answered later.

    Raises:
        ValueError: Its numbers make no sense.
    """
    data = _data(card.data)
    answered = card.reps > 0 or bool(reviews)
    if card.type not in {LEARNING, REVIEW, RELEARNING} or not answered:
        return Memory(due=now)
    if data.s is None or data.d is None:
        if reviews:
            events = [Review(id=each.id, rating=each.rating, reviewed_at=each.reviewed_at) for each in reviews]
            return replayed(Memory(due=now), events, uuid5(ANKI, str(card.id)), fsrs_of(settings))
        data = _from_sm2(card)
    due = min(_due(card, first, settings), now + timedelta(days=MOST_DAYS))
    return Memory(
        state=card.type,
        step=0 if card.type != REVIEW else None,
        stability=min(max(data.s or 0.0, LEAST_STABILITY), float(MOST_DAYS)),
        difficulty=min(max(data.d or 0.0, 1.0), 10.0),
        due=due,
        last_review=_last_review(card, reviews, data, due, now),
        reviews=min(max(card.reps, 0), MOST_TIMES),
        lapses=min(max(card.lapses, 0), MOST_TIMES),
    )


def _data(text: str) -> _Data:
    try:
        return msgspec.json.decode(text or "{}", type=_Data)
    except msgspec.DecodeError:
        return _Data()  # an add-on's own use of the column: there is no FSRS state in it


def _last_review(
    card: AnkiCard, reviews: tuple[PastReview, ...], data: _Data, due: datetime, now: datetime
) -> datetime:
    """Told by the card, by its log, or by when it is due again; never later than now."""
    if data.lrt:
        last = datetime.fromtimestamp(data.lrt, UTC)
    elif reviews:
        last = reviews[-1].reviewed_at
    else:
        last = due - timedelta(days=min(max(card.ivl, 0), MOST_DAYS))
    return min(last, now)


def _due(card: AnkiCard, first: date, settings: StudySettings) -> datetime:
    if abs(card.due) >= SECONDS:
        return datetime.fromtimestamp(card.due, UTC)
    return settings.begin(first + timedelta(days=card.due))


def _from_sm2(card: AnkiCard) -> _Data:
    """Stability is the interval at which nine of ten are remembered; difficulty is what leads to this ease."""
    stability = max(float(card.ivl), 0.1)
    w8, w9, w10 = DEFAULT_PARAMETERS[8:11]
    growth = exp(w8) * stability**-w9 * (exp((1 - RETENTION) * w10) - 1)
    ease = card.factor / 1000 if card.factor > 0 else 2.5
    return _Data(s=stability, d=min(max(11.0 - (ease - 1) / growth, 1.0), 10.0))
