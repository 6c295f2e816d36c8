"""The job as a response: body, ETag, where it is polled and how soon."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from litestar import Response

from services.api.jobs.preferences import LONGEST_WAIT, known_already
from services.api.jobs.progress import retry_after
from services.api.jobs.queries import JobMark, job_mark, job_row
from services.api.jobs.schemas import JobView
from services.api.jobs.views import job_url, job_view
from services.api.visits import Visit


async def job_response(visit: Visit, job_id: UUID, status: HTTPStatus = HTTPStatus.OK) -> Response[JobView]:
    """The job as it is now. With 202 it also says where to poll.

    Raises:
        ApiError: 404, no such job of this owner.
    """
    row = await job_row(visit.resources.database, job_id, visit.owner_id)
    headers = _headers(visit, row.mark)
    if status is HTTPStatus.ACCEPTED:
        headers["Location"] = job_url(job_id)
    return Response(job_view(row), status_code=status, headers=headers)


def not_modified(visit: Visit, mark: JobMark) -> Response[Any]:
    """The client already has this version."""
    return Response(None, status_code=HTTPStatus.NOT_MODIFIED, headers=_headers(visit, mark))


def _headers(visit: Visit, mark: JobMark) -> dict[str, str]:
    headers = {"ETag": mark.etag, "Cache-Control": "private, no-cache"}
    if not mark.done:
        headers["Retry-After"] = str(retry_after(mark.created_at, visit.resources.now()))
    return headers


async def until_done(visit: Visit, job_id: UUID, seconds: int) -> JobMark:
    """Wait until the job has ended, at most so long; its latest mark.

    Raises:
        ApiError: 404, no such job of this owner.
    """
    return await visit.resources.watch.until(
        job_id,
        lambda: job_mark(visit.resources.database, job_id, visit.owner_id),
        lambda mark: mark.done,
        min(seconds, LONGEST_WAIT),
    )


async def until_changed(visit: Visit, job_id: UUID, if_none_match: str, seconds: int) -> JobMark:
    """Wait until the job is no longer what the client has, at most so long; its latest mark.

    Raises:
        ApiError: 404, no such job of this owner.
    """
    return await visit.resources.watch.until(
        job_id,
        lambda: job_mark(visit.resources.database, job_id, visit.owner_id),
        lambda mark: mark.done or not known_already(if_none_match, mark.etag),
        min(seconds, LONGEST_WAIT),
    )
