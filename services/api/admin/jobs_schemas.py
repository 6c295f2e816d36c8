"""What operators see of anybody's jobs."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from services.api.jobs.schemas import JobFailure, JobSummary, StepStatus


class AdminJobSummary(JobSummary, frozen=True, kw_only=True):
    """Anybody's job in a list; its links are for operators."""

    owner_id: UUID
    request_id: Annotated[str | None, Meta(description="The request that asked for it; it is in the logs.")]
    failed_step: Annotated[str | None, Meta(description="The first of its steps that failed.")]


class AdminStepView(msgspec.Struct, frozen=True, kw_only=True):
    """A step as the engine sees it."""

    name: str
    task: str
    queue: str
    state: StepStatus
    optional: bool
    attempt: Annotated[int, Meta(description="How often it was claimed: failures, crashes and releases included.")]
    failures: int
    max_failures: int
    crashes: int
    max_crashes: int
    releases: Annotated[int, Meta(description="How often it was given back without counting a failure.")]
    copied: Annotated[bool, Meta(description="Its output comes from the job that this one retries.")]
    run_at: Annotated[datetime, Meta(description="Not before then.")]
    published_at: Annotated[datetime | None, Meta(description="When its wake-up was sent last.")]
    leased_by: Annotated[str | None, Meta(description="The worker that claimed it last.")]
    lease_until: Annotated[datetime | None, Meta(description="When the lease runs out if it is not renewed.")]
    deadline_at: datetime | None
    message: str
    error: JobFailure | None
    started_at: datetime | None
    finished_at: datetime | None


class AdminCallView(msgspec.Struct, frozen=True, kw_only=True):
    """A paid call to a provider."""

    id: UUID
    step: str
    provider: str
    model: str
    micro_usd: Annotated[int | None, Meta(description="Millionths of a US dollar; null if the price is unknown.")]
    sandbox: Annotated[bool, Meta(description="It went to the sandbox, which is free.")]
    rejected: Annotated[str | None, Meta(description="Why the answer was refused.")]
    created_at: datetime


class AdminJobView(AdminJobSummary, frozen=True, kw_only=True):
    """Anybody's job with all that explains where it is."""

    version: int
    expires_at: datetime
    cancel_requested_at: datetime | None
    cancel_reason: str | None
    steps: list[AdminStepView]
    calls: Annotated[list[AdminCallView], Meta(description="In the order in which they were paid.")]
