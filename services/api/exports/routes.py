"""Taking everything out: as JSON and CSV, or as an Anki deck."""

from datetime import timedelta
from http import HTTPStatus
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from services.api.auth import insufficient
from services.api.bodies import require_json
from services.api.idempotency import IdempotencyKey, idempotency_of
from services.api.imports.results import LATEST_EXPORT, export_view
from services.api.imports.schemas import ExportRequest, ExportView
from services.api.jobs.answers import job_response
from services.api.jobs.orders import job_of, submitted
from services.api.jobs.schemas import JobView
from services.api.limits.quotas import ORDER
from services.api.openapi_responses import BODY, INVALID, KEY_REUSED, NEW_JOB_HEADERS, NOT_FOUND, ORDER_HEADERS, OWNED
from services.api.visits import Visit
from shared.jobs.kinds import EXPORT_LEARNER
from shared.learning.transfers import ExportOrder

FRESH = timedelta(hours=1)
"""An export that is younger is as good as a new one."""


class ExportController(Controller):
    """Everything that the caller owns."""

    path = "/api/exports"
    tags = ("Imports and exports",)

    @post(
        status_code=HTTPStatus.ACCEPTED,
        guards=[require_json],
        opt=ORDER,
        operation_id="createExport",
        summary="Take everything out",
        description="`json`: a ZIP with every table as JSON and the word bank as CSV. `apkg`: the word bank as an Anki "
        "package with cards, reviews and media; its ids stay the same, so importing it twice doubles nothing.",
        response_description="The job that packs it.",
        response_headers=ORDER_HEADERS,
        responses=OWNED | INVALID | BODY | KEY_REUSED,
    )
    async def create(
        self, data: JSONBody[ExportRequest], visit: NamedDependency[Visit], idempotency_key: IdempotencyKey = None
    ) -> Response[JobView]:
        """Create the job."""
        order = ExportOrder(format=data.format)
        job = job_of(visit, EXPORT_LEARNER, order, idempotency_of(idempotency_key, data), bulk=True)
        return await submitted(visit, job)

    @get(
        "/{job_id:uuid}",
        operation_id="getExport",
        summary="Fetch an export",
        description="The job, and when it is done an address at which the file can be fetched.",
        response_description="The export.",
        responses=OWNED | INVALID | NOT_FOUND,
    )
    async def read(self, job_id: FromPath[UUID], visit: NamedDependency[Visit]) -> ExportView:
        """The export."""
        return await export_view(visit, job_id)


@get(
    "/api/auth/me/export",
    status_code=HTTPStatus.ACCEPTED,
    opt=ORDER,
    tags=["Accounts"],
    operation_id="exportMe",
    summary="Everything that is kept about me",
    description="The caller's export of the last hour, or a new one as JSON: asking again asks for the same. When the "
    "job is done, `GET /api/exports/{job_id}` says where the file is. A key that may only read gets the one that is "
    "there.",
    response_description="The job that packs it.",
    response_headers=NEW_JOB_HEADERS,
    responses=OWNED,
)
async def export_me(visit: NamedDependency[Visit]) -> Response[JobView]:
    """Find the job or create it.

    Raises:
        ApiError: 403, there is none, and the key may not write.
    """
    since = visit.resources.now() - FRESH
    row = await visit.resources.database.row(LATEST_EXPORT, visit.owner_id, EXPORT_LEARNER, since)
    if row is not None:
        return await job_response(visit, row["id"], HTTPStatus.ACCEPTED)
    if "write" not in visit.caller.scopes:
        raise insufficient("write", "There is no export of the last hour; a new one needs the scope `write`.")
    return await submitted(visit, job_of(visit, EXPORT_LEARNER, ExportOrder(), bulk=True))
