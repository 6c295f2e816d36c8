"""A new job as the statement `submit` takes it: pure, so that API and batch importers share it over any driver."""

from typing import Any
from uuid import UUID

import msgspec

from shared.jobs.ids import uuid7
from shared.jobs.kinds import MAX_CRASHES, StepSpec, checked

EXPIRY = 24 * 3600.0  # seconds until an interactive job that has not ended is cancelled
BULK_EXPIRY = 7 * EXPIRY


class WakeUp(msgspec.Struct, frozen=True):
    """The message that makes a worker look at a step. It carries no content, so a forged one can do no harm."""

    job_id: UUID
    step: str
    task: str
    queue: str


class Submission(msgspec.Struct, frozen=True, kw_only=True):
    """A job to be created."""

    owner_id: UUID
    kind: str
    input: msgspec.Raw
    """Valid JSON: what the kind's steps read."""
    steps: tuple[StepSpec, ...]
    bulk: bool = False
    """Batch work: waits behind everybody who waits for an answer."""
    expires_in_s: float | None = None
    request_id: str | None = None
    id: UUID = msgspec.field(default_factory=uuid7)


def submit_document(submissions: list[Submission]) -> str:
    """The jobs as the JSON array that is `$1` of the statement `submit`.

    Raises:
        KindError: A job's steps contradict each other.
    """
    return msgspec.json.encode([_job(ordinal, job) for ordinal, job in enumerate(submissions)]).decode()


def _job(ordinal: int, job: Submission) -> dict[str, Any]:
    return {
        "ordinal": ordinal,
        "id": job.id,
        "owner_id": job.owner_id,
        "kind": job.kind,
        "input": job.input,
        "bulk": job.bulk,
        "priority": 0,
        "expires_in_s": job.expires_in_s or (BULK_EXPIRY if job.bulk else EXPIRY),
        "request_id": job.request_id,
        "steps": [_step(position, step, bulk=job.bulk) for position, step in enumerate(checked(job.steps))],
    }


def _step(position: int, step: StepSpec, *, bulk: bool) -> dict[str, Any]:
    return {
        "position": position,
        "name": step.name,
        "task": step.task,
        "queue": queue_of(step.service, bulk=bulk),
        "needs": list(step.needs),
        "optional": step.optional,
        "cost": step.cost,
        "max_failures": step.max_failures,
        "max_crashes": MAX_CRASHES,
        "timeout_s": step.timeout_s,
    }


def queue_of(service: str, *, bulk: bool) -> str:
    """The queue on which a service is woken: its name, and `.bulk` behind it for batch work."""
    return f"{service}.bulk" if bulk else service
