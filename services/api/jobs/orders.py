"""From an order to the job that fulfils it, for kinds whose steps are always the same."""

import msgspec
from litestar import Response

from services.api.jobs.actions import submit
from services.api.jobs.answers import created_response
from services.api.jobs.schemas import JobView
from services.api.visits import Visit
from shared.jobs.kinds import ALL_STEPS
from shared.jobs.submission import Idempotency, Submission


def job_of(
    visit: Visit, kind: str, order: object, idempotency: Idempotency | None = None, *, bulk: bool = False
) -> Submission:
    """The job of this kind that fulfils an order.

    Args:
        visit: Whose job it is.
        kind: One of `shared.jobs.kinds`.
        order: The job's input, kept as JSON.
        idempotency: The client's key, if it gave one.
        bulk: It waits behind everybody who waits for an answer.
    """
    return Submission(
        owner_id=visit.owner_id,
        kind=kind,
        input=msgspec.Raw(msgspec.json.encode(order)),
        steps=ALL_STEPS[kind],
        bulk=bulk,
        request_id=visit.request_id,
        idempotency=idempotency,
    )


async def submitted(visit: Visit, job: Submission) -> Response[JobView]:
    """Create the job; it is committed before the answer is sent.

    Raises:
        ApiError: 401, the owner's account is gone; 422, the idempotency key was used for another order; 503, Postgres
            is away or busy.
    """
    return await created_response(visit, await submit(visit.resources, job))
