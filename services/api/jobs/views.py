"""Turns a job's rows into what clients see. Pure."""

from typing import Any, cast
from uuid import UUID

from services.api.jobs.progress import current_step, percent
from services.api.jobs.queries import JobRow, Spending, StepRow
from services.api.jobs.schemas import (
    ArticleLink,
    CostView,
    JobFailure,
    JobLinks,
    JobStatus,
    JobView,
    ProgressView,
    ResultView,
    StepStatus,
    StepView,
)

RETRYABLE = frozenset({"failed", "partial", "cancelled", "expired"})
SENTENCES = {
    "cancelled": "The job was cancelled.",
    "deadline_exceeded": "The job did not finish before its deadline.",
    "internal": "Something went wrong on our side.",
}
"""For codes that the engine gives without a sentence of their own."""


def job_url(job_id: UUID) -> str:
    """Where a job is polled."""
    return f"/api/jobs/{job_id}"


def article_url(article_id: UUID) -> str:
    """Where an article is read."""
    return f"/api/articles/{article_id}"


def status_of(row: JobRow) -> JobStatus:
    """The public status. A claim touches only its step, so "queued" in the row may already be running."""
    if row.finished_at is not None:
        return cast("JobStatus", row.state)
    if row.cancel_requested_at is not None:
        return "cancelling"
    return "running" if any(step.attempt for step in row.steps) else "queued"


def job_view(row: JobRow) -> JobView:
    """The job as clients see it."""
    starts = [step.started_at for step in row.steps if step.started_at is not None]
    return JobView(
        id=row.id,
        kind=row.kind,
        status=status_of(row),
        done=row.finished_at is not None,
        created_at=row.created_at,
        started_at=row.started_at or min(starts, default=None),
        finished_at=row.finished_at,
        expires_at=row.expires_at,
        cancel_requested_at=row.cancel_requested_at,
        retry_of=row.retry_of,
        progress=_progress(row),
        error=failure_view(row.error),
        result=_result(row),
        cost=cost_view(row),
        links=job_links(job_url(row.id), status_of(row), article_gone=any(step.article_gone for step in row.steps)),
    )


def _progress(row: JobRow) -> ProgressView:
    step = current_step(row)
    return ProgressView(
        percent=percent(row),
        step=step.name if step else None,
        done=step.progress_done if step else 0,
        total=step.progress_total if step else 0,
        message=step.message if step else "",
        steps=[_step(step) for step in row.steps],
    )


def _step(row: StepRow) -> StepView:
    return StepView(
        name=row.name,
        service=row.task.partition(".")[0],
        status=cast("StepStatus", row.state),
        optional=row.optional,
        attempt=row.attempt,
        failures=row.failures,
        crashes=row.crashes,
        done=row.progress_done,
        total=row.progress_total,
        message=row.message,
        error=None if row.state == "succeeded" else failure_view(row.error),
        next_attempt_at=row.run_at if row.state == "ready" and row.attempt else None,
        started_at=row.started_at,
        finished_at=row.finished_at,
        seconds=_seconds(row),
    )


def _seconds(row: StepRow) -> float | None:
    if row.started_at is None or row.finished_at is None:
        return None
    return round((row.finished_at - row.started_at).total_seconds(), 3)


def failure_view(error: dict[str, Any] | None) -> JobFailure | None:
    """Why a job or a step did not succeed, with a sentence for people."""
    if error is None:
        return None
    code = error["code"]
    message = error.get("message") or SENTENCES.get(code, "")
    return JobFailure(code=code, message=message, step=error.get("step"))


def _result(row: JobRow) -> ResultView | None:
    for step in row.steps:
        if step.article_id is not None:
            return ResultView(article=ArticleLink(id=step.article_id, url=article_url(step.article_id)))
        if step.words is not None:
            return ResultView(words=step.words)
    return None


def cost_view(row: Spending) -> CostView:
    """The cost as clients see it."""
    return CostView(
        micro_usd=None if row.unpriced else row.micro_usd,
        charged_micro_usd=None if row.unpriced_charged else row.charged_micro_usd,
        calls=row.calls,
        sandbox=row.sandbox,
    )


def job_links(url: str, status: JobStatus, *, article_gone: bool) -> JobLinks:
    """What can be done with a job; one whose article was deleted has nothing left to try again."""
    return JobLinks(
        self=url,
        cancel=f"{url}/cancel" if status in {"queued", "running"} else None,
        retry=f"{url}/retry" if status in RETRYABLE and not article_gone else None,
    )
