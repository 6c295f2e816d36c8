"""What a learner did day by day, and how that compares with before."""

from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Sum = Literal[
    "days_studied",
    "reviewed",
    "learned",
    "new",
    "lapses",
    "duration_ms",
    "sessions",
    "words_added",
    "speaking",
]
Mean = Literal[Sum, "accuracy", "true_retention", "median_seconds"]
Count = Annotated[int, Meta(ge=0)]
Share = Annotated[float, Meta(ge=0, le=1)]


class Numbers(msgspec.Struct, frozen=True, kw_only=True):
    """What was done in some days in a row. Answers that were undone or imported are not counted."""

    days_studied: Annotated[Count, Meta(description="Days with at least one answer.")]
    reviewed: Annotated[Count, Meta(description="Answers.")]
    learned: Annotated[Count, Meta(description="Cards that graduated: from their first steps to reviews.")]
    new: Annotated[Count, Meta(description="Cards that were answered for the first time.")]
    lapses: Annotated[Count, Meta(description="Answers by which a learnt card was forgotten.")]
    accuracy: Annotated[Share | None, Meta(description="Share of answers other than `again`; null without any.")]
    true_retention: Annotated[Share | None, Meta(description="The same of cards that had been learnt before.")]
    duration_ms: Count
    median_seconds: Annotated[
        Annotated[float, Meta(ge=0)] | None, Meta(description="An answer; null where no duration was told.")
    ]
    sessions: Annotated[Count, Meta(description="Sittings that began: half an hour without an answer parts two.")]
    words_added: Annotated[Count, Meta(description="Words that came into the word bank.")]
    speaking: Annotated[Count, Meta(description="Speaking sessions that began.")]


class DayNumbers(Numbers, frozen=True, kw_only=True):
    """A day of the learner's."""

    day: date
    frozen: bool
    streak: Annotated[Count, Meta(description="As it stood at the day's end; today's as it stands. Of all pairs.")]


class DailyView(msgspec.Struct, frozen=True, kw_only=True):
    """What was done on each day."""

    days: Annotated[list[DayNumbers], Meta(description="The oldest first; none that is still to come.")]


class Trend(msgspec.Struct, frozen=True, kw_only=True):
    """A number beside the same number before."""

    now: float | None
    before: float | None
    change: Annotated[float | None, Meta(description="By how much it grew; null if one of the two is.")]


class TrendsView(msgspec.Struct, frozen=True, kw_only=True):
    """The learner's last days beside as many before them."""

    days: Annotated[int, Meta(description="In each of the two windows.")]
    first: Annotated[date, Meta(description="The first day of this window; today is its last.")]
    first_before: Annotated[date, Meta(description="The first day of the window before.")]
    sums: dict[Sum, Trend]
    means: Annotated[
        dict[Mean, Trend],
        Meta(description="The sums a day, the shares, and the median of an answer's seconds."),
    ]
