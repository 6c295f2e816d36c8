"""Operators look at workers, and let one of them go."""

from http import HTTPStatus

import structlog
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from services.api.admin import workers_rows
from services.api.admin.workers_schemas import WorkerView
from services.api.auth import ADMIN
from services.api.openapi_responses import FORBIDDEN, INVALID, NOT_DRAINABLE, NOT_FOUND, OWNED
from services.api.visits import Visit

log = structlog.get_logger(__name__)


class AdminWorkerController(Controller):
    """The processes that do the work, and the dispatchers."""

    path = "/api/admin/workers"
    tags = ("Admin",)
    opt = ADMIN

    @get(
        operation_id="listWorkers",
        summary="See all workers",
        description="The processes on the register, by service and name: workers, dispatchers, and for a while those "
        "that died.",
        response_description="All processes.",
        responses=OWNED | FORBIDDEN,
    )
    async def list_all(self, visit: NamedDependency[Visit]) -> list[WorkerView]:
        """Every process that was seen in the last hour and did not say good-bye."""
        return await workers_rows.workers(visit.resources.database)

    @post(
        "/{name:str}/drain",
        status_code=HTTPStatus.ACCEPTED,
        operation_id="drainWorker",
        summary="Drain a worker",
        description="Within a few seconds it claims nothing more, finishes what it has, gives back what is unfinished "
        "at the end of its grace, and ends with exit code 0. Whoever supervises it starts a new one, with a name of "
        "its own.",
        response_description="The worker.",
        responses=OWNED | INVALID | FORBIDDEN | NOT_FOUND | NOT_DRAINABLE,
    )
    async def drain(self, name: FromPath[str], visit: NamedDependency[Visit]) -> WorkerView:
        """Ask it to go."""
        worker = await workers_rows.drain(visit.resources.database, name)
        log.info("worker asked to drain", worker=name, by=str(visit.owner_id))
        return worker
