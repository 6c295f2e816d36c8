"""Reads how a learner studies, what is due, and how it went."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from services.api.database import Database
from services.api.learning.cards import IN_STATE, these_cards
from services.api.learning.schemas import (
    DueCounts,
    ForecastDay,
    ForecastView,
    QueuedCard,
    QueueView,
    Sm2View,
    StateCounts,
    StatsView,
)
from services.api.learning.sm2 import sm2_view
from services.api.learning.views import memory_of
from services.api.problems import not_found
from shared.learning.queue import DUE_COUNTS, TODAY, queue_arguments, today
from shared.learning.settings import StudySettings
from shared.learning.settings_rows import READ_SETTINGS, settings_of
from shared.learning.streak import STREAK, streak_arguments

WHAT_PAIR = "language pair"
PAIR = "SELECT id FROM language_pairs WHERE owner_id = $1 AND CASE WHEN $2::uuid IS NULL THEN active ELSE id = $2 END"
CARD = (
    "SELECT id, state, step, stability, difficulty, due, last_review, reviews, lapses, suspended"
    " FROM cards WHERE owner_id = $1 AND id = $2"
)
ANSWERS = """
SELECT count(*) AS reviews, count(*) FILTER (WHERE rating > 1) AS right,
       count(*) FILTER (WHERE state_before = 2) AS learnt,
       count(*) FILTER (WHERE state_before = 2 AND rating > 1) AS kept,
       coalesce(sum(duration_ms), 0)::bigint AS duration_ms, count(*) FILTER (WHERE reviewed_at >= $4) AS today
FROM reviews
WHERE owner_id = $1 AND reviewed_at >= $2 AND reviewed_at < $3 AND undone_at IS NULL AND source <> 'import'
"""
_COUNTS = ", ".join(f"count(*) FILTER (WHERE {condition}) AS {state}" for state, condition in IN_STATE.items())
STATES = f"SELECT {_COUNTS} FROM cards AS card WHERE owner_id = $1 AND ($2::uuid IS NULL OR pair_id = $2)"  # noqa: S608 - our own text
# Buckets: 0 is before the first bound, that is overdue or due today.
FORECAST = """
SELECT width_bucket(due, $3::timestamptz[]) AS day, count(*) AS cards
FROM cards
WHERE owner_id = $1 AND pair_id = $2 AND suspended IS NULL AND state > 0 AND due < $4
GROUP BY 1
"""


async def settings(database: Database, owner_id: UUID) -> StudySettings:
    """How this learner studies."""
    row = await database.row(READ_SETTINGS, owner_id)
    return settings_of(None if row is None else dict(row.items()))


async def require_pair(database: Database, owner_id: UUID, pair_id: UUID | None) -> UUID:
    """The owner's language pair, or the active one if none is named.

    Raises:
        ApiError: 404, no such pair of this owner, or none is active.
    """
    row = await database.row(PAIR, owner_id, pair_id)
    if row is None:
        raise not_found(WHAT_PAIR)
    found: UUID = row["id"]
    return found


async def queue(database: Database, owner_id: UUID, pair_id: UUID, now: datetime, most: int) -> QueueView:
    """What is to be asked now of the owner's pair, at most `most` cards."""
    study = await settings(database, owner_id)
    arguments = queue_arguments(owner_id, pair_id, study, now)
    rows = await database.rows(TODAY, *arguments, most)
    kinds = {row["id"]: row["kind"] for row in rows}
    cards = await these_cards(database, owner_id, list(kinds))
    counts = await database.rows(DUE_COUNTS, *arguments)
    return QueueView(
        pair_id=pair_id,
        day=study.day(now),
        counts=DueCounts(**dict(counts[0].items())),
        cards=[QueuedCard(kind=kinds[card.id], card=card) for card in cards],
    )


async def stats(database: Database, owner_id: UUID, pair_id: UUID | None, now: datetime, days: int) -> StatsView:
    """How the owner has studied in the last `days` of their days, today included.

    Args:
        database: The API's pool.
        owner_id: Whose.
        pair_id: Whose cards are counted; those of all pairs if null.
        now: This moment.
        days: How many.
    """
    study = await settings(database, owner_id)
    begins, ends = today(study, now)
    first = study.begin(study.day(now) - timedelta(days=days - 1))
    (answers,) = await database.rows(ANSWERS, owner_id, first, ends, begins)
    (states,) = await database.rows(STATES, owner_id, pair_id)
    (days_in_a_row,) = await database.rows(STREAK, *streak_arguments(owner_id, study, study.day(now)))
    return StatsView(
        days=days,
        reviews=answers["reviews"],
        accuracy=share(answers["right"], answers["reviews"]),
        true_retention=share(answers["kept"], answers["learnt"]),
        duration_ms=answers["duration_ms"],
        reviews_today=answers["today"],
        streak=days_in_a_row["streak"],
        cards=StateCounts(**dict(states.items())),
    )


def share(part: int | None, whole: int | None) -> float | None:
    """The part that it is of the whole, to four digits; null if there is no whole."""
    return round((part or 0) / whole, 4) if whole else None


async def forecast(database: Database, owner_id: UUID, pair_id: UUID, now: datetime, days: int) -> ForecastView:
    """How many of the pair's cards become due on each of the learner's next `days` days, today included."""
    study = await settings(database, owner_id)
    named = [study.day(now) + timedelta(days=ahead) for ahead in range(days)]
    ends = [study.begin(day + timedelta(days=1)) for day in named]
    due = await _due_by_day(database, owner_id, pair_id, ends)
    return ForecastView(days=[ForecastDay(day=day, due=due.get(place, 0)) for place, day in enumerate(named)])


async def _due_by_day(database: Database, owner_id: UUID, pair_id: UUID, ends: Sequence[datetime]) -> dict[int, int]:
    rows = await database.rows(FORECAST, owner_id, pair_id, list(ends), ends[-1])
    return {row["day"]: row["cards"] for row in rows}


async def sm2(database: Database, owner_id: UUID, card_id: UUID) -> Sm2View:
    """The owner's card as SM-2 would describe it.

    Raises:
        ApiError: 404, no such card of this owner.
    """
    row = await database.row(CARD, owner_id, card_id)
    if row is None:
        raise not_found("card")
    columns = dict(row.items())
    return sm2_view(card_id, memory_of(columns), columns["suspended"], await settings(database, owner_id))
