"""The job as a response: body, ETag, where it is polled and how soon."""

from datetime import datetime
from http import HTTPStatus
from typing import Any, Protocol
from uuid import UUID

from litestar import Response

from services.api.idempotency import REPLAYED
from services.api.jobs.actions import Created
from services.api.jobs.progress import retry_after
from services.api.jobs.queries import JobMark, job_mark, job_row
from services.api.jobs.schemas import JobView
from services.api.jobs.views import job_url, job_view
from services.api.preferences import LONGEST_WAIT, known_already
from services.api.visits import Visit


class Polled(Protocol):
    """What of a job or a batch tells whether to ask again, and when."""

    @property
    def etag(self) -> str:
        """Another one as soon as there is something new to tell."""

    @property
    def done(self) -> bool:
        """It will not change any more."""

    @property
    def created_at(self) -> datetime:
        """The older it is, the less often it pays to ask."""


async def job_response(visit: Visit, job_id: UUID, status: HTTPStatus = HTTPStatus.OK) -> Response[JobView]:
    """The job as it is now. With 202 it also says where to poll.

    Raises:
        ApiError: 404, no such job of this owner.
    """
    row = await job_row(visit.resources.database, job_id, visit.owner_id)
    headers = polling_headers(visit, row.mark)
    if status is HTTPStatus.ACCEPTED:
        headers["Location"] = job_url(job_id)
    return Response(job_view(row), status_code=status, headers=headers)


async def created_response(visit: Visit, job: Created) -> Response[JobView]:
    """The job that an order asked for, where to poll it, and whether an earlier request has created it."""
    response = await job_response(visit, job.id, HTTPStatus.ACCEPTED)
    if job.replayed:
        response.headers[REPLAYED] = "true"
    return response


def not_modified(visit: Visit, polled: Polled) -> Response[Any]:
    """The client already has this version."""
    return Response(None, status_code=HTTPStatus.NOT_MODIFIED, headers=polling_headers(visit, polled))


def polling_headers(visit: Visit, polled: Polled) -> dict[str, str]:
    """Which version this is, and how soon to ask again if it is not the last."""
    headers = {"ETag": polled.etag, "Cache-Control": "private, no-cache"}
    if not polled.done:
        headers["Retry-After"] = str(retry_after(polled.created_at, visit.resources.now()))
    return headers


async def awaited(visit: Visit, job_id: UUID, if_none_match: str | None, seconds: int) -> JobMark:
    """The job's mark when it has ended, or as soon as it is no longer what the client has; at most so much later.

    Raises:
        ApiError: 404, no such job of this owner.
    """
    return await visit.resources.watch.until(
        job_id,
        lambda: job_mark(visit.resources.database, job_id, visit.owner_id),
        lambda mark: mark.done or (if_none_match is not None and not known_already(if_none_match, mark.etag)),
        min(seconds, LONGEST_WAIT),
    )
