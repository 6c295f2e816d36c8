"""The engine's decisions, without a database: every arrow of the state diagram, and that nothing else moves."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from shared.jobs.model import (
    LEASE,
    LONGEST_WAIT,
    CancelAsked,
    Crashed,
    Decision,
    Event,
    Failed,
    Job,
    LeaseExpired,
    Released,
    Started,
    Step,
    StepFailure,
    StepState,
    Succeeded,
    decide,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TOKEN = uuid4()


def job(**changes: Any) -> Job:
    values: dict[str, Any] = {
        "id": UUID(int=1),
        "state": "running",
        "cancel_reason": None,
        "expires_at": NOW + timedelta(hours=1),
    }
    return Job(**{**values, **changes})


def step(name: str, state: StepState = "blocked", needs: tuple[str, ...] = (), **changes: Any) -> Step:
    running = state == "running"
    values: dict[str, Any] = {
        "name": name,
        "needs": list(needs),
        "optional": False,
        "state": state,
        "run_at": NOW,
        "attempt": int(state in {"running", "succeeded"}),
        "failures": 0,
        "crashes": 0,
        "releases": 0,
        "max_failures": 3,
        "max_crashes": 3,
        "lease_token": TOKEN if running else None,
        "lease_until": NOW + timedelta(seconds=LEASE) if running else None,
    }
    return Step(**{**values, **changes})


def states(decision: Decision) -> dict[str, str]:
    return {step.name: step.state for step in decision.steps}


def failed(code: str = "provider_timeout", *, transient: bool = True, **changes: Any) -> Failed:
    return Failed(step="a", token=TOKEN, failure=StepFailure(code), transient=transient, **changes)


def decided(event: Event, *steps: Step, **changes: Any) -> Decision:
    return decide(job(**changes), steps, event, NOW)


def test_success_makes_ready_what_waited_for_it_and_only_that() -> None:
    steps = (step("a", "running"), step("b", "blocked", ("a",)), step("c", "blocked", ("b",)))
    decision = decided(Succeeded("a", TOKEN, {"x": 1}, "done"), *steps)
    assert states(decision) == {"a": "succeeded", "b": "ready"}
    assert decision.steps[0].output == {"x": 1}
    assert decision.steps[0].message == "done"
    assert decision.job.state == "running"


def test_a_step_with_two_needs_waits_for_both() -> None:
    waiting = step("c", "blocked", ("a", "b"))
    decision = decided(Succeeded("a", TOKEN, {}), step("a", "running"), step("b", "running"), waiting)
    assert states(decision) == {"a": "succeeded"}
    decision = decided(Succeeded("a", TOKEN, {}), step("a", "running"), step("b", "succeeded"), waiting)
    assert states(decision) == {"a": "succeeded", "c": "ready"}


def test_the_last_success_ends_the_job() -> None:
    decision = decided(Succeeded("a", TOKEN, {}), step("a", "running"))
    assert decision.job.state == "succeeded"
    assert decision.job.error is None


def test_a_permanent_failure_of_a_required_step_ends_the_job_and_spends_nothing_more() -> None:
    steps = (step("a", "running"), step("b", "blocked", ("a",)), step("c", "ready"), step("d", "running"))
    decision = decided(failed("input_invalid", transient=False), *steps)
    assert states(decision) == {"a": "failed", "b": "skipped", "c": "skipped"}
    assert decision.job.state == "running"  # d is still out


def test_the_job_says_which_step_failed_and_why() -> None:
    decision = decided(failed("input_invalid", transient=False), step("a", "running"))
    assert decision.job.state == "failed"
    assert decision.job.error == {"code": "input_invalid", "message": "", "step": "a"}


def test_a_failed_optional_step_leaves_a_partial_job() -> None:
    steps = (step("a", "running", optional=True), step("b", "blocked", ("a",), optional=True), step("c", "succeeded"))
    decision = decided(failed("input_invalid", transient=False), *steps)
    assert states(decision) == {"a": "failed", "b": "skipped"}
    assert decision.job.state == "partial"


def test_a_transient_failure_is_tried_again_later() -> None:
    decision = decided(failed(jitter=0.5), step("a", "running", failures=1))
    (again,) = decision.steps
    assert (again.state, again.failures, again.run_at) == ("ready", 2, NOW + timedelta(seconds=2.0))
    assert again.error == StepFailure("provider_timeout")


def test_failures_end_at_the_maximum() -> None:
    decision = decided(failed(), step("a", "running", failures=2))
    assert states(decision) == {"a": "failed"}
    assert decision.steps[0].failures == 3


@pytest.mark.parametrize("code", ["provider_rate_limited", "provider_overloaded", "work_under_way"])
def test_a_throttled_step_is_snoozed_without_a_failure(code: str) -> None:
    decision = decided(failed(code, retry_after=12.0, jitter=0.0), step("a", "running", failures=2))
    (again,) = decision.steps
    assert (again.state, again.failures, again.releases) == ("ready", 2, 1)
    assert again.run_at == NOW + timedelta(seconds=12)


def test_a_provider_cannot_make_us_wait_for_ever() -> None:
    decision = decided(failed(retry_after=1e9, jitter=1.0), step("a", "running", failures=1, max_failures=99))
    assert decision.steps[0].run_at == NOW + timedelta(seconds=LONGEST_WAIT + 4)


def test_a_released_step_is_due_at_once_and_counts_no_failure() -> None:
    (again,) = decided(Released("a", TOKEN), step("a", "running")).steps
    assert (again.state, again.releases, again.failures, again.run_at) == ("ready", 1, 0, NOW)


@pytest.mark.parametrize("event", [LeaseExpired("a"), Crashed("a", TOKEN)])
def test_the_third_crash_is_poison(event: Event) -> None:
    gone = NOW - timedelta(seconds=1)
    (again,) = decided(event, step("a", "running", crashes=1, lease_until=gone)).steps
    assert (again.state, again.crashes) == ("ready", 2)
    decision = decided(event, step("a", "running", crashes=2, lease_until=gone))
    assert states(decision) == {"a": "failed"}
    assert decision.job.error == {
        "code": "worker_lost",
        "message": "the worker was lost 3 of 3 times",
        "step": "a",
    }


def test_a_lease_that_holds_does_not_expire() -> None:
    decision = decided(LeaseExpired("a"), step("a", "running"))
    assert (decision.verdict, decision.steps) == ("refused", ())


@pytest.mark.parametrize("event", [Succeeded("a", uuid4(), {}), Released("a", uuid4()), Crashed("a", uuid4())])
def test_a_zombie_changes_nothing(event: Event) -> None:
    decision = decided(event, step("a", "running"))
    assert (decision.verdict, decision.steps) == ("fenced", ())


def test_a_repeated_finish_is_heard_once() -> None:
    decision = decided(Succeeded("a", TOKEN, {}), step("a", "succeeded", lease_token=TOKEN), state="succeeded")
    assert (decision.verdict, decision.steps) == ("repeated", ())


def test_an_unknown_step_is_refused() -> None:
    assert decided(Released("b", TOKEN), step("a", "running")).verdict == "refused"


def test_cancel_stops_what_has_not_begun_and_waits_for_what_runs() -> None:
    steps = (step("a", "running"), step("b", "blocked", ("a",)), step("c", "ready"))
    decision = decided(CancelAsked("asked"), *steps)
    assert states(decision) == {"b": "cancelled", "c": "cancelled"}
    assert (decision.job.state, decision.job.cancel_reason) == ("running", "asked")


@pytest.mark.parametrize("event", [failed(), Released("a", TOKEN), Crashed("a", TOKEN)])
def test_after_a_cancel_whatever_is_not_success_is_cancelled(event: Event) -> None:
    decision = decided(event, step("a", "running"), cancel_reason="asked")
    assert states(decision) == {"a": "cancelled"}
    assert decision.job.state == "cancelled"
    assert decision.job.error == {"code": "cancelled", "message": "", "step": None}


def test_a_success_after_a_cancel_is_kept_for_it_is_paid_for() -> None:
    steps = (step("a", "running"), step("b", "cancelled", ("a",)))
    decision = decided(Succeeded("a", TOKEN, {}), *steps, cancel_reason="asked")
    assert states(decision) == {"a": "succeeded"}
    assert decision.job.state == "cancelled"


def test_all_steps_succeeded_beats_a_late_cancel() -> None:
    decision = decided(Succeeded("a", TOKEN, {}), step("a", "running"), cancel_reason="asked")
    assert decision.job.state == "succeeded"


def test_a_job_that_never_ran_expires_and_one_that_did_is_cancelled() -> None:
    decision = decided(CancelAsked("expired"), step("a", "ready"), expires_at=NOW, state="queued")
    assert decision.job.state == "expired"
    decision = decided(CancelAsked("expired"), step("a", "ready", attempt=1, failures=1), expires_at=NOW)
    assert decision.job.state == "cancelled"
    assert decision.job.error == {"code": "deadline_exceeded", "message": "", "step": None}


def test_a_job_does_not_expire_before_its_time() -> None:
    decision = decided(CancelAsked("expired"), step("a", "ready"))
    assert (decision.verdict, decision.steps) == ("refused", ())


def test_asking_twice_is_asking_once() -> None:
    assert decided(CancelAsked("asked"), step("a", "running"), cancel_reason="asked").verdict == "repeated"


@pytest.mark.parametrize("event", [CancelAsked("asked"), Started()])
def test_an_ended_job_stays_as_it_is(event: Event) -> None:
    decision = decided(event, step("a", "succeeded"), state="succeeded")
    assert (decision.verdict, decision.steps) == ("refused", ())


def test_a_retried_job_goes_on_behind_its_copied_steps() -> None:
    copied = step("a", "succeeded", attempt=0)
    decision = decided(Started(), copied, step("b", "blocked", ("a",)), state="queued")
    assert states(decision) == {"b": "ready"}
    assert decision.job.state == "queued"


def test_a_ready_optional_step_is_not_paid_for_once_the_job_is_lost() -> None:
    steps = (step("a", "running"), step("b", "ready", optional=True))
    assert states(decided(failed("input_invalid", transient=False), *steps)) == {"a": "failed", "b": "skipped"}


def test_success_clears_the_error_of_an_earlier_attempt() -> None:
    earlier = step("a", "running", error=StepFailure("provider_timeout"), failures=1)
    assert decided(Succeeded("a", TOKEN, {}), earlier).steps[0].error is None


def test_decisions_do_not_change_what_they_are_given() -> None:
    given = step("a", "running")
    before = msgspec.structs.asdict(given)
    decided(failed(), given)
    assert msgspec.structs.asdict(given) == before
