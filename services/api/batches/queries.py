"""Reads batches of their owner. Nothing is stored of their progress: it is counted, over each item's latest job."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from services.api.conditions import Conditions, go_on
from services.api.database import Database, Row
from services.api.jobs.queries import SPENDING, Spending
from services.api.jobs.summaries import LATEST, OPEN, STATUS
from services.api.paging import Cursor
from services.api.problems import not_found

_BATCHES = f"""
SELECT batch.id, batch.name, batch.items, batch.created_at,
       (SELECT json_agg(groups) FROM (
          SELECT {STATUS} AS status,
                 CASE WHEN job.finished_at IS NOT NULL THEN job.error ->> 'code' END AS code, count(*) AS jobs
          FROM jobs AS job
          WHERE job.batch_id = batch.id AND job.owner_id = batch.owner_id AND {LATEST}
          GROUP BY 1, 2 ORDER BY 1, 2
        ) AS groups) AS groups,
       cost.calls, cost.micro_usd, cost.charged_micro_usd, cost.unpriced, cost.unpriced_charged, cost.sandbox
FROM (
  SELECT * FROM batches AS batch WHERE {{where}} ORDER BY {{order}} LIMIT {{limit}}
) AS batch, LATERAL (
  SELECT {SPENDING}
  FROM jobs AS job JOIN provider_calls AS call ON call.job_id = job.id
  WHERE job.batch_id = batch.id AND job.owner_id = batch.owner_id
) AS cost
ORDER BY {{order}}
"""  # noqa: S608 - our own text
NEWEST_FIRST = "batch.created_at DESC, batch.id"
MINE = "SELECT id FROM batches WHERE id = $1 AND owner_id = $2"
OPEN_JOBS = """
SELECT id FROM jobs
WHERE batch_id = $1 AND owner_id = $2 AND finished_at IS NULL AND cancel_requested_at IS NULL ORDER BY id
"""
# Not one whose article was deleted: the steps of its retry would find none.
RETRYABLE_JOBS = f"""
SELECT id FROM jobs AS job
WHERE batch_id = $1 AND owner_id = $2 AND state IN ('failed', 'expired') AND {LATEST}
  AND NOT EXISTS (
    SELECT FROM job_steps AS step
    LEFT JOIN articles AS article
      ON article.id = (step.output ->> 'article_id')::uuid AND article.owner_id = job.owner_id
    WHERE step.job_id = job.id AND step.name = 'write_text' AND step.output IS NOT NULL AND article.id IS NULL)
ORDER BY id
"""  # noqa: S608 - our own text


class Group(msgspec.Struct, frozen=True):
    """Items whose latest jobs are alike."""

    status: str
    code: str | None
    """Of the error with which they ended."""
    jobs: int


class BatchRow(Spending, frozen=True, kw_only=True):
    """A row of `batches` with what is counted over its jobs, and their cost."""

    id: UUID
    name: str
    items: int
    created_at: datetime
    groups: list[Group]

    @property
    def done(self) -> bool:
        """Every item has ended."""
        return not any(group.status in OPEN for group in self.groups)

    @property
    def etag(self) -> str:
        """Changes when an item changes its status. Weak, because cost may change a moment later."""
        return f'W/"{hashlib.sha256(msgspec.json.encode(self.groups)).hexdigest()[:16]}"'


_groups = msgspec.json.Decoder(list[Group]).decode


async def batch_row(database: Database, batch_id: UUID, owner_id: UUID) -> BatchRow:
    """The owner's batch.

    Raises:
        ApiError: 404, no such batch of this owner.
    """
    conditions = _of_owner(owner_id)
    conditions.add("batch.id = {}", batch_id)
    rows = await _rows(database, conditions, 1)
    if not rows:
        raise not_found("batch")
    return rows[0]


async def batch_rows(database: Database, owner_id: UUID, at: Cursor) -> list[BatchRow]:
    """The owner's batches, newest first."""
    conditions = _of_owner(owner_id)
    go_on(conditions, at, "batch")
    return await _rows(database, conditions, at.limit)


def _of_owner(owner_id: UUID) -> Conditions:
    conditions = Conditions()
    conditions.add("batch.owner_id = {}", owner_id)
    return conditions


async def _rows(database: Database, conditions: Conditions, limit: int) -> list[BatchRow]:
    sql = _BATCHES.format(where=conditions.where, order=NEWEST_FIRST, limit=conditions.place(limit))
    return [_batch(row) for row in await database.rows(sql, *conditions.values)]


async def require_batch(database: Database, batch_id: UUID, owner_id: UUID) -> None:
    """The owner has this batch.

    Raises:
        ApiError: 404, no such batch of this owner.
    """
    if await database.row(MINE, batch_id, owner_id) is None:
        raise not_found("batch")


async def open_jobs(database: Database, batch_id: UUID, owner_id: UUID) -> Sequence[UUID]:
    """The batch's jobs that have not ended and that nobody has asked to stop, in the order of their ids."""
    return [row["id"] for row in await database.rows(OPEN_JOBS, batch_id, owner_id)]


async def retryable_jobs(database: Database, batch_id: UUID, owner_id: UUID) -> Sequence[UUID]:
    """The batch's jobs that have failed or expired and that nobody has retried, in the order of their ids."""
    return [row["id"] for row in await database.rows(RETRYABLE_JOBS, batch_id, owner_id)]


def _batch(row: Row) -> BatchRow:
    columns = dict(row.items())
    return BatchRow(**{**columns, "groups": _groups(columns["groups"] or b"[]")})
