"""What clients do to jobs. Creating is hot (asyncpg); cancel and retry are cold: the engine's store in a thread."""

from collections.abc import Callable
from http import HTTPStatus
from typing import TypeVar
from uuid import UUID

import msgspec
import psycopg
import psycopg_pool
from anyio import CapacityLimiter, to_thread

from services.api.auth import BAD_KEY, unauthenticated
from services.api.database import Database, Row
from services.api.idempotency import require_same
from services.api.jobs.queries import job_row
from services.api.jobs.views import status_of
from services.api.problems import ApiError, contended, database_away, not_found
from services.api.resources import Resources
from shared.jobs import store
from shared.jobs.statements import SQL
from shared.jobs.submission import Batch, Submission, WakeUp, submit_document
from shared.queue.publisher import Publisher

Result = TypeVar("Result")

FIRST = "SELECT id, idempotency_hash FROM jobs WHERE owner_id = $1 AND idempotency_key = $2"


class Created(msgspec.Struct, frozen=True):
    """What an order led to."""

    id: UUID
    """Of the job or batch that fulfils it."""
    replayed: bool
    """It was there already: an earlier request with the same key created it."""


async def submit(resources: Resources, submission: Submission) -> Created:
    """Create a job; once this returns it is committed, and its first step's wake-up is on its way.

    Raises:
        ApiError: 401, the owner's account was deleted meanwhile; 422, its idempotency key was used for another order;
            503, Postgres is away or busy.
    """
    document = submit_document([submission]).encode()
    rows = await resources.database.rows(SQL["submit"], document, resources.publisher.healthy, None)
    publish(resources.publisher, rows)
    return await created(resources.database, FIRST, submission, new=bool(rows))


def publish(publisher: Publisher, rows: list[Row]) -> None:
    """Wake workers up for the steps of new jobs, as the statement `submit` gives them."""
    publisher.publish(
        WakeUp(job_id=row["job_id"], step=row["name"], task=row["task"], queue=row["queue"])
        for row in rows
        if row["publish"]
    )


async def created(database: Database, first: str, order: Submission | Batch, *, new: bool) -> Created:
    """The order's own row if it is new, else the one that the same key has created before.

    Args:
        database: Where both lie.
        first: Reads `id` and `idempotency_hash` by owner ($1) and key ($2). A statement of its own: the one that lost
            does not see what the winner has committed.
        order: What was to be created.
        new: Whether it was.

    Raises:
        ApiError: 401, the owner's account is gone, and with it whatever the key has created; 422, the key was used for
            another order.
    """
    key = order.idempotency
    if new:
        return Created(order.id, replayed=False)
    row = None if key is None else await database.row(first, order.owner_id, key.key)
    if key is None or row is None:
        raise unauthenticated(BAD_KEY)
    require_same(key, row["idempotency_hash"])
    return Created(row["id"], replayed=True)


async def cancel(resources: Resources, job_id: UUID, owner_id: UUID) -> None:
    """Ask the owner's job to stop.

    Raises:
        ApiError: 404, no such job of this owner; 409, it has ended; 503, Postgres is away or busy.
    """
    try:
        await in_thread(lambda: store.cancel(resources.engine, job_id, owner_id))
    except store.JobEndedError as error:
        detail = f"The job has already ended: it is {error.state}."
        raise _conflict(job_id, error.state, code="job_already_finished", detail=detail) from error
    resources.publisher.notify([job_id])


async def retry(resources: Resources, job_id: UUID, owner_id: UUID, request_id: str) -> UUID:
    """Make a new job from one that did not succeed; asked again, it is the same new job.

    Raises:
        ApiError: 404, no such job of this owner; 409, it is open or has succeeded, or the article that it wrote was
            deleted; 503, Postgres is away or busy.
    """
    await _require_article(resources.database, job_id, owner_id)
    may_publish = resources.publisher.healthy
    try:
        new_id, wakeups = await in_thread(
            lambda: store.retry(resources.engine, job_id, owner_id, request_id=request_id, may_publish=may_publish)
        )
    except store.JobNotRetryableError as error:
        detail = f"Only a job that ended without full success can be retried: it is {error.state}."
        raise _conflict(job_id, error.state, code="job_not_retryable", detail=detail) from error
    resources.publisher.publish(wakeups)
    return new_id


async def _require_article(database: Database, job_id: UUID, owner_id: UUID) -> None:
    """The steps of the new job would find no article if the one that the job wrote was deleted."""
    row = await job_row(database, job_id, owner_id)
    if any(step.article_gone for step in row.steps):
        detail = "The article of this job was deleted: order a new one."
        raise _conflict(job_id, status_of(row), code="job_not_retryable", detail=detail)


def _conflict(job_id: UUID, status: str, *, code: str, detail: str) -> ApiError:
    members = {"job_id": str(job_id), "job_status": status}
    return ApiError(HTTPStatus.CONFLICT, code, detail, members=members)


async def in_thread(transition: Callable[[], Result], limiter: CapacityLimiter | None = None) -> Result:
    """Do what the engine's store does, which blocks.

    Args:
        transition: What to do.
        limiter: How many threads there are for it; those that all share if null.

    Raises:
        ApiError: 404, no such job of this owner; 503, Postgres is away or busy.
    """
    try:
        return await to_thread.run_sync(transition, limiter=limiter)
    except store.JobNotFoundError as error:
        raise not_found("job") from error
    except store.ContentionError as error:
        raise contended() from error
    except (psycopg.OperationalError, psycopg_pool.PoolTimeout) as error:
        raise database_away() from error
