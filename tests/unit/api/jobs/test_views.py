from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.api.jobs.progress import percent, retry_after
from services.api.jobs.queries import JobRow, StepRow
from services.api.jobs.views import job_view
from tests.support.api import NOW


def step(name: str = "annotate_text", state: str = "blocked", **changes: Any) -> StepRow:
    """A step's row, untouched so far."""
    columns: dict[str, Any] = {
        "task": f"nlp.{name}",
        "optional": False,
        "attempt": 0,
        "failures": 0,
        "crashes": 0,
        "progress_done": 0,
        "progress_total": 0,
        "progress_seq": 0,
        "message": "",
        "error": None,
        "run_at": NOW,
        "started_at": None,
        "finished_at": None,
        "article_id": None,
    }
    return StepRow(name=name, state=state, **(columns | changes))


def job(*steps: StepRow, state: str = "queued", **changes: Any) -> JobRow:
    """A job's row that has cost nothing so far."""
    columns: dict[str, Any] = {
        "id": uuid4(),
        "kind": "write_article",
        "version": 1,
        "retry_of": None,
        "cancel_requested_at": None,
        "error": None,
        "created_at": NOW,
        "started_at": None,
        "finished_at": None if state in {"queued", "running"} else NOW + timedelta(seconds=9),
        "expires_at": NOW + timedelta(days=1),
        "calls": 0,
        "micro_usd": 0,
        "charged_micro_usd": 0,
        "unpriced": 0,
        "unpriced_charged": 0,
        "sandbox": False,
    }
    return JobRow(state=state, steps=list(steps), **(columns | changes))


def test_new_job_is_queued() -> None:
    view = job_view(job(step("write_text", "ready"), step()))
    assert (view.status, view.done, view.started_at, view.result, view.error) == ("queued", False, None, None, None)
    assert (view.progress.percent, view.progress.step) == (0, "write_text")


def test_job_runs_from_its_first_claim_though_its_row_says_queued() -> None:
    began = NOW + timedelta(seconds=1)
    view = job_view(job(step("write_text", "running", attempt=1, started_at=began), step()))
    assert (view.status, view.started_at) == ("running", began)


def test_open_job_with_a_cancel_asked_is_cancelling() -> None:
    view = job_view(job(step(state="running", attempt=1), cancel_requested_at=NOW, state="running"))
    assert (view.status, view.done) == ("cancelling", False)
    assert (view.links.cancel, view.links.retry) == (None, None)


@pytest.mark.parametrize("state", ["succeeded", "partial", "failed", "cancelled", "expired"])
def test_ended_job_is_done_and_keeps_its_state(state: str) -> None:
    view = job_view(job(step(state="failed", attempt=1), state=state, cancel_requested_at=NOW))
    assert (view.status, view.done, view.links.cancel, view.progress.step) == (state, True, None, None)
    assert (view.links.retry is None) == (state == "succeeded")


def test_progress_shows_the_step_that_runs() -> None:
    running = step("narrate_text", "running", attempt=1, progress_done=2, progress_total=3, message="paragraph 2 of 3")
    view = job_view(job(step("write_text", "succeeded", attempt=1), step(state="ready"), running))
    progress = view.progress
    assert (progress.step, progress.done, progress.total, progress.message) == (
        "narrate_text",
        2,
        3,
        "paragraph 2 of 3",
    )
    assert [entry.status for entry in progress.steps] == ["succeeded", "ready", "running"]


@pytest.mark.parametrize(
    ("steps", "state", "expected"),
    [
        ([step(state="ready"), step()], "queued", 0),
        ([step(state="succeeded"), step(state="running", progress_done=1, progress_total=2)], "running", 75),
        ([step(state="succeeded"), step(state="running")], "running", 50),
        ([step(state="succeeded"), step(state="running", progress_done=9, progress_total=2)], "running", 99),
        ([step(state="skipped"), step(state="ready")], "running", 50),
        ([step(state="succeeded"), step(state="failed")], "partial", 100),
        ([step(state="succeeded"), step(state="failed"), step(state="skipped")], "failed", 33),
        ([step(state="cancelled")], "cancelled", 0),
        ([step(state="succeeded")], "succeeded", 100),
    ],
)
def test_percent(steps: list[StepRow], state: str, expected: int) -> None:
    assert percent(job(*steps, state=state)) == expected


