"""Setting out to say sentences aloud."""

from http import HTTPStatus
from uuid import UUID

from anyio import to_thread
from litestar import Controller, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from services.api.bodies import require_json
from services.api.openapi_responses import BODY, INVALID, NOT_FOUND, OWNED
from services.api.paging import Page, PageSize, PageToken, cursor
from services.api.speaking import queries
from services.api.speaking.schemas import SpeakingOrder, SpeakingSession, SpeakingSummary
from services.api.visits import Visit


class SpeakingController(Controller):
    """Speaking sessions of the caller."""

    path = "/api/speaking/sessions"
    tags = ("Speaking",)

    @post(
        status_code=HTTPStatus.CREATED,
        guards=[require_json],
        operation_id="beginSpeaking",
        summary="Set out to say a sentence",
        description="The answer has what is to be shown. A `graded` session gives no audio: the learner is to say the "
        "sentence, not to repeat it.",
        response_description="The session.",
        responses=OWNED | INVALID | BODY | NOT_FOUND,
    )
    async def begin(self, data: JSONBody[SpeakingOrder], visit: NamedDependency[Visit]) -> SpeakingSession:
        """Begin a session."""
        return await _shown(visit, await queries.begin(visit.resources.database, visit.owner_id, data))

    @get(
        operation_id="listSpeakingSessions",
        summary="List speaking sessions",
        description="The caller's, newest first.",
        response_description="A page of sessions.",
        responses=OWNED | INVALID,
    )
    async def list_all(
        self, visit: NamedDependency[Visit], page_size: PageSize = 0, page_token: PageToken = None
    ) -> Page[SpeakingSummary]:
        """A page of the caller's sessions."""
        at = cursor(page_size, page_token, "speaking", visit.owner_id)
        rows = await queries.session_rows(visit.resources.database, visit.owner_id, at)
        return at.page(rows, [row.id for row in rows], [row.created_at for row in rows])

    @get(
        "/{session_id:uuid}",
        operation_id="getSpeakingSession",
        summary="Get a speaking session",
        description="With its sentence as it is now.",
        response_description="The session.",
        responses=OWNED | INVALID | NOT_FOUND,
    )
    async def read(self, session_id: FromPath[UUID], visit: NamedDependency[Visit]) -> SpeakingSession:
        """The caller's session."""
        return await _shown(visit, session_id)

    @delete(
        "/{session_id:uuid}",
        operation_id="deleteSpeakingSession",
        summary="Delete a speaking session",
        description="It is gone for good.",
        response_description="It is gone.",
        responses=OWNED | INVALID | NOT_FOUND,
    )
    async def remove(self, session_id: FromPath[UUID], visit: NamedDependency[Visit]) -> None:
        """Forget the caller's session."""
        await queries.delete(visit.resources.database, session_id, visit.owner_id)


async def _shown(visit: Visit, session_id: UUID) -> SpeakingSession:
    database, resources = visit.resources.database, visit.resources
    row = await queries.session_row(database, session_id, visit.owner_id)
    translated = await queries.translations(database, row, visit.owner_id)
    return await to_thread.run_sync(lambda: queries.session_view(row, translated, resources))
