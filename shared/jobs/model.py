"""The job engine's decisions: a pure function of a job, its steps, one event and a time.

No SQL, no clock, no queue: `shared/jobs/store.py` loads the rows under the job's lock, asks `decide`, and writes
what it says. The states and their transitions are those of ARCHITECTURE.md, "The life of a job".
"""

from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec

from shared.jobs.errors import SNOOZING_CODES

JobState = Literal["queued", "running", "succeeded", "partial", "failed", "cancelled", "expired"]
StepState = Literal["blocked", "ready", "running", "succeeded", "skipped", "failed", "cancelled"]

OPEN_STATES: frozenset[str] = frozenset({"blocked", "ready", "running"})
LEASE = 30.0  # seconds
BACKOFF = 2.0  # seconds before the first retry, at most; doubles with each failure
LONGEST_WAIT = 600.0  # seconds: cap of backoff and of a provider's Retry-After


class StepFailure(msgspec.Struct, frozen=True):
    """Why a step did not succeed, as it is stored and shown."""

    code: str
    message: str = ""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `job_steps`, as far as decisions need it. `output` and `message` are set, never loaded."""

    name: str
    needs: list[str]
    optional: bool
    state: StepState
    run_at: datetime
    attempt: int
    failures: int
    crashes: int
    releases: int
    max_failures: int
    max_crashes: int
    lease_token: UUID | None
    lease_until: datetime | None
    error: StepFailure | None = None
    output: dict[str, Any] | None = None
    message: str = ""

    @property
    def open(self) -> bool:
        """True until the step ends."""
        return self.state in OPEN_STATES


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `jobs`, as far as decisions need it."""

    id: UUID
    state: JobState
    cancel_reason: str | None
    expires_at: datetime
    error: dict[str, Any] | None = None

    @property
    def open(self) -> bool:
        """True until the job ends."""
        return self.state in {"queued", "running"}


class Succeeded(msgspec.Struct, frozen=True):
    """The worker did the step's work."""

    step: str
    token: UUID
    output: dict[str, Any]
    summary: str = ""


class Failed(msgspec.Struct, frozen=True, kw_only=True):
    """The worker could not do it."""

    step: str
    token: UUID
    failure: StepFailure
    transient: bool
    retry_after: float | None = None
    jitter: float = 1.0
    """Random, 0 to 1: full jitter of the backoff."""


class Released(msgspec.Struct, frozen=True):
    """The worker gives the step back unfinished, because it shuts down."""

    step: str
    token: UUID


class Crashed(msgspec.Struct, frozen=True):
    """The process that performed the step alone is dead."""

    step: str
    token: UUID


class LeaseExpired(msgspec.Struct, frozen=True):
    """Nobody renewed the lease in time."""

    step: str


class CancelAsked(msgspec.Struct, frozen=True):
    """Somebody wants the job to stop; `expired` is the deadline's own cancel."""

    reason: Literal["asked", "expired"]


class Started(msgspec.Struct, frozen=True):
    """The job's rows were just written: bring them to rest."""


StepEvent = Succeeded | Failed | Released | Crashed | LeaseExpired
Event = StepEvent | CancelAsked | Started

Verdict = Literal["applied", "repeated", "fenced", "refused"]


class Decision(msgspec.Struct, frozen=True):
    """What the event changes: nothing unless the verdict is `applied`.

    `repeated`: the same worker already told this and was heard. `fenced`: the lease is somebody else's by now,
    the result must be dropped. `refused`: the event does not apply in this state.
    """

    verdict: Verdict
    job: Job
    steps: tuple[Step, ...] = ()
    """New versions of the steps that change, by name."""


def decide(job: Job, steps: tuple[Step, ...], event: Event, now: datetime) -> Decision:
    """What `event` at `now` does to `job` and `steps` (in creation order, needs before those who need them)."""
    if not job.open and isinstance(event, CancelAsked | Started):
        return Decision("refused", job)
    if isinstance(event, CancelAsked):
        return _cancel(job, steps, event, now)
    if isinstance(event, Started):
        return _settled(job, steps, {}, now)
    step = next((step for step in steps if step.name == event.step), None)
    verdict = "refused" if step is None else _heard(step, event, now)
    if step is None or verdict != "applied":
        return Decision(verdict, job)
    return _settled(job, steps, {step.name: _after(job, step, event, now)}, now)


def _heard(step: Step, event: StepEvent, now: datetime) -> Verdict:
    """Whether the one who tells this may still be believed."""
    if isinstance(event, LeaseExpired):
        expired = step.state == "running" and step.lease_until is not None and step.lease_until < now
        return "applied" if expired else "refused"
    if step.lease_token != event.token:
        return "fenced"
    return "applied" if step.state == "running" else "repeated"


def _after(job: Job, step: Step, event: StepEvent, now: datetime) -> Step:
    if isinstance(event, Succeeded):
        return _ended(step, "succeeded", output=event.output, message=event.summary, error=None)
    if job.cancel_reason is not None:
        return _ended(step, "cancelled")
    match event:
        case Released():
            return _again(step, now, releases=step.releases + 1)
        case Failed():
            return _after_failure(step, event, now)
        case _:
            return _after_crash(step, now)


