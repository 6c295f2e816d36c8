"""Answering cards, online and offline, and what comes of it."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from services.api.bodies import require_json
from services.api.learning import actions, queries
from services.api.learning.schemas import (
    ForecastView,
    QueueView,
    ReviewOrder,
    ReviewView,
    ScheduledCard,
    SettingsOrder,
    SettingsView,
    Sm2View,
    StatsView,
    SyncOrder,
    SyncReport,
)
from services.api.learning.views import settings_view, sync_report
from services.api.openapi_responses import (
    BODY,
    INVALID,
    NOT_FOUND,
    OWNED,
    REVIEW_CONFLICT,
    REVIEW_NOT_UNDOABLE,
)
from services.api.visits import Visit

MOST_DAYS = 365
MOST_QUEUED = 500
PairId = Annotated[UUID | None, QueryParameter(name="pair_id", description="A language pair; the active one without.")]
AnyPairId = Annotated[UUID | None, QueryParameter(name="pair_id", description="Only cards of this pair.")]
Days = Annotated[int, QueryParameter(name="days", ge=1, le=MOST_DAYS, description="The learner's days.")]
Limit = Annotated[int, QueryParameter(name="limit", ge=1, le=MOST_QUEUED, description="Cards at most.")]


class LearningController(Controller):
    """Reviews, settings and what is due, of the caller."""

    path = "/api/learning"
    tags = ("Learning",)

    @post(
        "/reviews",
        status_code=HTTPStatus.CREATED,
        guards=[require_json],
        operation_id="createReview",
        summary="Answer a card",
        description="The client makes the id up, so that an answer that is sent again counts once: then it is 200 with "
        "the verdict `duplicate`.",
        response_description="The card as it is now.",
        responses=OWNED | INVALID | BODY | NOT_FOUND | REVIEW_CONFLICT,
    )
    async def review(self, data: JSONBody[ReviewOrder], visit: NamedDependency[Visit]) -> Response[ReviewView]:
        """Write one answer down."""
        view = await actions.record_one(visit, data)
        status = HTTPStatus.CREATED if view.verdict == "accepted" else HTTPStatus.OK
        return Response(view, status_code=status)

    @post(
        "/reviews/sync",
        status_code=HTTPStatus.OK,
        guards=[require_json],
        operation_id="syncReviews",
        summary="Send answers that were given offline",
        description="Each counts exactly once, in whatever order and in however many calls they come: cards end up as "
        "if every answer had been sent at once. What cannot be taken is told, and keeps nothing else back.",
        response_description="What became of each.",
        responses=OWNED | INVALID | BODY,
    )
    async def sync(self, data: JSONBody[SyncOrder], visit: NamedDependency[Visit]) -> SyncReport:
        """Write many answers down."""
        return sync_report(await actions.record(visit, actions.events_of(data.reviews, "offline")))

    @post(
        "/reviews/{review_id:uuid}/undo",
        status_code=HTTPStatus.OK,
        operation_id="undoReview",
        summary="Take the last answer of a card back",
        description="The card is as if it had not been given. Asked twice it is done once.",
        response_description="The card as it is now.",
        responses=OWNED | INVALID | NOT_FOUND | REVIEW_NOT_UNDOABLE,
    )
    async def undo(self, review_id: FromPath[UUID], visit: NamedDependency[Visit]) -> ScheduledCard:
        """Undo a review."""
        return await actions.undo(visit, review_id)

    @get(
        "/settings",
        operation_id="getStudySettings",
        summary="How I study",
        description="The defaults, until they are changed.",
        response_description="The settings.",
        responses=OWNED,
    )
    async def settings(self, visit: NamedDependency[Visit]) -> SettingsView:
        """The caller's settings."""
        return settings_view(await queries.settings(visit.resources.database, visit.owner_id))

    @put(
        "/settings",
        guards=[require_json],
        operation_id="putStudySettings",
        summary="Study otherwise",
        description="They hold for what is answered from now on; cards keep the day for which they are due.",
        response_description="The settings.",
        responses=OWNED | INVALID | BODY,
    )
    async def save_settings(self, data: JSONBody[SettingsOrder], visit: NamedDependency[Visit]) -> SettingsView:
        """Change the caller's settings."""
        return settings_view(await actions.save_settings(visit, data))

    @get(
        "/queue",
        operation_id="getQueue",
        summary="What to ask now",
        description="Within today's limits, in the learner's day: learning cards that are due, then reviews, those "
        "most likely forgotten first, then new cards. Of the cards of one word one a day.",
        response_description="Cards in the order in which to ask them.",
        responses=OWNED | INVALID | NOT_FOUND,
    )
    async def queue(self, visit: NamedDependency[Visit], pair_id: PairId = None, limit: Limit = 50) -> QueueView:
        """The caller's queue."""
        database, owner_id = visit.resources.database, visit.owner_id
        pair = await queries.require_pair(database, owner_id, pair_id)
        return await queries.queue(database, owner_id, pair, visit.resources.now(), limit)

    @get(
        "/stats",
        operation_id="getStudyStats",
        summary="How it went",
        description="Answers of the last days, the streak, and how many cards are in which state.",
        response_description="The numbers.",
        responses=OWNED | INVALID,
    )
    async def stats(self, visit: NamedDependency[Visit], pair_id: AnyPairId = None, days: Days = 30) -> StatsView:
        """The caller's numbers."""
        return await queries.stats(visit.resources.database, visit.owner_id, pair_id, visit.resources.now(), days)

    @get(
        "/forecast",
        operation_id="getForecast",
        summary="What becomes due",
        description="Cards that become due on each of the learner's days from today on, overdue ones today.",
        response_description="The days.",
        responses=OWNED | INVALID | NOT_FOUND,
    )
    async def forecast(self, visit: NamedDependency[Visit], pair_id: PairId = None, days: Days = 30) -> ForecastView:
        """The caller's next days."""
        database, owner_id = visit.resources.database, visit.owner_id
        pair = await queries.require_pair(database, owner_id, pair_id)
        return await queries.forecast(database, owner_id, pair, visit.resources.now(), days)

    @get(
        "/sm2/{card_id:uuid}",
        operation_id="getSuperMemoView",
        summary="A card in the words of SM-2",
        description="Computed from FSRS, for clients that know ease and interval; it schedules nothing.",
        response_description="Ease, interval and state.",
        responses=OWNED | INVALID | NOT_FOUND,
    )
    async def sm2(self, card_id: FromPath[UUID], visit: NamedDependency[Visit]) -> Sm2View:
        """The caller's card."""
        return await queries.sm2(visit.resources.database, visit.owner_id, card_id)
