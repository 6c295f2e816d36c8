"""Reads what a learner did, from the reviews themselves: what is answered offline and comes late changes the past."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from services.api.database import Database, Row
from services.api.learning.analytics_schemas import Numbers
from services.api.learning.queries import share
from shared.learning.settings import StudySettings
from shared.learning.streak import STREAK, DayStudied, streak_arguments

# $1 owner, $2 pair or null for all, $3 the beginnings of days, the oldest first, $4 when the last ends, $5 with which
# of the days, counted from 1, each window begins. Answers up to half an hour before the first day, in no window, say
# whether its first sitting began the day before. What an import brought is where a replay begins (`LOGS` of
# `review_rows.py`): the state after an answer is told by the next one on the same side of it, and by the card itself
# only on the later side.
NUMBERS = """
WITH answer AS (
  SELECT review.card_id, review.id, review.reviewed_at, review.rating, review.state_before, review.duration_ms,
         width_bucket(review.reviewed_at, $3::timestamptz[]) AS day, card.state AS state_now,
         (card.imported ->> 'last_review')::timestamptz AS imported,
         review.reviewed_at - lag(review.reviewed_at) OVER (ORDER BY review.reviewed_at)
           <= interval '30 minutes' AS goes_on
  FROM reviews AS review JOIN cards AS card ON card.id = review.card_id
  WHERE review.owner_id = $1 AND review.reviewed_at >= ($3::timestamptz[])[1] - interval '30 minutes'
    AND review.reviewed_at < $4::timestamptz AND review.undone_at IS NULL AND review.source <> 'import'
    AND ($2::uuid IS NULL OR card.pair_id = $2)
), answers AS (
  SELECT width_bucket(day, $5::integer[]) AS place, count(DISTINCT day) AS days_studied, count(*) AS reviewed,
         count(*) FILTER (WHERE rating > 1) AS right, count(*) FILTER (WHERE state_before = 2) AS learnt,
         count(*) FILTER (WHERE state_before = 2 AND rating > 1) AS kept,
         count(DISTINCT card_id) FILTER (WHERE state_before = 0) AS new,
         coalesce(sum(duration_ms), 0) AS duration_ms, count(*) FILTER (WHERE goes_on IS NOT TRUE) AS sessions,
         percentile_cont(0.5) WITHIN GROUP (ORDER BY duration_ms) / 1000 AS median_seconds
  FROM answer GROUP BY 1
), graduated AS (
  SELECT width_bucket(answer.day, $5::integer[]) AS place, count(DISTINCT answer.card_id) AS learned
  FROM answer LEFT JOIN LATERAL (
    SELECT later.state_before FROM reviews AS later
    WHERE later.card_id = answer.card_id AND (later.reviewed_at, later.id) > (answer.reviewed_at, answer.id)
      AND later.undone_at IS NULL
      AND (answer.imported IS NULL OR answer.reviewed_at > answer.imported OR later.reviewed_at <= answer.imported)
    ORDER BY later.reviewed_at, later.id
    LIMIT 1
  ) AS next ON true
  WHERE answer.state_before IN (0, 1)
    AND coalesce(next.state_before,
                 CASE WHEN answer.reviewed_at <= answer.imported THEN NULL ELSE answer.state_now END) = 2
  GROUP BY 1
), added AS (
  SELECT width_bucket(width_bucket(created_at, $3::timestamptz[]), $5::integer[]) AS place, count(*) AS words_added
  FROM word_bank
  WHERE owner_id = $1 AND ($2::uuid IS NULL OR pair_id = $2)
    AND created_at >= ($3::timestamptz[])[1] AND created_at < $4::timestamptz
  GROUP BY 1
), spoken AS (
  SELECT width_bucket(width_bucket(begun.created_at, $3::timestamptz[]), $5::integer[]) AS place, count(*) AS speaking
  FROM speaking_sessions AS begun
  WHERE begun.owner_id = $1 AND begun.created_at >= ($3::timestamptz[])[1] AND begun.created_at < $4::timestamptz
    AND ($2::uuid IS NULL OR EXISTS (
      SELECT FROM sentences AS sentence JOIN language_pairs AS pair ON pair.language = sentence.language
      WHERE sentence.id = begun.sentence_id AND pair.id = $2 AND pair.owner_id = $1))
  GROUP BY 1
)
SELECT days_studied, reviewed, answers.right, learnt, kept, new, duration_ms, sessions, median_seconds, learned,
       words_added, speaking
FROM generate_subscripts($5::integer[], 1) AS wanted(place)
LEFT JOIN answers USING (place) LEFT JOIN graduated USING (place) LEFT JOIN added USING (place)
LEFT JOIN spoken USING (place)
ORDER BY wanted.place
"""
# $1 owner, $2 the beginnings of days, the oldest first, $3 their ends, $4 the first of them.
STUDIED = """
SELECT EXISTS (
         SELECT FROM reviews WHERE owner_id = $1 AND reviewed_at >= day.begins AND reviewed_at < day.ends
           AND undone_at IS NULL AND source <> 'import') AS answered,
       EXISTS (SELECT FROM freeze_days WHERE owner_id = $1 AND day = $4::date + (place - 1)::integer) AS frozen
FROM unnest($2::timestamptz[], $3::timestamptz[]) WITH ORDINALITY AS day(begins, ends, place)
ORDER BY place
"""


class Period(msgspec.Struct, frozen=True):
    """Days of a learner's in a row, the oldest first; at least one."""

    owner_id: UUID
    study: StudySettings
    days: list[date]

    @property
    def bounds(self) -> list[datetime]:
        """When each day begins, and when the last ends."""
        return [self.study.begin(day) for day in (*self.days, self.days[-1] + timedelta(days=1))]


async def numbers(database: Database, period: Period, pair_id: UUID | None, windows: Sequence[int]) -> list[Numbers]:
    """What was done in each window of the period.

    Args:
        database: The API's pool.
        period: Whose days.
        pair_id: Of which pair; of all if null.
        windows: With which of the days, counted from 1, each window begins; it goes on until the next one.
    """
    *begins, end = period.bounds
    rows = await database.rows(NUMBERS, period.owner_id, pair_id, begins, end, list(windows))
    return [_numbers(row) for row in rows]


async def studied(database: Database, period: Period) -> list[DayStudied]:
    """Which of the days have an answer, and which are frozen."""
    bounds = period.bounds
    rows = await database.rows(STUDIED, period.owner_id, bounds[:-1], bounds[1:], period.days[0])
    return [DayStudied(answered=row["answered"], frozen=row["frozen"]) for row in rows]


async def streak_before(database: Database, period: Period) -> int:
    """The streak at the end of the day before the period."""
    (row,) = await database.rows(STREAK, *streak_arguments(period.owner_id, period.study, period.days[0]))
    before: int = row["streak"] - row["answered"]
    return before


def _numbers(row: Row) -> Numbers:
    """A row of `NUMBERS`; what there was none of is null there."""
    seconds = row["median_seconds"]
    return Numbers(
        days_studied=row["days_studied"] or 0,
        reviewed=row["reviewed"] or 0,
        learned=row["learned"] or 0,
        new=row["new"] or 0,
        lapses=(row["learnt"] or 0) - (row["kept"] or 0),
        accuracy=share(row["right"], row["reviewed"]),
        true_retention=share(row["kept"], row["learnt"]),
        duration_ms=int(row["duration_ms"] or 0),
        median_seconds=None if seconds is None else round(seconds, 3),
        sessions=row["sessions"] or 0,
        words_added=row["words_added"] or 0,
        speaking=row["speaking"] or 0,
    )
