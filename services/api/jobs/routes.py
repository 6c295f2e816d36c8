"""Polling, cancelling and retrying jobs."""

from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from services.api.jobs import actions
from services.api.jobs.answers import awaited, job_response, not_modified
from services.api.jobs.schemas import JobView
from services.api.limits.quotas import ORDER
from services.api.observing import held_back
from services.api.openapi_responses import (
    CONFLICT,
    INVALID,
    JOB_HEADERS,
    NEW_JOB_HEADERS,
    NOT_FOUND,
    NOT_MODIFIED,
    OWNED,
)
from services.api.preferences import LONGEST_WAIT, IfNoneMatch, known_already
from services.api.visits import Visit

Wait = Annotated[
    int,
    QueryParameter(
        ge=0,
        le=LONGEST_WAIT,
        description="Seconds to hold the answer back: with `If-None-Match` until the job changes, else until it is "
        "done. It may come earlier, and then shows the latest state.",
    ),
]


class JobController(Controller):
    """Jobs of the caller."""

    path = "/api/jobs"
    tags = ("Jobs",)

    @get(
        "/{job_id:uuid}",
        operation_id="getJob",
        summary="Poll a job",
        description="How far the job is. Ask again after `Retry-After` seconds, or hold on with `wait`.",
        response_description="The job.",
        response_headers=JOB_HEADERS,
        responses=OWNED | INVALID | NOT_FOUND | NOT_MODIFIED,
    )
    async def read(
        self,
        *,
        job_id: FromPath[UUID],
        request: Request[Any, Any, Any],
        visit: NamedDependency[Visit],
        wait: Wait = 0,
        if_none_match: IfNoneMatch = None,
    ) -> Response[JobView]:
        """The job, now or when there is something new to tell."""
        if if_none_match is not None or wait:
            with held_back(request.scope, wait):
                mark = await awaited(visit, job_id, if_none_match, wait)
            if known_already(if_none_match, mark.etag):
                return not_modified(visit, mark)
        return await job_response(visit, job_id)

    @post(
        "/{job_id:uuid}/cancel",
        status_code=HTTPStatus.ACCEPTED,
        operation_id="cancelJob",
        summary="Cancel a job",
        description="What has not begun never begins; what runs is stopped within seconds, or finishes if it is "
        "faster. What was made is kept.",
        response_description="The job.",
        response_headers=NEW_JOB_HEADERS,
        responses=OWNED | INVALID | NOT_FOUND | CONFLICT,
    )
    async def cancel(
        self,
        job_id: FromPath[UUID],
        visit: NamedDependency[Visit],
    ) -> Response[JobView]:
        """Ask the job to stop."""
        await actions.cancel(visit.resources, job_id, visit.owner_id)
        return await job_response(visit, job_id, HTTPStatus.ACCEPTED)

    @post(
        "/{job_id:uuid}/retry",
        status_code=HTTPStatus.ACCEPTED,
        opt=ORDER,
        operation_id="retryJob",
        summary="Retry a job",
        description="Makes a new job from one that is failed, partial, cancelled or expired. It begins with what the "
        "old one's successful steps had made. A job has one retry: asked again, the answer is that same new job.",
        response_description="The job.",
        response_headers=NEW_JOB_HEADERS,
        responses=OWNED | INVALID | NOT_FOUND | CONFLICT,
    )
    async def retry(
        self,
        job_id: FromPath[UUID],
        visit: NamedDependency[Visit],
    ) -> Response[JobView]:
        """Try the job again."""
        new_id = await actions.retry(visit.resources, job_id, visit.owner_id, visit.request_id)
        return await job_response(visit, new_id, HTTPStatus.ACCEPTED)
