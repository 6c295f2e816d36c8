"""Reads anybody's jobs, for operators. The only queries of jobs without an owner."""

from typing import Any
from uuid import UUID

import msgspec

from services.api.admin.jobs_schemas import AdminCallView, AdminJobSummary, AdminJobView, AdminStepView
from services.api.conditions import Conditions
from services.api.database import Database, Row
from services.api.jobs.summaries import job_rows, summary
from services.api.problems import not_found

OWNER = "SELECT owner_id FROM jobs WHERE id = $1"
DETAIL = """
SELECT job.version, job.expires_at, job.cancel_requested_at, job.cancel_reason,
       (SELECT json_agg(step ORDER BY step.position) FROM (
          SELECT position, name, task, queue, state, optional, attempt, failures, max_failures, crashes, max_crashes,
                 releases, copied, run_at, published_at, leased_by, lease_until, deadline_at, message, error,
                 started_at, finished_at
          FROM job_steps WHERE job_id = job.id
        ) AS step) AS steps,
       (SELECT coalesce(json_agg(call ORDER BY call.created_at, call.id), '[]') FROM (
          SELECT id, step, provider, model, micro_usd, sandbox, rejected, created_at
          FROM provider_calls WHERE job_id = job.id
        ) AS call) AS calls
FROM jobs AS job
WHERE job.id = $1
"""

_steps = msgspec.json.Decoder(list[AdminStepView]).decode
_calls = msgspec.json.Decoder(list[AdminCallView]).decode


async def owner_of(database: Database, job_id: UUID) -> UUID:
    """Whose job it is, so that the owner stands in the WHERE of what is done to it.

    Raises:
        ApiError: 404, there is no such job.
    """
    row = await database.row(OWNER, job_id)
    if row is None:
        raise not_found("job")
    owner_id: UUID = row["owner_id"]
    return owner_id


async def job(database: Database, job_id: UUID) -> AdminJobView:
    """Anybody's job. Two statements.

    Raises:
        ApiError: 404, there is no such job.
    """
    one = Conditions()
    one.add("job.id = {}", job_id)
    rows, detail = await job_rows(database, one, 1), await database.row(DETAIL, job_id)
    if not rows or detail is None:
        raise not_found("job")
    return AdminJobView(
        **_columns(rows[0]),
        version=detail["version"],
        expires_at=detail["expires_at"],
        cancel_requested_at=detail["cancel_requested_at"],
        cancel_reason=detail["cancel_reason"],
        steps=_steps(detail["steps"]),
        calls=_calls(detail["calls"]),
    )


def job_url(job_id: UUID) -> str:
    """Where an operator finds a job."""
    return f"/api/admin/jobs/{job_id}"


def admin_summary(row: Row) -> AdminJobSummary:
    """A row of `job_rows` as operators see it."""
    return AdminJobSummary(**_columns(row))


def _columns(row: Row) -> dict[str, Any]:
    own = {name: row[name] for name in ("owner_id", "request_id", "failed_step")}
    return {**msgspec.structs.asdict(summary(row, job_url)), **own}