def _after_failure(step: Step, event: Failed, now: datetime) -> Step:
    run_at = now + _wait(step, event)
    if event.transient and event.failure.code in SNOOZING_CODES:
        return _again(step, run_at, releases=step.releases + 1, error=event.failure)
    failures = step.failures + 1
    if not event.transient or failures >= step.max_failures:
        return _ended(step, "failed", failures=failures, error=event.failure)
    return _again(step, run_at, failures=failures, error=event.failure)


def _after_crash(step: Step, now: datetime) -> Step:
    crashes = step.crashes + 1
    failure = StepFailure("worker_lost", f"the worker was lost {crashes} of {step.max_crashes} times")
    if crashes >= step.max_crashes:
        return _ended(step, "failed", crashes=crashes, error=failure)
    return _again(step, now, crashes=crashes, error=failure)


def _wait(step: Step, event: Failed) -> timedelta:
    """The provider's own wish (capped) and full jitter on top, so that a crowd does not come back as one."""
    backoff = min(BACKOFF * 2.0**step.failures, LONGEST_WAIT) * event.jitter
    return timedelta(seconds=min(event.retry_after or 0.0, LONGEST_WAIT) + backoff)


def _again(step: Step, run_at: datetime, **changes: Any) -> Step:  # noqa: ANN401 - fields of Step
    return msgspec.structs.replace(step, state="ready", run_at=run_at, lease_until=None, **changes)


def _ended(step: Step, state: StepState, **changes: Any) -> Step:  # noqa: ANN401 - fields of Step
    return msgspec.structs.replace(step, state=state, lease_until=None, **changes)


def _cancel(job: Job, steps: tuple[Step, ...], event: CancelAsked, now: datetime) -> Decision:
    if event.reason == "expired" and job.expires_at > now:
        return Decision("refused", job)
    if job.cancel_reason is not None:
        return Decision("repeated", job)
    return _settled(msgspec.structs.replace(job, cancel_reason=event.reason), steps, {}, now)


def _settled(job: Job, steps: tuple[Step, ...], changed: dict[str, Step], now: datetime) -> Decision:
    """Derive what follows for the other steps, and for the job, until nothing moves any more."""
    current = {step.name: changed.get(step.name, step) for step in steps}
    while True:
        moved = False
        for step in current.values():
            state = _next_state(job, step, current)
            if state != step.state:
                changed[step.name] = current[step.name] = _moved(step, state, now)
                moved = True
        if not moved:
            break
    after = msgspec.structs.replace(job, state=job_state(job, tuple(current.values())))
    if not after.open:
        after = msgspec.structs.replace(after, error=_job_error(after, tuple(current.values())))
    return Decision("applied", after, tuple(changed[name] for name in sorted(changed)))


def _next_state(job: Job, step: Step, current: dict[str, Step]) -> StepState:
    """Where a step that nobody is working on goes."""
    if step.state not in {"blocked", "ready"}:
        return step.state
    if job.cancel_reason is not None:
        return "cancelled"
    needs = [current[name] for name in step.needs]
    if _lost(current) or any(not need.open and need.state != "succeeded" for need in needs):
        return "skipped"
    if all(need.state == "succeeded" for need in needs):
        return "ready"
    return step.state


def _lost(current: dict[str, Step]) -> bool:
    """True if a required step ended without success: no money for a lost job."""
    return any(not step.optional and not step.open and step.state != "succeeded" for step in current.values())


def _moved(step: Step, state: StepState, now: datetime) -> Step:
    return msgspec.structs.replace(step, state=state, run_at=now if state == "ready" else step.run_at)


def job_state(job: Job, steps: tuple[Step, ...]) -> JobState:
    """The state of a job as a function of its steps and of what was asked: the first rule that fits."""
    ever_ran = any(step.attempt for step in steps)
    if any(step.open for step in steps):
        return "running" if ever_ran else "queued"
    if all(step.state == "succeeded" for step in steps):
        return "succeeded"
    if job.cancel_reason is not None:
        return "expired" if job.cancel_reason == "expired" and not ever_ran else "cancelled"
    if any(step.state != "succeeded" for step in steps if not step.optional):
        return "failed"
    return "partial"


def _job_error(job: Job, steps: tuple[Step, ...]) -> dict[str, Any] | None:
    if job.state == "succeeded":
        return None
    if job.state in {"cancelled", "expired"}:
        code = "deadline_exceeded" if job.cancel_reason == "expired" else "cancelled"
        return {"code": code, "message": "", "step": None}
    culprits = sorted((step for step in steps if step.state == "failed"), key=lambda step: step.optional)
    for step in culprits:
        failure = step.error or StepFailure("internal")
        return {"code": failure.code, "message": failure.message, "step": step.name}
    return {"code": "internal", "message": "", "step": None}
