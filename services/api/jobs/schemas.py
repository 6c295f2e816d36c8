"""What clients see of a job. New statuses, steps and codes may appear: rely on `done`."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from shared.learning.detection import DetectedWord

JobStatus = Literal["queued", "running", "cancelling", "succeeded", "partial", "failed", "cancelled", "expired"]
StepStatus = Literal["blocked", "ready", "running", "succeeded", "skipped", "failed", "cancelled"]


class JobFailure(msgspec.Struct, frozen=True, kw_only=True):
    """Why a job or a step did not succeed."""

    code: Annotated[str, Meta(description="Stable, for programs.", examples=["provider_timeout"])]
    message: str
    step: Annotated[str | None, Meta(description="The step whose failure it is, if it is one's.")] = None


class StepView(msgspec.Struct, frozen=True, kw_only=True):
    """One unit of work of a job."""

    name: str
    service: Annotated[str, Meta(description="Which worker performs it.", examples=["nlp"])]
    status: StepStatus
    optional: Annotated[bool, Meta(description="The job can be `partial` without it.")]
    attempt: Annotated[int, Meta(description="How often it was begun; retries are automatic.")]
    failures: int
    crashes: Annotated[int, Meta(description="How often the worker was lost while it worked on it.")]
    done: Annotated[int, Meta(description="Units finished in this attempt, of `total`; 0 of 0 if it has none.")]
    total: int
    message: str
    error: Annotated[JobFailure | None, Meta(description="Why the last attempt did not succeed.")]
    next_attempt_at: Annotated[datetime | None, Meta(description="When it is tried again.")]
    started_at: datetime | None
    finished_at: datetime | None
    seconds: Annotated[float | None, Meta(description="From start to end, once it has ended.")]


class ProgressView(msgspec.Struct, frozen=True, kw_only=True):
    """How far a job is."""

    percent: Annotated[int, Meta(ge=0, le=100)]
    step: Annotated[str | None, Meta(description="What it works on right now.")]
    done: int
    total: int
    message: str
    steps: list[StepView]


class ArticleLink(msgspec.Struct, frozen=True, kw_only=True):
    """Where an article can be read."""

    id: UUID
    url: str


class ResultView(msgspec.Struct, frozen=True, kw_only=True):
    """What the job has made so far; members of other kinds of job are null."""

    article: Annotated[ArticleLink | None, Meta(description="Of a job that writes one.")] = None
    words: Annotated[
        list[DetectedWord] | None, Meta(description="Of a job that looks for them, the most useful first.")
    ] = None


class CostView(msgspec.Struct, frozen=True, kw_only=True):
    """What the providers charge for the job, in millionths of a US dollar."""

    micro_usd: Annotated[
        int | None,
        Meta(description="Of all calls, also what the sandbox's would have cost; null if a price is unknown."),
    ]
    charged_micro_usd: Annotated[
        int | None, Meta(description="Of real calls only: 0 in the sandbox; null if a price is unknown.")
    ]
    calls: int
    sandbox: Annotated[bool, Meta(description="At least one call went to the sandbox, which is free.")]


class JobLinks(msgspec.Struct, frozen=True, kw_only=True):
    """Where to go from here; null is what cannot be done now."""

    self: str
    cancel: str | None
    retry: str | None


class JobView(msgspec.Struct, frozen=True, kw_only=True):
    """A job: what somebody asked for, and how far it is."""

    id: UUID
    kind: Annotated[str, Meta(examples=["write_article"])]
    status: JobStatus
    done: Annotated[bool, Meta(description="True once the status will never change again.")]
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    expires_at: Annotated[datetime, Meta(description="When it is cancelled if it has not ended.")]
    cancel_requested_at: datetime | None
    retry_of: Annotated[UUID | None, Meta(description="The job that this one tries again.")]
    progress: ProgressView
    error: JobFailure | None
    result: Annotated[
        ResultView | None, Meta(description="There as soon as there is something; an article until it is deleted.")
    ]
    cost: CostView
    links: JobLinks


class JobSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A job in a list; `links.self` leads to the whole of it."""

    id: UUID
    kind: Annotated[str, Meta(examples=["write_article"])]
    status: JobStatus
    done: Annotated[bool, Meta(description="True once the status will never change again.")]
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    percent: Annotated[int, Meta(ge=0, le=100)]
    error: JobFailure | None
    batch_id: UUID | None
    batch_item: Annotated[int | None, Meta(description="Its place in the batch, from 0.")]
    retry_of: Annotated[UUID | None, Meta(description="The job that this one tries again.")]
    article_id: Annotated[UUID | None, Meta(description="The article, once it is written and until it is deleted.")]
    links: JobLinks
