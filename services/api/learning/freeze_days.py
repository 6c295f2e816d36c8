"""Days on which a learner need not answer anything: an empty one neither counts for the streak nor ends it."""

from datetime import date, timedelta
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from services.api.database import Database
from services.api.learning.queries import settings
from services.api.problems import ApiError, FieldError, input_invalid
from services.api.transactions import in_transaction
from services.api.visits import Visit
from shared.db.session import Connection
from shared.learning.pairs import LOCK

BACK = timedelta(days=2)
"""So that a day can be frozen when it has just been missed."""
AHEAD = timedelta(days=90)
MOST_OPEN = 31
"""Days that are today or later and frozen at once."""
SHOWN = timedelta(days=366)
"""How far back frozen days are listed."""
DAYS = "SELECT day FROM freeze_days WHERE owner_id = $1 AND day >= $2 ORDER BY day"
FREEZE = "INSERT INTO freeze_days (owner_id, day) VALUES ($1, $2) ON CONFLICT DO NOTHING"
OPEN = "SELECT count(*) AS days FROM freeze_days WHERE owner_id = $1 AND day >= $2"
THAW = "DELETE FROM freeze_days WHERE owner_id = $1 AND day = $2 RETURNING day"


class FreezeDaysView(msgspec.Struct, frozen=True, kw_only=True):
    """The frozen days of a learner, and which may be frozen."""

    days: Annotated[list[date], Meta(description="In their order, from a year back on.")]
    today: Annotated[date, Meta(description="The learner's day.")]
    first: Annotated[date, Meta(description="The earliest day that may be frozen now.")]
    last: Annotated[date, Meta(description="The latest.")]
    left: Annotated[int, Meta(ge=0, description="How many more days from today on may be frozen.")]


async def freeze_days(visit: Visit) -> FreezeDaysView:
    """The caller's frozen days."""
    today = await _today(visit)
    rows = await visit.resources.database.rows(DAYS, visit.owner_id, today - SHOWN)
    days = [row["day"] for row in rows]
    still_open = sum(day >= today for day in days)
    return FreezeDaysView(
        days=days, today=today, first=today - BACK, last=today + AHEAD, left=max(0, MOST_OPEN - still_open)
    )


async def freeze(visit: Visit, day: date) -> None:
    """Freeze a day of the caller's; one that is frozen stays so.

    Raises:
        ApiError: 400, it is too long ago or too far ahead; 409, too many are frozen; 503, Postgres is away or busy.
    """
    today = await _today(visit)
    if not today - BACK <= day <= today + AHEAD:
        raise input_invalid([FieldError("day", f"must be from {today - BACK} to {today + AHEAD}")])
    await in_transaction(visit.resources, lambda connection: _freeze(connection, visit.owner_id, day, today))


async def thaw(database: Database, owner_id: UUID, day: date) -> None:
    """Make a frozen day like any other; one that was never frozen is."""
    await database.rows(THAW, owner_id, day)


async def _today(visit: Visit) -> date:
    study = await settings(visit.resources.database, visit.owner_id)
    return study.day(visit.resources.now())


def _freeze(connection: Connection, owner_id: UUID, day: date, today: date) -> None:
    connection.execute(LOCK, (owner_id,))  # one after the other, so that there cannot be too many
    new = connection.execute(FREEZE, (owner_id, day)).rowcount == 1
    if not new or day < today:
        return
    found = connection.execute(OPEN, (owner_id, today)).fetchone()
    if found is not None and found["days"] > MOST_OPEN:
        detail = f"At most {MOST_OPEN} days from today on are frozen at once."
        raise ApiError(HTTPStatus.CONFLICT, "too_many_freeze_days", detail)
