"""Every transition of a job, over psycopg: lock the job, load its steps, decide purely, write, commit.

One transition is one READ COMMITTED transaction for one job. The first statement locks the job row, the second
loads the steps and Postgres's clock: in one statement the snapshot would be older than the lock, so of two needs
that finish together neither would see the other. Each write repeats what the decision relied on and counts rows;
a claim, which takes no job lock, may have come in between, and then the whole transition is done again.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from psycopg import errors as pg

from shared.db.session import Connection, Database
from shared.jobs.ids import uuid7
from shared.jobs.model import (
    CancelAsked,
    Decision,
    Event,
    Job,
    JobState,
    LeaseExpired,
    Started,
    Step,
    StepFailure,
    StepState,
    Verdict,
    decide,
    job_state,
)
from shared.jobs.statements import SQL
from shared.jobs.submission import BULK_EXPIRY, EXPIRY, Batch, Submission, WakeUp, batch_document, submit_document
from shared.jobs.turns import end_turns

Result = TypeVar("Result")
ATTEMPTS = 5  # repeats of a transition that lost a race before it gives up


class JobNotFoundError(LookupError):
    """There is no such job, or it belongs to somebody else."""


class JobEndedError(Exception):
    """The job has ended, so it cannot be cancelled."""

    def __init__(self, state: JobState) -> None:
        super().__init__(state)
        self.state = state


class JobNotRetryableError(Exception):
    """The job is open or has succeeded, so there is nothing to retry; `state` is as clients see it."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


class ContentionError(Exception):
    """Others kept changing the job, or held its lock for too long: the caller should try again a little later."""


class Outcome(msgspec.Struct, frozen=True):
    """What a transition did."""

    verdict: Verdict
    state: JobState
    wakeups: tuple[WakeUp, ...] = ()
    """Steps that became ready and that this process must publish now; the relay publishes all others."""
    steps: Mapping[str, StepState] = {}
    """The new states of the steps that changed, by name."""


class _Ask(msgspec.Struct, frozen=True, kw_only=True):
    """A transition that somebody wants."""

    job_id: UUID
    owner_id: UUID | None = None
    event: Event
    save: Callable[[Connection], None] | None = None
    may_publish: bool = False


class _LostRaceError(Exception):
    """A row was not as the decision had it."""


def submit(
    connection: Connection, submissions: list[Submission], *, may_publish: bool, batch: Batch | None = None
) -> list[WakeUp]:
    """Create jobs, all or none; returns the wake-ups to publish after the commit.

    Whose idempotency key its owner has used is passed over, and with such a batch all its jobs.
    """
    written = None if batch is None else batch_document(batch)
    rows = connection.execute(SQL["submit"], (submit_document(submissions), may_publish, written)).fetchall()
    return [_wake_up(row["job_id"], row) for row in rows if row["publish"]]


def tell(
    database: Database,
    job_id: UUID,
    event: Event,
    *,
    save: Callable[[Connection], None] | None = None,
    may_publish: bool = False,
) -> Outcome:
    """Let `event` happen to the job.

    Args:
        database: The process's pool; a connection is held for the transition only.
        job_id: Whose transition it is.
        event: What happened.
        save: Writes products in the same transaction; called only if the event is applied.
        may_publish: True if this process's last publication went through.

    Raises:
        JobNotFoundError: There is no such job.
        ContentionError: The transition did not get its turn.
    """
    ask = _Ask(job_id=job_id, event=event, save=save, may_publish=may_publish)
    return _repeated(database, lambda connection: _transition(connection, ask))


def cancel(database: Database, job_id: UUID, owner_id: UUID) -> Outcome:
    """Ask the owner's job to stop: what has not begun never begins, what runs is told at its next heartbeat.

    Raises:
        JobNotFoundError: No such job of this owner.
        JobEndedError: It has ended.
        ContentionError: The transition did not get its turn.
    """
    ask = _Ask(job_id=job_id, owner_id=owner_id, event=CancelAsked("asked"))
    outcome = _repeated(database, lambda connection: _transition(connection, ask))
    if outcome.verdict == "refused":
        raise JobEndedError(outcome.state)
    return outcome


def retry(
    database: Database, job_id: UUID, owner_id: UUID, *, request_id: str | None = None, may_publish: bool = False
) -> tuple[UUID, tuple[WakeUp, ...]]:
    """Make a new job from one that did not succeed; it begins with the outputs of the steps that had.

    Returns:
        The new job's id and the wake-ups to publish. Asked again, the same id and no wake-ups.

    Raises:
        JobNotFoundError: No such job of this owner.
        JobNotRetryableError: It is open or has succeeded.
        ContentionError: The transition did not get its turn.
    """
    return _repeated(
        database, lambda connection: _retry(connection, job_id, owner_id, request_id, may_publish=may_publish)
    )


def expire_lease(connection: Connection, job_id: UUID, step: str) -> Outcome | None:
    """Take a step from a worker that no longer renews its lease; null if somebody is at the job right now."""
    return _if_free(connection, _Ask(job_id=job_id, event=LeaseExpired(step)))


def expire_job(connection: Connection, job_id: UUID) -> Outcome | None:
    """Cancel a job past its deadline; null if somebody is at the job right now."""
    return _if_free(connection, _Ask(job_id=job_id, event=CancelAsked("expired")))


