"""Freezing days, so that a streak outlives them."""

from datetime import date

from litestar import Controller, delete, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath

from services.api.learning import freeze_days
from services.api.learning.freeze_days import FreezeDaysView
from services.api.openapi_responses import INVALID, NOT_FOUND, OWNED, TOO_MANY_FREEZE_DAYS
from services.api.visits import Visit


class FreezeDayController(Controller):
    """The caller's frozen days."""

    path = "/api/learning/freeze-days"
    tags = ("Learning",)

    @get(
        operation_id="listFreezeDays",
        summary="Days that are frozen",
        description="A frozen day without answers neither counts for the streak nor ends it; one with answers counts "
        "as any other.",
        response_description="The days, and which may be frozen now.",
        responses=OWNED,
    )
    async def days(self, visit: NamedDependency[Visit]) -> FreezeDaysView:
        """The caller's frozen days."""
        return await freeze_days.freeze_days(visit)

    @put(
        "/{day:date}",
        status_code=204,
        operation_id="freezeDay",
        summary="Freeze a day",
        description="A day of the learner's, as 2026-03-01: from two days back, so that a streak that was just missed "
        "can be saved, to 90 days ahead; at most 31 from today on at once. Asked twice it is done once.",
        response_description="It is frozen.",
        responses=OWNED | INVALID | NOT_FOUND | TOO_MANY_FREEZE_DAYS,
    )
    async def freeze(self, day: FromPath[date], visit: NamedDependency[Visit]) -> None:
        """Freeze the day."""
        await freeze_days.freeze(visit, day)

    @delete(
        "/{day:date}",
        operation_id="thawDay",
        summary="Make a frozen day like any other",
        description="If nothing was answered on it, it ends the streak again. One that is not frozen stays so.",
        response_description="It is not frozen.",
        responses=OWNED | INVALID | NOT_FOUND,
    )
    async def thaw(self, day: FromPath[date], visit: NamedDependency[Visit]) -> None:
        """Thaw the day."""
        await freeze_days.thaw(visit.resources.database, visit.owner_id, day)
