"""Operators find anybody's jobs, see where they are, cancel and retry them."""

from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, Literal
from uuid import UUID

import structlog
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from services.api.admin import jobs_rows
from services.api.admin.jobs_schemas import AdminJobSummary, AdminJobView
from services.api.auth import ADMIN
from services.api.conditions import Conditions, period_of
from services.api.jobs import actions
from services.api.jobs.lists import CreatedAfter, CreatedBefore, Kind, Statuses
from services.api.jobs.summaries import job_rows, with_status
from services.api.limits.quotas import ORDER
from services.api.openapi_responses import CONFLICT, FORBIDDEN, INVALID, NOT_FOUND, OWNED
from services.api.paging import Cursor, Page, PageSize, PageToken, cursor
from services.api.visits import Visit

LONGEST_AGE = 10 * 365 * 86_400  # seconds
OwnerId = Annotated[UUID | None, QueryParameter(name="owner_id", description="Only jobs of this account.")]
Code = Annotated[
    str | None,
    QueryParameter(
        name="code", pattern="^[a-z_]+$", max_length=100, description="Only jobs that failed with this error code."
    ),
]
OlderThan = Annotated[
    int | None,
    QueryParameter(
        name="older_than_s", ge=0, le=LONGEST_AGE, description="Only jobs created at least so many seconds ago."
    ),
]
Order = Annotated[Literal["newest", "oldest"], QueryParameter(name="order", description="Which come first.")]
log = structlog.get_logger(__name__)


class AdminJobController(Controller):
    """Everybody's jobs."""

    path = "/api/admin/jobs"
    tags = ("Admin",)
    opt = ADMIN

    @get(
        operation_id="listAllJobs",
        summary="List anybody's jobs",
        description="Jobs of all accounts. The next page is asked for with `page_token` and the same filters.",
        response_description="A page of jobs.",
        responses=OWNED | FORBIDDEN | INVALID,
    )
    async def list_all(
        self,
        *,
        visit: NamedDependency[Visit],
        owner_id: OwnerId = None,
        status: Statuses = None,
        kind: Kind = None,
        code: Code = None,
        older_than_s: OlderThan = None,
        created_after: CreatedAfter = None,
        created_before: CreatedBefore = None,
        order: Order = "newest",
        page_size: PageSize = 0,
        page_token: PageToken = None,
    ) -> Page[AdminJobSummary]:
        """A page of anybody's jobs."""
        statuses, period = sorted(set(status or ())), period_of(created_after, created_before)
        filters = (owner_id, statuses, kind, code, older_than_s, period, order)
        at = cursor(page_size, page_token, "all jobs", *filters)
        conditions = Conditions()
        with_status(conditions, statuses)
        columns = (("job.owner_id", owner_id), ("job.kind", kind), ("job.error ->> 'code'", code))
        for column, value in columns:
            if value is not None:
                conditions.add(column + " = {}", value)
        if older_than_s is not None:
            conditions.add("job.created_at <= clock_timestamp() - {}::interval", timedelta(seconds=older_than_s))
        period.narrow(conditions, "job.created_at")
        rows = await job_rows(visit.resources.database, conditions, at.limit, order=_go_on(conditions, at, order))
        return at.page([jobs_rows.admin_summary(row) for row in rows], [row["id"] for row in rows])

    @get(
        "/{job_id:uuid}",
        operation_id="getAnyJob",
        summary="See all of a job",
        description="Its steps with claims, leases and errors, and what was paid.",
        response_description="The job.",
        responses=OWNED | FORBIDDEN | INVALID | NOT_FOUND,
    )
    async def read(self, job_id: FromPath[UUID], visit: NamedDependency[Visit]) -> AdminJobView:
        """Anybody's job."""
        return await jobs_rows.job(visit.resources.database, job_id)

    @post(
        "/{job_id:uuid}/cancel",
        status_code=HTTPStatus.ACCEPTED,
        operation_id="cancelAnyJob",
        summary="Cancel anybody's job",
        description="As its owner would.",
        response_description="The job.",
        responses=OWNED | FORBIDDEN | INVALID | NOT_FOUND | CONFLICT,
    )
    async def cancel(self, job_id: FromPath[UUID], visit: NamedDependency[Visit]) -> Response[AdminJobView]:
        """Ask anybody's job to stop."""
        owner_id = await jobs_rows.owner_of(visit.resources.database, job_id)
        await actions.cancel(visit.resources, job_id, owner_id)
        log.info("job cancelled", job_id=str(job_id), by=str(visit.owner_id))
        return await _accepted(visit, job_id)

    @post(
        "/{job_id:uuid}/retry",
        status_code=HTTPStatus.ACCEPTED,
        opt=ORDER,
        operation_id="retryAnyJob",
        summary="Retry anybody's job",
        description="As its owner would; the new job belongs to the owner.",
        response_description="The new job.",
        responses=OWNED | FORBIDDEN | INVALID | NOT_FOUND | CONFLICT,
    )
    async def retry(self, job_id: FromPath[UUID], visit: NamedDependency[Visit]) -> Response[AdminJobView]:
        """Try anybody's job again."""
        owner_id = await jobs_rows.owner_of(visit.resources.database, job_id)
        new_id = await actions.retry(visit.resources, job_id, owner_id, visit.request_id)
        log.info("job retried", job_id=str(job_id), new_id=str(new_id), by=str(visit.owner_id))
        return await _accepted(visit, new_id)


def _go_on(conditions: Conditions, at: Cursor, order: str) -> str:
    """Only jobs behind the page before; the order in SQL. Ids are UUIDv7: their order is that of creation."""
    newest = order == "newest"
    if at.last is not None:
        conditions.add("job.id < {}" if newest else "job.id > {}", at.last)
    return "job.id DESC" if newest else "job.id"


async def _accepted(visit: Visit, job_id: UUID) -> Response[AdminJobView]:
    job = await jobs_rows.job(visit.resources.database, job_id)
    headers = {"Location": job.links.self}
    return Response(job, status_code=HTTPStatus.ACCEPTED, headers=headers)
