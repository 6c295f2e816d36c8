"""Operators look at queues, pause and resume them."""

from collections.abc import Iterator
from http import HTTPStatus

import structlog
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from services.api.admin import queues_rows
from services.api.admin.queues_schemas import LONGEST_PAUSE, QueuePause, QueueView
from services.api.auth import ADMIN
from services.api.bodies import require_json
from services.api.openapi_responses import BODY, FORBIDDEN, INVALID, NOT_FOUND, OWNED
from services.api.problems import ApiError, FieldError, input_invalid
from services.api.visits import Visit
from shared.jobs.kinds import QUEUES

log = structlog.get_logger(__name__)


class AdminQueueController(Controller):
    """The two queues of each service."""

    path = "/api/admin/queues"
    tags = ("Admin",)
    opt = ADMIN

    @get(
        operation_id="listQueues",
        summary="See all queues",
        description="How much waits and runs in each queue, for how long, and what is paused.",
        response_description="All queues, the services in the order of an article's steps.",
        responses=OWNED | FORBIDDEN,
    )
    async def list_all(self, visit: NamedDependency[Visit]) -> list[QueueView]:
        """Every queue there is."""
        return await queues_rows.queues(visit.resources.database)

    @post(
        "/{name:str}/pause",
        status_code=HTTPStatus.OK,
        guards=[require_json],
        operation_id="pauseQueue",
        summary="Pause a queue",
        description="From now on nobody claims a step of it; what runs goes on. A second pause takes the place of the "
        "first. Jobs still expire while they wait.",
        response_description="The queue.",
        responses=OWNED | FORBIDDEN | INVALID | BODY | NOT_FOUND,
    )
    async def pause(self, name: FromPath[str], data: JSONBody[QueuePause], visit: NamedDependency[Visit]) -> QueueView:
        """Stop claims."""
        _require_known(name)
        errors = list(_mistakes(data))
        if errors:
            raise input_invalid(errors)
        await queues_rows.pause(visit.resources.database, name, data)
        log.info("queue paused", queue=name, seconds=data.seconds, by=str(visit.owner_id))
        return await _queue(visit, name)

    @post(
        "/{name:str}/resume",
        status_code=HTTPStatus.OK,
        operation_id="resumeQueue",
        summary="Resume a queue",
        description="Ends its pause, also one that a provider asked for. A queue that is not paused stays as it is.",
        response_description="The queue.",
        responses=OWNED | INVALID | FORBIDDEN | NOT_FOUND,
    )
    async def resume(self, name: FromPath[str], visit: NamedDependency[Visit]) -> QueueView:
        """Let workers claim again; the dispatcher wakes them within a second or two."""
        _require_known(name)
        await queues_rows.resume(visit.resources.database, name)
        log.info("queue resumed", queue=name, by=str(visit.owner_id))
        return await _queue(visit, name)


async def _queue(visit: Visit, name: str) -> QueueView:
    (queue,) = await queues_rows.queues(visit.resources.database, [name])
    return queue


def _require_known(name: str) -> None:
    if name not in QUEUES:
        detail = f"There is no such queue; there are {', '.join(QUEUES)}."
        raise ApiError(HTTPStatus.NOT_FOUND, "not_found", detail)


def _mistakes(order: QueuePause) -> Iterator[FieldError]:
    if not order.reason.strip():
        yield FieldError("reason", "must not be blank")
    if "\0" in order.reason:
        yield FieldError("reason", "must not contain the character U+0000")
    if order.seconds is not None and not 1 <= order.seconds <= LONGEST_PAUSE:
        yield FieldError("seconds", f"must be from 1 to {LONGEST_PAUSE}")