def test_step_shows_why_it_will_be_tried_again_and_when() -> None:
    later = NOW + timedelta(seconds=12)
    error = {"code": "provider_timeout", "message": "no answer within 30 s"}
    view = job_view(job(step(state="ready", attempt=1, failures=1, error=error, run_at=later))).progress.steps[0]
    assert (view.attempt, view.failures, view.next_attempt_at) == (1, 1, later)
    assert view.error is not None
    assert (view.error.code, view.error.message) == ("provider_timeout", "no answer within 30 s")


def test_first_attempt_of_a_step_is_no_next_attempt() -> None:
    assert job_view(job(step(state="ready"))).progress.steps[0].next_attempt_at is None


def test_step_that_succeeded_in_the_end_shows_no_error() -> None:
    error = {"code": "provider_timeout", "message": ""}
    assert job_view(job(step(state="succeeded", attempt=2, error=error))).progress.steps[0].error is None


def test_ended_step_says_how_long_it_took() -> None:
    times: dict[str, Any] = {"started_at": NOW, "finished_at": NOW + timedelta(seconds=1.2345)}
    ended, running = job_view(
        job(step(state="succeeded", **times), step(state="running", started_at=NOW))
    ).progress.steps
    assert (ended.seconds, running.seconds) == (1.234, None)


def test_result_is_there_as_soon_as_the_text_is_written() -> None:
    article_id = uuid4()
    view = job_view(job(step("write_text", "succeeded", article_id=article_id), step(state="ready"), state="running"))
    assert view.result is not None
    assert view.result.article is not None
    assert (view.result.article.id, view.result.article.url) == (article_id, f"/api/articles/{article_id}")


def test_failed_job_names_the_step_and_a_code_without_a_sentence_gets_one() -> None:
    error = {"code": "output_refused", "message": "the model refused", "step": "write_text"}
    view = job_view(job(step(state="failed"), state="failed", error=error))
    assert view.error is not None
    assert (view.error.code, view.error.message, view.error.step) == (
        "output_refused",
        "the model refused",
        "write_text",
    )
    cancelled = job_view(job(step(), state="cancelled", error={"code": "cancelled", "message": "", "step": None}))
    assert cancelled.error is not None
    assert cancelled.error.message == "The job was cancelled."


def test_cost_is_null_while_a_price_is_unknown() -> None:
    known = job_view(job(step(), calls=2, micro_usd=700, charged_micro_usd=500, sandbox=True)).cost
    assert (known.micro_usd, known.charged_micro_usd, known.calls, known.sandbox) == (700, 500, 2, True)
    unknown = job_view(job(step(), calls=2, micro_usd=700, unpriced=1, sandbox=True)).cost
    assert (unknown.micro_usd, unknown.charged_micro_usd) == (None, 0)
    charged = job_view(job(step(), calls=1, unpriced=1, unpriced_charged=1)).cost
    assert (charged.micro_usd, charged.charged_micro_usd) == (None, None)


@pytest.mark.parametrize(("age", "seconds"), [(0, 1), (59, 1), (60, 2), (150, 5), (3600, 10), (-5, 1)])
def test_old_jobs_are_polled_less_often(age: float, seconds: int) -> None:
    assert retry_after(NOW, NOW + timedelta(seconds=age)) == seconds


def test_etag_changes_with_version_and_with_progress() -> None:
    etags = {
        job(step(progress_seq=1), step(progress_seq=2)).mark.etag,
        job(step(progress_seq=1), step(progress_seq=3)).mark.etag,
        job(step(progress_seq=1), step(progress_seq=2), version=2).mark.etag,
    }
    assert etags == {'W/"1-3"', 'W/"1-4"', 'W/"2-3"'}
