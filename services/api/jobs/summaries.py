"""Jobs in lists: their rows in one statement, and what clients see of them."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from services.api.conditions import Conditions
from services.api.database import Database, Row
from services.api.jobs.progress import percent
from services.api.jobs.schemas import JobStatus, JobSummary
from services.api.jobs.views import failure_view, job_links, job_url

STATUS = """CASE
  WHEN job.finished_at IS NOT NULL THEN job.state
  WHEN job.cancel_requested_at IS NOT NULL THEN 'cancelling'
  WHEN (SELECT max(begun.attempt) FROM job_steps AS begun WHERE begun.job_id = job.id) > 0 THEN 'running'
  ELSE 'queued'
END"""
"""`views.status_of` in SQL. No EXISTS: Postgres may answer that by reading all steps there are."""
LATEST = "NOT EXISTS (SELECT FROM jobs AS later WHERE later.retry_of = job.id)"
"""Nobody has retried the job: it is the latest of its chain of retries."""
NEWEST_FIRST = "job.created_at DESC, job.id"
OPEN: tuple[JobStatus, ...] = ("queued", "running", "cancelling")

# The page is cut from an index first; steps are read for its rows only.
PAGE = """
SELECT job.*, work.steps, work.failed_step, coalesce(job.began_at, work.began_at) AS started_at,
       article.id AS article_id, work.written IS NOT NULL AND article.id IS NULL AS article_gone
FROM (
  SELECT job.id, job.owner_id, job.request_id, job.kind, job.state, job.error, job.created_at, job.finished_at,
         job.started_at AS began_at, job.batch_id, job.batch_item, job.retry_of, {status} AS status{also}
  FROM jobs AS job
  WHERE {where}
  ORDER BY {order}
  LIMIT {limit}
) AS job
CROSS JOIN LATERAL (
  SELECT json_agg(json_build_object(
           'state', step.state, 'progress_done', step.progress_done, 'progress_total', step.progress_total)) AS steps,
         min(step.started_at) AS began_at,
         (array_agg(step.name ORDER BY step.position) FILTER (WHERE step.state = 'failed'))[1] AS failed_step,
         max(step.output ->> 'article_id') FILTER (WHERE step.name = 'write_text') AS written
  FROM job_steps AS step WHERE step.job_id = job.id
) AS work
LEFT JOIN articles AS article ON article.id = work.written::uuid AND article.owner_id = job.owner_id
ORDER BY {order}
"""


class Part(msgspec.Struct, frozen=True):
    """How far a step is."""

    state: str
    progress_done: int
    progress_total: int


class Whole(msgspec.Struct, frozen=True):
    """How far a job is."""

    state: str
    finished_at: datetime | None
    steps: list[Part]


_parts = msgspec.json.Decoder(list[Part]).decode
_error = msgspec.json.Decoder(dict[str, Any]).decode


async def job_rows(
    database: Database, conditions: Conditions, limit: int, *, order: str = NEWEST_FIRST, also: str = ""
) -> list[Row]:
    """The rows of a list of jobs, for `summary`. One statement.

    Args:
        database: The API's pool.
        conditions: About `job`; that of the owner is the caller's duty.
        limit: How many at most.
        order: SQL of ours.
        also: Further columns of `job`, SQL of ours that begins with a comma.
    """
    place = conditions.place(limit)
    sql = PAGE.format(status=STATUS, where=conditions.where, order=order, limit=place, also=also)
    return await database.rows(sql, *conditions.values)


def of_owner(owner_id: UUID) -> Conditions:
    """The owner's jobs."""
    conditions = Conditions()
    conditions.add("job.owner_id = {}", owner_id)
    return conditions


def with_status(conditions: Conditions, statuses: Sequence[JobStatus]) -> None:
    """Only jobs that are shown with one of these; none given is any. The row alone tells how a job has ended."""
    unfinished = [status for status in statuses if status in OPEN]
    ended = [status for status in statuses if status not in OPEN]
    still_open = f"job.finished_at IS NULL AND {STATUS} = ANY({{}}::text[])"
    if ended and unfinished:
        conditions.add("(job.state = ANY({}::text[]) OR " + still_open + ")", ended, unfinished)
    elif ended:
        conditions.add("job.state = ANY({}::text[])", ended)
    elif unfinished:
        conditions.add(still_open, unfinished)


def summary(row: Row, url_of: Callable[[UUID], str] = job_url) -> JobSummary:
    """A row of `job_rows` as those see it who find the job at `url_of` its id."""
    error = row["error"]
    return JobSummary(
        id=row["id"],
        kind=row["kind"],
        status=row["status"],
        done=row["finished_at"] is not None,
        created_at=row["created_at"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        percent=percent(Whole(row["state"], row["finished_at"], _parts(row["steps"]))),
        error=failure_view(error and _error(error)),
        batch_id=row["batch_id"],
        batch_item=row["batch_item"],
        retry_of=row["retry_of"],
        article_id=row["article_id"],
        links=job_links(url_of(row["id"]), row["status"], article_gone=row["article_gone"]),
    )