def _repeated(database: Database, transition: Callable[[Connection], Result]) -> Result:
    for _ in range(ATTEMPTS):
        try:
            with database.connection() as connection, connection.transaction():
                return transition(connection)
        except (_LostRaceError, pg.DeadlockDetected):
            continue
        except pg.LockNotAvailable as error:
            raise ContentionError from error
    raise ContentionError


def _if_free(connection: Connection, ask: _Ask) -> Outcome | None:
    """A transition of the dispatcher: what it cannot have at once it finds again in half a second."""
    try:
        with connection.transaction():
            found = _load(connection, "lock_job_if_free", ask.job_id)
            return None if found is None else _apply(connection, found, ask)
    except (_LostRaceError, pg.DeadlockDetected, pg.LockNotAvailable):
        return None


class _Loaded(msgspec.Struct, frozen=True):
    job: Job
    steps: tuple[Step, ...]
    now: datetime


def _load(connection: Connection, lock: str, job_id: UUID, owner_id: UUID | None = None) -> _Loaded | None:
    with connection.pipeline():
        job = connection.execute(SQL[lock], (job_id, owner_id))
        steps = connection.execute(SQL["load_steps"], (job_id,))
    row = job.fetchone()
    if row is None:
        return None
    rows = steps.fetchall()
    return _Loaded(Job(**row), tuple(_step(row) for row in rows), max(row["now"] for row in rows))


def _step(row: dict[str, Any]) -> Step:
    columns = {name: value for name, value in row.items() if name != "now"}
    if columns["error"] is not None:
        columns["error"] = StepFailure(**columns["error"])
    return Step(**columns)


def _transition(connection: Connection, ask: _Ask) -> Outcome:
    loaded = _load(connection, "lock_job", ask.job_id, ask.owner_id)
    if loaded is None:
        raise JobNotFoundError(ask.job_id)
    return _apply(connection, loaded, ask)


def _apply(connection: Connection, loaded: _Loaded, ask: _Ask) -> Outcome:
    decision = decide(loaded.job, loaded.steps, ask.event, loaded.now)
    if decision.verdict != "applied":
        return Outcome(decision.verdict, decision.job.state)
    wakeups = _write(connection, loaded, decision, ask)
    if ask.save is not None:
        ask.save(connection)
    return Outcome("applied", decision.job.state, wakeups, {step.name: step.state for step in decision.steps})


def _write(connection: Connection, loaded: _Loaded, decision: Decision, ask: _Ask) -> tuple[WakeUp, ...]:
    job = decision.job
    before = {step.name: step for step in loaded.steps}
    expiring = loaded.now if isinstance(ask.event, LeaseExpired) else None
    with connection.pipeline():
        written = [
            connection.execute(SQL["make_ready"], (job.id, step.name, ask.may_publish))
            if before[step.name].state == "blocked" and step.state == "ready"
            else connection.execute(SQL["write_step"], _step_values(job.id, before[step.name], step, expiring))
            for step in decision.steps
        ]
        connection.execute(SQL["write_job"], (job.id, job.state, job.cancel_reason, _json(job.error), not job.open))
        if not job.open:
            end_turns(connection, job.id)
    if any(cursor.rowcount != 1 for cursor in written):
        raise _LostRaceError
    rows = [row for cursor in written if cursor.description for row in cursor]
    return tuple(_wake_up(job.id, row) for row in rows if row["publish"])


def _step_values(job_id: UUID, before: Step, after: Step, expiring: datetime | None) -> tuple[object, ...]:
    return (
        job_id,
        after.name,
        after.state,
        after.run_at,
        after.failures,
        after.crashes,
        after.releases,
        _json(after.output),
        _json(after.error),
        after.message,
        before.state,
        before.lease_token,
        expiring if before.state == "running" else None,
    )


def _retry(
    connection: Connection, job_id: UUID, owner_id: UUID, request_id: str | None, *, may_publish: bool
) -> tuple[UUID, tuple[WakeUp, ...]]:
    old = _load(connection, "lock_job", job_id, owner_id)
    if old is None:
        raise JobNotFoundError(job_id)
    if old.job.open:
        raise JobNotRetryableError("cancelling" if old.job.cancel_reason else job_state(old.job, old.steps))
    if old.job.state == "succeeded":
        raise JobNotRetryableError(old.job.state)
    new_id = uuid7()
    values = (new_id, job_id, EXPIRY, BULK_EXPIRY, request_id)
    if connection.execute(SQL["retry_job"], values).fetchone() is None:
        return _existing_retry(connection, job_id), ()
    connection.execute(SQL["retry_steps"], (new_id, job_id))
    outcome = _transition(connection, _Ask(job_id=new_id, event=Started(), may_publish=may_publish))
    return new_id, outcome.wakeups


def _existing_retry(connection: Connection, job_id: UUID) -> UUID:
    row = connection.execute(SQL["find_retry"], (job_id,)).fetchone()
    if row is None:
        raise _LostRaceError
    return UUID(str(row["id"]))


def _json(value: object) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode()


def _wake_up(job_id: UUID, row: dict[str, Any]) -> WakeUp:
    return WakeUp(job_id, row["name"], row["task"], row["queue"])
