"""Reads a job of its owner: the whole of it, or only what tells whether it has changed. One round trip each."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from services.api.database import Database
from services.api.problems import not_found
from shared.learning.detection import DetectedWord

MARK = """
SELECT job.version, job.created_at, job.finished_at IS NOT NULL AS done,
       (SELECT coalesce(sum(progress_seq), 0)::bigint FROM job_steps WHERE job_id = job.id) AS progress
FROM jobs AS job
WHERE job.id = $1 AND job.owner_id = $2
"""

SPENDING = """count(*) AS calls,
         coalesce(sum(micro_usd), 0)::bigint AS micro_usd,
         coalesce(sum(micro_usd) FILTER (WHERE NOT call.sandbox), 0)::bigint AS charged_micro_usd,
         count(*) FILTER (WHERE micro_usd IS NULL) AS unpriced,
         count(*) FILTER (WHERE micro_usd IS NULL AND NOT call.sandbox) AS unpriced_charged,
         coalesce(bool_or(call.sandbox), false) AS sandbox"""
"""The columns of `Spending`, of the rows `call` of `provider_calls`."""
JOB = f"""
SELECT job.id, job.kind, job.state, job.version, job.retry_of, job.cancel_requested_at, job.error,
       job.created_at, job.started_at, job.finished_at, job.expires_at,
       (SELECT json_agg(step ORDER BY step.position) FROM (
          SELECT position, name, task, state, optional, attempt, failures, crashes, progress_done, progress_total,
                 progress_seq, message, error, run_at, started_at, finished_at,
                 article.id AS article_id, written.id IS NOT NULL AND article.id IS NULL AS article_gone,
                 CASE WHEN name = 'detect_words' THEN output -> 'words' END AS words
          FROM job_steps, LATERAL (
            SELECT CASE WHEN name = 'write_text' THEN (output ->> 'article_id')::uuid END AS id
          ) AS written
          LEFT JOIN articles AS article ON article.id = written.id AND article.owner_id = $2
          WHERE job_steps.job_id = job.id
        ) AS step) AS steps,
       cost.calls, cost.micro_usd, cost.charged_micro_usd, cost.unpriced, cost.unpriced_charged, cost.sandbox
FROM jobs AS job, LATERAL (
  SELECT {SPENDING}
  FROM provider_calls AS call WHERE call.job_id = job.id
) AS cost
WHERE job.id = $1 AND job.owner_id = $2
"""  # noqa: S608 - our own text


class JobMark(msgspec.Struct, frozen=True):
    """What of a job changes with it: its version and the sum of its steps' progress."""

    version: int
    progress: int
    done: bool
    created_at: datetime

    @property
    def etag(self) -> str:
        """Weak, because cost and links may change a moment later."""
        return f'W/"{self.version}-{self.progress}"'


class StepRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `job_steps`, as far as clients see it."""

    name: str
    task: str
    state: str
    optional: bool
    attempt: int
    failures: int
    crashes: int
    progress_done: int
    progress_total: int
    progress_seq: int
    message: str
    error: dict[str, Any] | None
    run_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    article_id: UUID | None
    """The article it wrote, unless that was deleted."""
    article_gone: bool = False
    """It wrote one, and that was deleted."""
    words: list[DetectedWord] | None = None
    """Those that it found."""


class Spending(msgspec.Struct, frozen=True, kw_only=True):
    """What is paid for a job, or for a batch: its calls, and how many of them have no price."""

    calls: int
    micro_usd: int
    charged_micro_usd: int
    unpriced: int
    unpriced_charged: int
    sandbox: bool


class JobRow(Spending, frozen=True, kw_only=True):
    """A row of `jobs` with its steps in order and its cost."""

    id: UUID
    kind: str
    state: str
    version: int
    retry_of: UUID | None
    cancel_requested_at: datetime | None
    error: dict[str, Any] | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    expires_at: datetime
    steps: list[StepRow]

    @property
    def mark(self) -> JobMark:
        """The job's version as `job_mark` reads it."""
        progress = sum(step.progress_seq for step in self.steps)
        return JobMark(self.version, progress, self.finished_at is not None, self.created_at)


_steps = msgspec.json.Decoder(list[StepRow]).decode


async def job_mark(database: Database, job_id: UUID, owner_id: UUID) -> JobMark:
    """Whether the owner's job has changed, for a poll that mostly finds that it has not.

    Raises:
        ApiError: 404, no such job of this owner.
    """
    row = await database.row(MARK, job_id, owner_id)
    if row is None:
        raise not_found("job")
    return JobMark(row["version"], row["progress"], row["done"], row["created_at"])


async def job_row(database: Database, job_id: UUID, owner_id: UUID) -> JobRow:
    """The owner's job.

    Raises:
        ApiError: 404, no such job of this owner.
    """
    row = await database.row(JOB, job_id, owner_id)
    if row is None:
        raise not_found("job")
    columns = dict(row.items())
    error = columns.pop("error")
    return JobRow(**{**columns, "error": error and msgspec.json.decode(error), "steps": _steps(columns["steps"])})
