"""What clients do to batches: one statement creates all jobs, or none; cancel and retry go from job to job.

Each job that is cancelled or retried is a transition of its own, in the order of the jobs' ids. Nothing remembers that
the batch was meant: what a crash leaves undone, the same call does when it is repeated. A thousand take 1.5 to 8 s, so
the answer comes when they are done or after `ANSWER_AFTER`, and then the rest is done behind it.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from functools import partial
from itertools import islice
from typing import TypeVar
from uuid import UUID

from anyio import to_thread

from services.api.afterwork import Afterwork
from services.api.batches.orders import jobs_of
from services.api.batches.queries import open_jobs, retryable_jobs
from services.api.batches.schemas import BatchOrder
from services.api.jobs.actions import Created, created, in_thread, publish
from services.api.problems import contended
from services.api.visits import Visit
from shared.db.session import Database as EngineDatabase
from shared.jobs import store
from shared.jobs.statements import SQL
from shared.jobs.submission import Batch, WakeUp, batch_document, submit_document

FIRST = "SELECT id, idempotency_hash FROM batches WHERE owner_id = $1 AND idempotency_key = $2"
AT_ONCE = 50
"""Jobs in one go of a thread: after each, those who wait are told."""
MOST_BUSY = 3
"""Jobs that somebody else may be holding; with more the caller is told to come again. Each costs a lock's time-out."""
ANSWER_AFTER = 3.0  # seconds
Result = TypeVar("Result")


async def submit(visit: Visit, order: BatchOrder, batch: Batch) -> Created:
    """Create the batch and its jobs; once this returns they are committed. The relay wakes the workers up.

    Raises:
        ApiError: 400, an item is wrong; 401, the owner's account was deleted meanwhile; 422, its idempotency key was
            used for another order; 503, Postgres is away or busy.
    """
    resources = visit.resources
    # A thousand orders take a tenth of a second to check and to write down: that must not hold up everybody else.
    jobs, written = await to_thread.run_sync(_documents, order, batch)
    rows = await resources.database.rows(SQL["submit"], jobs, resources.publisher.healthy, written)
    publish(resources.publisher, rows)
    return await created(resources.database, FIRST, batch, new=bool(rows))


def _documents(order: BatchOrder, batch: Batch) -> tuple[bytes, bytes]:
    return submit_document(jobs_of(order, batch)).encode(), batch_document(batch).encode()


async def cancel(visit: Visit, batch_id: UUID) -> None:
    """Ask all open jobs of the owner's batch to stop; one that ends meanwhile is left as it is.

    Raises:
        ApiError: 503, Postgres is away, or others hold some of the jobs: most are cancelled, and the next call goes on.
    """
    await visit.resources.afterwork.begin(_in_turn(visit, batch_id, _cancel_all), ANSWER_AFTER)


async def _cancel_all(visit: Visit, batch_id: UUID) -> None:
    resources = visit.resources
    jobs = await open_jobs(resources.database, batch_id, visit.owner_id)
    try:
        async for cancelled in _one_by_one(
            resources.afterwork, jobs, partial(_cancel, resources.engine, visit.owner_id)
        ):
            resources.publisher.notify(cancelled)
    finally:
        resources.watch.wake(batch_id)


def _cancel(engine: EngineDatabase, owner_id: UUID, job_id: UUID) -> Sequence[UUID]:
    try:
        store.cancel(engine, job_id, owner_id)
    except (store.JobEndedError, store.JobNotFoundError):
        return ()
    return (job_id,)


async def retry(visit: Visit, batch_id: UUID) -> None:
    """Make new jobs from those of the owner's batch that have failed or expired, each once.

    Raises:
        ApiError: 503, Postgres is away, or others hold some of the jobs: most are retried, and the next call goes on.
    """
    await visit.resources.afterwork.begin(_in_turn(visit, batch_id, _retry_all), ANSWER_AFTER)


async def _retry_all(visit: Visit, batch_id: UUID) -> None:
    resources = visit.resources
    jobs = await retryable_jobs(resources.database, batch_id, visit.owner_id)
    try:
        async for wakeups in _one_by_one(resources.afterwork, jobs, partial(_retry, resources.engine, visit)):
            resources.publisher.publish(wakeups)
    finally:
        resources.watch.wake(batch_id)


def _retry(engine: EngineDatabase, visit: Visit, job_id: UUID) -> Sequence[WakeUp]:
    """No wake-ups for a job that somebody else has retried in the meantime."""
    try:
        _, wakeups = store.retry(engine, job_id, visit.owner_id, request_id=visit.request_id)
    except (store.JobNotRetryableError, store.JobNotFoundError):
        return ()
    return wakeups


async def _in_turn(visit: Visit, batch_id: UUID, work: Callable[[Visit, UUID], Awaitable[None]]) -> None:
    """Who asks again and again must not have each job of the batch looked at again and again at the same time."""
    async with visit.resources.afterwork.turn(batch_id):
        await work(visit, batch_id)


async def _one_by_one(
    afterwork: Afterwork, jobs: Iterable[UUID], transition: Callable[[UUID], Sequence[Result]]
) -> AsyncIterator[list[Result]]:
    """What the transitions of some jobs gave, then of some more; those held by others are passed over."""
    rest, busy = iter(jobs), 0
    while busy < MOST_BUSY and not afterwork.closing and (some := list(islice(rest, AT_ONCE))):
        results, held = await in_thread(partial(_all_of, some, transition, MOST_BUSY - busy), afterwork.thread)
        busy += held
        yield results
    if busy:
        raise contended()


def _all_of(
    jobs: list[UUID], transition: Callable[[UUID], Sequence[Result]], most_busy: int
) -> tuple[list[Result], int]:
    results: list[Result] = []
    busy = 0
    for job_id in jobs:
        try:
            results.extend(transition(job_id))
        except store.ContentionError:
            busy += 1
            if busy == most_busy:
                break
    return results, busy
