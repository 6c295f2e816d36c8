"""The batch as a response: body, ETag, where it is polled and how soon."""

from http import HTTPStatus
from uuid import UUID

from litestar import Response

from services.api.batches.queries import BatchRow, batch_row
from services.api.batches.schemas import BatchView
from services.api.batches.views import batch_url, batch_view
from services.api.jobs.answers import polling_headers
from services.api.preferences import LONGEST_WAIT, known_already
from services.api.visits import Visit

REREAD = 2.0  # seconds after which a waiting client's batch is counted again: no message tells of its jobs


async def batch_response(visit: Visit, batch_id: UUID, status: HTTPStatus = HTTPStatus.OK) -> Response[BatchView]:
    """The batch as it is now. With 202 it also says where to poll.

    Raises:
        ApiError: 404, no such batch of this owner.
    """
    response = shown(visit, await batch_row(visit.resources.database, batch_id, visit.owner_id), status)
    if status is HTTPStatus.ACCEPTED:
        response.headers["Location"] = batch_url(batch_id)
    return response


def shown(visit: Visit, row: BatchRow, status: HTTPStatus = HTTPStatus.OK) -> Response[BatchView]:
    """The batch as it was read."""
    return Response(batch_view(row), status_code=status, headers=polling_headers(visit, row))


async def awaited(visit: Visit, batch_id: UUID, if_none_match: str | None, seconds: int) -> BatchRow:
    """The batch when all of it has ended, or as soon as it is no longer what the client has; at most so much later.

    Nobody subscribes to a thousand jobs: who waits counts again every `REREAD` seconds, and holds nothing in between.

    Raises:
        ApiError: 404, no such batch of this owner.
    """
    return await visit.resources.watch.until(
        batch_id,
        lambda: batch_row(visit.resources.database, batch_id, visit.owner_id),
        lambda row: row.done or (if_none_match is not None and not known_already(if_none_match, row.etag)),
        min(seconds, LONGEST_WAIT),
        REREAD,
    )
