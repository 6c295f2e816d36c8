"""Claims, heartbeats, queue pauses and the register of workers: no job lock, each touches only its own rows."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from shared.db.session import Connection
from shared.jobs.kinds import both_queues
from shared.jobs.model import LEASE
from shared.jobs.statements import SQL
from shared.jobs.submission import WakeUp

NO_SUCH_STEP, PAUSED, DUPLICATE = "no such step", "paused queue", "duplicate wake-up"
"""Why a claim came to nothing."""
FIRST_PAUSE = 5.0  # seconds a throttled provider is left alone when it names no time


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """A step that is ours until the lease runs out, with everything needed to begin."""

    job_id: UUID
    step: str
    task: str
    token: UUID
    owner_id: UUID
    input: bytes
    attempt: int
    crashes: int
    left_s: float
    """Seconds until the step's deadline when the claim was read."""
    half_open: bool
    """The queue's provider asked everybody to wait, and this step is let through to see."""
    outputs: Mapping[str, dict[str, Any]]
    request_id: str | None = None
    """The request that made the job: the thread from a client's complaint to the worker's log lines."""


def claim(connection: Connection, wakeup: WakeUp, token: UUID, worker: str) -> Claim | str:
    """Make a ready step ours, or say why not in a few words.

    The caller makes the token before the first try and repeats with the same one until Postgres answers: a step
    that already runs with this token is ours, its reply was lost.
    """
    with connection.pipeline():
        values = (wakeup.job_id, wakeup.step, wakeup.task, token, worker, LEASE)
        connection.execute(SQL["claim"], values)
        ours = connection.execute(SQL["load_claim"], (wakeup.job_id, wakeup.step, token))
    row = ours.fetchone()
    if row is None:
        return _refusal(connection, wakeup)
    return _claim(wakeup.job_id, wakeup.step, wakeup.task, token, row)


def held(connection: Connection, job_id: UUID, step: str, task: str, token: UUID) -> Claim | None:
    """The claim that `token` holds, for a process that takes over the work with the lease."""
    row = connection.execute(SQL["load_claim"], (job_id, step, token)).fetchone()
    return None if row is None else _claim(job_id, step, task, token, row)


def _claim(job_id: UUID, step: str, task: str, token: UUID, row: dict[str, Any]) -> Claim:
    columns = {**row, "input": row["input"].encode()}
    return Claim(job_id=job_id, step=step, task=task, token=token, **columns)


def _refusal(connection: Connection, wakeup: WakeUp) -> str:
    row = connection.execute(SQL["claim_refused"], (wakeup.job_id, wakeup.step)).fetchone()
    if row is None:
        return NO_SUCH_STEP
    if row["state"] == "ready" and row["paused"]:
        return PAUSED
    return DUPLICATE


class Beat(msgspec.Struct, frozen=True):
    """One lease to renew, with the progress to show."""

    job_id: UUID
    step: str
    token: UUID
    done: int
    total: int
    message: str
    moved: bool


class BeatAnswer(msgspec.Struct, frozen=True):
    """What became of the leases: keys are (job, step)."""

    cancelled: frozenset[tuple[UUID, str]]
    lost: frozenset[tuple[UUID, str]]


def heartbeat(connection: Connection, beats: list[Beat]) -> BeatAnswer:
    """Renew the leases, also past their end as long as nobody else has them; tell which are lost or to be stopped."""
    columns = [list(column) for column in zip(*(msgspec.structs.astuple(beat) for beat in beats), strict=True)]
    rows = connection.execute(SQL["heartbeat"], (*columns, LEASE)).fetchall() if beats else []
    kept = {(row["job_id"], row["name"]) for row in rows}
    return BeatAnswer(
        cancelled=frozenset((row["job_id"], row["name"]) for row in rows if row["cancelled"]),
        lost=frozenset((beat.job_id, beat.step) for beat in beats) - kept,
    )


class WorkerBeat(msgspec.Struct, frozen=True):
    """A process as operators see it."""

    name: str
    service: str
    version: str
    slots: int
    running: int
    draining: bool


def beat_worker(connection: Connection, beat: WorkerBeat) -> bool:
    """Say that this process lives; true if an operator asks it to drain."""
    row = connection.execute(SQL["beat_worker"], msgspec.structs.astuple(beat)).fetchone()
    return row is not None and bool(row["asked_to_drain"])


def forget_worker(connection: Connection, name: str) -> None:
    """Take a process that ended in good order off the register."""
    connection.execute(SQL["forget_worker"], (name,))


def pause_for_provider(connection: Connection, service: str, code: str, retry_after: float | None) -> None:
    """Leave a provider alone that asked everybody to wait; afterwards one step a queue is let through to see."""
    values = (both_queues(service), retry_after or FIRST_PAUSE, code, "provider")
    connection.execute(SQL["pause_queues"], values)


def end_provider_pause(connection: Connection, service: str) -> None:
    """The step that was let through succeeded: everybody may go on."""
    connection.execute(SQL["end_provider_pause"], (both_queues(service),))
