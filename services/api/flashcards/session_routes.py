"""Sitting down with cards."""

from http import HTTPStatus
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from services.api.bodies import require_json
from services.api.flashcards import sessions
from services.api.flashcards.schemas import AnswerView, SessionOrder, SessionView
from services.api.learning.actions import record_one
from services.api.learning.schemas import ReviewOrder
from services.api.openapi_responses import BODY, INVALID, NOT_FOUND, OWNED, SESSION_ENDED
from services.api.visits import Visit


class SessionController(Controller):
    """Study sessions of the caller."""

    path = "/api/flashcards/sessions"
    tags = ("Flashcards",)

    @post(
        status_code=HTTPStatus.CREATED,
        guards=[require_json],
        operation_id="beginStudySession",
        summary="Sit down with cards",
        description="The first cards of the queue. It lives in the database: any process goes on with it.",
        response_description="The session.",
        responses=OWNED | INVALID | BODY | NOT_FOUND,
    )
    async def begin(self, data: JSONBody[SessionOrder], visit: NamedDependency[Visit]) -> SessionView:
        """Begin a session."""
        return await sessions.begin(visit, data)

    @get(
        "/{session_id:uuid}",
        operation_id="getStudySession",
        summary="Get a session",
        description="Cards count as answered wherever they were answered since it began.",
        response_description="The session as it is now.",
        responses=OWNED | INVALID | NOT_FOUND,
    )
    async def read(self, session_id: FromPath[UUID], visit: NamedDependency[Visit]) -> SessionView:
        """The caller's session."""
        return await sessions.show(visit, session_id)

    @post(
        "/{session_id:uuid}/answers",
        status_code=HTTPStatus.CREATED,
        guards=[require_json],
        operation_id="answerInStudySession",
        summary="Answer a card of a session",
        description="As `POST /api/learning/reviews`, with the session as it goes on.",
        response_description="The card and the session as they are now.",
        responses=OWNED | INVALID | BODY | NOT_FOUND | SESSION_ENDED,
    )
    async def answer(
        self, session_id: FromPath[UUID], data: JSONBody[ReviewOrder], visit: NamedDependency[Visit]
    ) -> Response[AnswerView]:
        """Write an answer down."""
        await sessions.require_card(visit, session_id, data.card_id)
        review = await record_one(visit, data)
        status = HTTPStatus.CREATED if review.verdict == "accepted" else HTTPStatus.OK
        return Response(AnswerView(review=review, session=await sessions.show(visit, session_id)), status_code=status)

    @post(
        "/{session_id:uuid}/end",
        status_code=HTTPStatus.OK,
        operation_id="endStudySession",
        summary="End a session",
        description="Asked twice it is done once.",
        response_description="The session with its summary.",
        responses=OWNED | INVALID | NOT_FOUND,
    )
    async def end(self, session_id: FromPath[UUID], visit: NamedDependency[Visit]) -> SessionView:
        """End the caller's session."""
        return await sessions.end(visit, session_id)
