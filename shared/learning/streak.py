"""Days in a row on which a learner answered something, as SQL; a frozen day without answers is passed over."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from uuid import UUID

import msgspec

from shared.learning.settings import StudySettings

MOST_STREAK = 1000
"""Days that are looked at; a longer streak is shown as this long."""

# $1 owner, $2 the beginnings of days, the newest first, $3 when the newest ends, $4 the newest day's date.
# Days are looked at one by one, each by the index of reviews, and only back to the one that ended the streak. Frozen
# days are not looked at then; those among the streak's are afterwards, to see which of them count.
STREAK = """
SELECT (gap.place - 2 - passed.days + newest.answered::integer)::integer AS streak, newest.answered, newest.frozen
FROM (
  SELECT day.place::integer AS place
  FROM unnest($2::timestamptz[], $3::timestamptz || $2::timestamptz[]) WITH ORDINALITY AS day(begins, ends, place)
  WHERE day.place > 1
    AND $4::date - (day.place - 1)::integer <> ALL (ARRAY(
      SELECT off.day FROM freeze_days AS off
      WHERE off.owner_id = $1 AND off.day > $4::date - cardinality($2::timestamptz[])))
    AND NOT EXISTS (
      SELECT FROM reviews WHERE owner_id = $1 AND reviewed_at >= day.begins AND reviewed_at < day.ends
        AND undone_at IS NULL AND source <> 'import')
  ORDER BY day.place
  LIMIT 1
) AS gap
CROSS JOIN LATERAL (
  SELECT count(*) AS days FROM freeze_days AS off
  WHERE off.owner_id = $1 AND off.day < $4::date AND off.day > $4::date - (gap.place - 1)
    AND NOT EXISTS (
      SELECT FROM reviews WHERE owner_id = $1 AND undone_at IS NULL AND source <> 'import'
        AND reviewed_at >= ($2::timestamptz[])[$4::date - off.day + 1]
        AND reviewed_at < ($2::timestamptz[])[$4::date - off.day])
) AS passed
CROSS JOIN (
  SELECT
    EXISTS (
      SELECT FROM reviews WHERE owner_id = $1 AND undone_at IS NULL AND source <> 'import'
        AND reviewed_at >= ($2::timestamptz[])[1] AND reviewed_at < $3::timestamptz) AS answered,
    EXISTS (SELECT FROM freeze_days WHERE owner_id = $1 AND day = $4::date) AS frozen
) AS newest
"""
"""One row: the streak as it stands on the newest day, which does not end it yet, and whether that day has an answer."""


class DayStudied(msgspec.Struct, frozen=True, kw_only=True):
    """A day of the learner's."""

    answered: bool
    frozen: bool


def streak_arguments(owner_id: UUID, settings: StudySettings, day: date) -> tuple[object, ...]:
    """$1 to $4 of `STREAK`, as it stands on this day."""
    begins = list(_begins(settings.time_zone, settings.day_starts_at, day))
    return owner_id, begins, settings.begin(day + timedelta(days=1)), day


# For the zones in use: a thousand conversions take milliseconds, and all learners wait meanwhile.
@lru_cache(maxsize=64)
def _begins(time_zone: str, day_starts_at: int, day: date) -> tuple[datetime, ...]:
    """When this day began, and those before it."""
    settings = StudySettings(time_zone=time_zone, day_starts_at=day_starts_at)
    return tuple(settings.begin(day - timedelta(days=back)) for back in range(MOST_STREAK))


def streaks(before: int, days: list[DayStudied], *, last_is_open: bool) -> list[int]:
    """The streak as it stood at the end of each of these days in a row.

    Args:
        before: As it stood at the end of the day before them.
        days: From the oldest on.
        last_is_open: The last one is not over, so that it ends no streak yet.
    """
    stood, streak = list[int](), before
    for place, day in enumerate(days, start=1):
        if day.answered:
            streak = min(streak + 1, MOST_STREAK)
        elif not day.frozen and not (last_is_open and place == len(days)):
            streak = 0
        stood.append(streak)
    return stood
