"""What the caller did, by days and in windows of days."""

from datetime import date
from typing import Annotated
from uuid import UUID

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from services.api.learning import analytics
from services.api.learning.analytics_schemas import DailyView, TrendsView
from services.api.openapi_responses import INVALID, NOT_FOUND, OWNED
from services.api.visits import Visit

LONGEST_WINDOW = 365  # days
PairId = Annotated[UUID | None, QueryParameter(name="pair_id", description="Only what is of this language pair.")]
First = Annotated[
    date | None, QueryParameter(name="from", description="The first of the learner's days; 29 before the last without.")
]
Last = Annotated[
    date | None, QueryParameter(name="to", description="The last, today without; days still to come are left out.")
]
Days = Annotated[int, QueryParameter(name="days", ge=1, le=LONGEST_WINDOW, description="Days of each window.")]


class AnalyticsController(Controller):
    """How the caller's studies go."""

    path = "/api/learning/analytics"
    tags = ("Learning",)

    @get(
        "/daily",
        operation_id="getDailyAnalytics",
        summary="What was done on each day",
        description="For each of the learner's days, at most 366. Computed from the answers when it is asked for: one "
        "that was given offline counts on the day on which it was given, as soon as it has come.",
        response_description="The days.",
        responses=OWNED | INVALID | NOT_FOUND,
    )
    async def daily(
        self,
        visit: NamedDependency[Visit],
        from_: First = None,
        to: Last = None,
        pair_id: PairId = None,
    ) -> DailyView:
        """The caller's days."""
        return await analytics.daily(visit, pair_id, from_, to)

    @get(
        "/trends",
        operation_id="getTrends",
        summary="The last days beside those before them",
        description="Sums and means of the last days, today included, of as many days before them, and the change.",
        response_description="The two windows.",
        responses=OWNED | INVALID | NOT_FOUND,
    )
    async def trends(self, visit: NamedDependency[Visit], pair_id: PairId = None, days: Days = 30) -> TrendsView:
        """The caller's windows."""
        return await analytics.trends(visit, pair_id, days)
