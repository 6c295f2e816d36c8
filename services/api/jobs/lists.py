"""The caller's jobs, newest first."""

from typing import Annotated
from uuid import UUID

from litestar import get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from services.api.conditions import MOMENT, go_on, period_of
from services.api.jobs.schemas import JobStatus, JobSummary
from services.api.jobs.summaries import job_rows, of_owner, summary, with_status
from services.api.openapi_responses import INVALID, OWNED
from services.api.paging import Page, PageSize, PageToken, cursor
from services.api.visits import Visit

Statuses = Annotated[
    list[JobStatus] | None,
    QueryParameter(name="status", description="Only jobs with this status; give it several times for several."),
]
Kind = Annotated[
    str | None, QueryParameter(name="kind", pattern="^[a-z_]+$", max_length=100, description="Only jobs of this kind.")
]
BatchId = Annotated[UUID | None, QueryParameter(name="batch_id", description="Only jobs of this batch.")]
CreatedAfter = Annotated[
    str | None,
    QueryParameter(
        name="created_after",
        description="Only jobs created at or after this moment (ISO 8601, with `Z`).",
        schema_extra=MOMENT,
    ),
]
CreatedBefore = Annotated[
    str | None,
    QueryParameter(
        name="created_before",
        description="Only jobs created before this moment (ISO 8601, with `Z`).",
        schema_extra=MOMENT,
    ),
]


@get(
    "/api/jobs",
    tags=["Jobs"],
    operation_id="listJobs",
    summary="List jobs",
    description="The caller's jobs, newest first. The next page is asked for with `page_token` and the same filters.",
    response_description="A page of jobs.",
    responses=OWNED | INVALID,
)
async def list_jobs(
    *,
    visit: NamedDependency[Visit],
    status: Statuses = None,
    kind: Kind = None,
    batch_id: BatchId = None,
    created_after: CreatedAfter = None,
    created_before: CreatedBefore = None,
    page_size: PageSize = 0,
    page_token: PageToken = None,
) -> Page[JobSummary]:
    """A page of the caller's jobs."""
    statuses, period = sorted(set(status or ())), period_of(created_after, created_before)
    at = cursor(page_size, page_token, "jobs", visit.owner_id, statuses, kind, batch_id, period)
    conditions = of_owner(visit.owner_id)
    with_status(conditions, statuses)
    if kind is not None:
        conditions.add("job.kind = {}", kind)
    if batch_id is not None:
        conditions.add("job.batch_id = {}", batch_id)
    period.narrow(conditions, "job.created_at")
    go_on(conditions, at, "job")
    rows = await job_rows(visit.resources.database, conditions, at.limit)
    return at.page([summary(row) for row in rows], [row["id"] for row in rows], [row["created_at"] for row in rows])
