"""Deleting an article. Cold, like cancel and retry: the engine's pool in a thread, because it needs a transaction."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

import psycopg
import psycopg_pool
from anyio import to_thread
from litestar import delete
from litestar.di import NamedDependency
from litestar.params import FromPath
from psycopg import errors as pg

from services.api.openapi_responses import INVALID, JOB_OPEN, NOT_FOUND, OWNED
from services.api.problems import ApiError, contended, database_away, not_found
from services.api.visits import Visit
from shared.db.session import Connection
from shared.db.session import Database as EngineDatabase

ATTEMPTS = 5  # times to begin again because a retry of the job came in between

# The job that wrote the article, and its retries: each works on the same article, and a job has one retry at most.
JOBS = """
WITH RECURSIVE chain AS (
  SELECT job.id FROM articles AS article JOIN jobs AS job ON job.id = article.job_id
  WHERE article.id = $1 AND article.owner_id = $2 AND job.owner_id = $2
  UNION
  SELECT retry.id FROM chain JOIN jobs AS retry ON retry.retry_of = chain.id
)
SELECT id FROM chain ORDER BY id
"""
LOCK = """
SELECT id, finished_at IS NULL AS open, cancel_requested_at IS NOT NULL AS cancelling
FROM jobs WHERE id = ANY($1::uuid[]) AND owner_id = $2
ORDER BY id
FOR NO KEY UPDATE
"""
DELETE = "DELETE FROM articles WHERE id = $1 AND owner_id = $2"
# What a client knows of the jobs shows a link to the article: their ETags must change.
CHANGE = "UPDATE jobs SET version = version + 1 WHERE id = ANY($1::uuid[]) AND owner_id = $2"


@delete(
    "/api/articles/{article_id:uuid}",
    tags=["Articles"],
    operation_id="deleteArticle",
    summary="Delete an article",
    description="The article and all that was made from it are gone at once, its audio within two days; what "
    "providers answered is kept with the ledger, so that it is not paid again. The jobs stay, with what they cost, "
    "but have no `result` and cannot be retried any more.",
    response_description="It is gone.",
    responses=OWNED | INVALID | NOT_FOUND | JOB_OPEN,
)
async def delete_article(article_id: FromPath[UUID], visit: NamedDependency[Visit]) -> None:
    """Delete the caller's article."""
    engine, owner_id = visit.resources.engine, visit.owner_id
    visit.resources.publisher.notify(await to_thread.run_sync(lambda: remove(engine, article_id, owner_id)))


def remove(database: EngineDatabase, article_id: UUID, owner_id: UUID) -> list[UUID]:
    """Delete the owner's article; returns the jobs that had worked on it.

    Raises:
        ApiError: 404, no such article of this owner; 409, a job still works on it; 503, Postgres is away or busy.
    """
    try:
        for _ in range(ATTEMPTS):
            with database.connection() as connection, connection.transaction():
                jobs = _remove(connection, article_id, owner_id)
            if jobs is not None:
                return jobs
    except (pg.LockNotAvailable, pg.DeadlockDetected) as error:
        raise contended() from error
    except (psycopg.OperationalError, psycopg_pool.PoolTimeout) as error:
        raise database_away() from error
    raise contended()


def _remove(connection: Connection, article_id: UUID, owner_id: UUID) -> list[UUID] | None:
    """Null if a retry was made before the locks were there. Behind them none can be: it locks the job it retries."""
    jobs = _jobs(connection, article_id, owner_id)
    locked = connection.execute(LOCK, (jobs, owner_id)).fetchall()
    for job in locked:
        if job["open"]:
            raise _still_open(job)
    if _jobs(connection, article_id, owner_id) != jobs:
        return None
    if connection.execute(DELETE, (article_id, owner_id)).rowcount == 0:
        raise not_found("article")
    connection.execute(CHANGE, (jobs, owner_id))
    return jobs


def _jobs(connection: Connection, article_id: UUID, owner_id: UUID) -> list[UUID]:
    return [row["id"] for row in connection.execute(JOBS, (article_id, owner_id))]


def _still_open(job: dict[str, Any]) -> ApiError:
    members = {"job_id": str(job["id"])}
    detail = "A job still works on this article: wait for it, or cancel it first."
    if job["cancelling"]:
        members["job_status"] = "cancelling"
        detail = "The job that works on this article is being cancelled: try again in a few seconds."
    return ApiError(HTTPStatus.CONFLICT, "job_open", detail, members=members)
