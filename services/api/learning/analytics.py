"""What the caller did day by day, and in the last days beside those before them."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import get_args
from uuid import UUID

import msgspec

from services.api.learning import analytics_queries
from services.api.learning.analytics_queries import Period
from services.api.learning.analytics_schemas import DailyView, DayNumbers, Mean, Numbers, Sum, Trend, TrendsView
from services.api.learning.queries import require_pair, settings
from services.api.problems import FieldError, input_invalid
from services.api.visits import Visit
from shared.learning.streak import streaks

MOST_DAYS = 366
USUAL = timedelta(days=29)
"""From the first day to the last, where only one is said."""
EARLIEST = date(2000, 1, 1)
"""No answer was given before."""
SUMS: tuple[Sum, ...] = get_args(Sum)


async def daily(visit: Visit, pair_id: UUID | None, first: date | None, last: date | None) -> DailyView:
    """What the caller did on each day.

    Args:
        visit: The caller's.
        pair_id: Of which pair; of all if null.
        first: The first day; 29 before the last if null.
        last: The last; today if null. Days after today are left out.

    Raises:
        ApiError: 400, there are too many days or none; 404, no such pair of the caller; 503, Postgres is away.
    """
    database, owner_id = visit.resources.database, visit.owner_id
    study = await settings(database, owner_id)
    today = study.day(visit.resources.now())
    days = _days(first, last, today)
    if pair_id is not None:
        await require_pair(database, owner_id, pair_id)
    if not days:
        return DailyView(days=[])
    period = Period(owner_id, study, days)
    found = await analytics_queries.numbers(database, period, pair_id, range(1, len(days) + 1))
    studied = await analytics_queries.studied(database, period)
    before = await analytics_queries.streak_before(database, period)
    stood = streaks(before, studied, last_is_open=days[-1] == today)
    return DailyView(
        days=[
            DayNumbers(**msgspec.structs.asdict(numbers), day=day, frozen=each.frozen, streak=streak)
            for day, numbers, each, streak in zip(days, found, studied, stood, strict=True)
        ]
    )


async def trends(visit: Visit, pair_id: UUID | None, days: int) -> TrendsView:
    """What the caller did in the last days, today included, beside as many before them.

    Raises:
        ApiError: 404, no such pair of the caller; 503, Postgres is away.
    """
    database, owner_id = visit.resources.database, visit.owner_id
    if pair_id is not None:
        await require_pair(database, owner_id, pair_id)
    study = await settings(database, owner_id)
    today = study.day(visit.resources.now())
    both = [today - timedelta(days=back) for back in reversed(range(2 * days))]
    before, now = await analytics_queries.numbers(database, Period(owner_id, study, both), pair_id, (1, days + 1))
    return _trends_view(both[0], both[days], days, before, now)


def _days(first: date | None, last: date | None, today: date) -> list[date]:
    """The days that were asked for, without those still to come."""
    last = today if last is None else last
    first = max(EARLIEST + USUAL, last) - USUAL if first is None else first
    if first < EARLIEST:
        raise input_invalid([FieldError("from", f"must not be before {EARLIEST}")])
    if not 0 <= (last - first).days < MOST_DAYS:
        raise input_invalid([FieldError("to", f"must be from 0 to {MOST_DAYS - 1} days after the first day")])
    return [first + timedelta(days=ahead) for ahead in range((min(last, today) - first).days + 1)]


def _trends_view(first_before: date, first: date, days: int, before: Numbers, now: Numbers) -> TrendsView:
    """Two windows of as many days beside each other."""
    means_now, means_before = _means(now, days), _means(before, days)
    return TrendsView(
        days=days,
        first=first,
        first_before=first_before,
        sums={name: _trend(getattr(now, name), getattr(before, name)) for name in SUMS},
        means={name: _trend(means_now[name], means_before[name]) for name in means_now},
    )


def _means(numbers: Numbers, days: int) -> Mapping[Mean, float | None]:
    means: dict[Mean, float | None] = {name: round(getattr(numbers, name) / days, 4) for name in SUMS}
    return means | {
        "accuracy": numbers.accuracy,
        "true_retention": numbers.true_retention,
        "median_seconds": numbers.median_seconds,
    }


def _trend(now: float | None, before: float | None) -> Trend:
    return Trend(now=now, before=before, change=None if now is None or before is None else round(now - before, 4))
