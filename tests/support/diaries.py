"""What a learner answered at random, and what analytics must say of it: told by plain Python, without the database."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from statistics import median
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from fsrs import Card, Rating, Scheduler, State

from shared.learning.reviews import ReviewEvent

SITTING = timedelta(minutes=30)
DAY = timedelta(days=1)
GRADES = (1, 1, 2, 3, 3, 3, 3, 4)


class Told(msgspec.Struct, frozen=True):
    """An answer with the states of its card before and after it, by a replay of its own; 0 is before all answers."""

    event: ReviewEvent
    before: int
    after: int


class Clock(msgspec.Struct, frozen=True):
    """Whose days."""

    zone: str
    day_starts_at: int

    def day(self, moment: datetime) -> date:
        """By the clock on the learner's wall."""
        wall = moment.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)
        return (wall - timedelta(hours=self.day_starts_at)).date()


def diary(random: Random, cards: Sequence[UUID], first: datetime, days: int) -> list[ReviewEvent]:
    """Sittings at all hours, on three days of four."""
    events = []
    for ahead in range(days):
        for _ in range(random.choice((0, 1, 2, 3))):
            at = first + ahead * DAY + timedelta(minutes=random.randrange(1440))
            for _ in range(random.randrange(1, 8)):
                at += timedelta(seconds=random.randrange(3, 2400), microseconds=random.randrange(1_000_000))
                events.append(_event(random, random.choice(cards), at))
    return events


def _event(random: Random, card: UUID, at: datetime) -> ReviewEvent:
    return ReviewEvent(
        id=UUID(int=random.getrandbits(128), version=4),
        card_id=card,
        rating=random.choice(GRADES),
        reviewed_at=at,
        duration_ms=random.choice((None, random.randrange(500, 60_000))),
        source=random.choice(("app", "offline")),
    )


def told(events: Sequence[ReviewEvent], imported: dict[UUID, Card]) -> list[Told]:
    """The events that count, in the order in which they happened, each with the states around it."""
    fsrs = Scheduler(desired_retention=0.9, enable_fuzzing=False)
    memories = dict(imported)
    found = []
    for event in sorted(events, key=lambda event: (event.reviewed_at, event.id)):
        memory = memories.get(event.card_id)
        before = 0 if memory is None else int(memory.state)
        begun = memory or Card(card_id=0, state=State.Learning, due=event.reviewed_at)
        after, _ = fsrs.review_card(begun, Rating(event.rating), event.reviewed_at.astimezone(UTC))
        memories[event.card_id] = after
        found.append(Told(event, before, int(after.state)))
    return found


def numbers(answers: Sequence[Told], clock: Clock, days: Sequence[date]) -> dict[str, Any]:
    """What analytics say of these days, but for words and speaking.

    Args:
        answers: All there are, in their order.
        clock: Whose days.
        days: Of one window.
    """
    inside = [each for each in answers if clock.day(each.event.reviewed_at) in days]
    learnt = [each for each in inside if each.before == State.Review]
    durations = [each.event.duration_ms for each in inside if each.event.duration_ms is not None]
    return {
        "days_studied": len({clock.day(each.event.reviewed_at) for each in inside}),
        "reviewed": len(inside),
        "learned": len({each.event.card_id for each in inside if each.before < State.Review == each.after}),
        "new": sum(each.before == 0 for each in inside),
        "lapses": sum(each.event.rating == 1 for each in learnt),
        "accuracy": _share(inside),
        "true_retention": _share(learnt),
        "duration_ms": sum(durations),
        "median_seconds": round(median(durations) / 1000, 3) if durations else None,
        "sessions": sum(clock.day(at) in days for at in _sittings(answers)),
    }


def _share(answers: Sequence[Told]) -> float | None:
    return round(sum(each.event.rating > 1 for each in answers) / len(answers), 4) if answers else None


def _sittings(answers: Sequence[Told]) -> list[datetime]:
    """When each began."""
    moments = [each.event.reviewed_at for each in answers]
    pairs = zip([None, *moments], moments, strict=False)
    return [at for before, at in pairs if before is None or at - before > SITTING]


def streak(studied: set[date], frozen: set[date], day: date) -> int:
    """Days in a row up to the end of this one."""
    count = 0
    while day in studied or day in frozen:
        count += day in studied
        day -= DAY
    return count
