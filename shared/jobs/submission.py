"""A new job as the statement `submit` takes it: pure, so that API and batch importers share it over any driver."""

from typing import Any
from uuid import UUID

import msgspec

from shared.jobs.ids import uuid7
from shared.jobs.kinds import MAX_CRASHES, StepSpec, checked, queue_of

EXPIRY = 24 * 3600.0  # seconds until an interactive job that has not ended is cancelled
BULK_EXPIRY = 7 * EXPIRY


class WakeUp(msgspec.Struct, frozen=True):
    """The message that makes a worker look at a step. It carries no content, so a forged one can do no harm."""

    job_id: UUID
    step: str
    task: str
    queue: str


class Idempotency(msgspec.Struct, frozen=True):
    """What makes a repeated request the same one."""

    key: str
    """The client's `Idempotency-Key`, one an owner."""
    hash: str
    """Of what was asked: the same key with another hash is a mistake of the client's."""


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """Jobs that were asked for together: all are created, or none."""

    owner_id: UUID
    name: str
    items: int
    idempotency: Idempotency | None = None
    request_id: str | None = None
    id: UUID = msgspec.field(default_factory=uuid7)


class Submission(msgspec.Struct, frozen=True, kw_only=True):
    """A job to be created."""

    owner_id: UUID
    of_account: bool = True
    """The owner is an account: one that was deleted in the meantime gets no job. Our own work belongs to nobody's."""
    kind: str
    input: msgspec.Raw
    """Valid JSON: what the kind's steps read."""
    steps: tuple[StepSpec, ...]
    bulk: bool = False
    """Batch work: waits behind everybody who waits for an answer."""
    expires_in_s: float | None = None
    request_id: str | None = None
    idempotency: Idempotency | None = None
    """With one, a second submission of the same owner and key creates nothing."""
    batch_id: UUID | None = None
    batch_item: int | None = None
    """Its place in the batch, from 0."""
    id: UUID = msgspec.field(default_factory=uuid7)


def submit_document(submissions: list[Submission]) -> str:
    """The jobs as the JSON array that is `$1` of the statement `submit`.

    Raises:
        KindError: A job's steps contradict each other.
    """
    return msgspec.json.encode([_job(ordinal, job) for ordinal, job in enumerate(submissions)]).decode()


def batch_document(batch: Batch) -> str:
    """The batch as the JSON object that is `$3` of the statement `submit`."""
    key = batch.idempotency
    columns = {
        "id": batch.id,
        "owner_id": batch.owner_id,
        "name": batch.name,
        "items": batch.items,
        "idempotency_key": key and key.key,
        "idempotency_hash": key and key.hash,
        "request_id": batch.request_id,
    }
    return msgspec.json.encode(columns).decode()


def _job(ordinal: int, job: Submission) -> dict[str, Any]:
    return {
        "ordinal": ordinal,
        "id": job.id,
        "owner_id": job.owner_id,
        "of_account": job.of_account,
        "kind": job.kind,
        "input": job.input,
        "bulk": job.bulk,
        "priority": 0,
        "expires_in_s": job.expires_in_s or (BULK_EXPIRY if job.bulk else EXPIRY),
        "request_id": job.request_id,
        "idempotency_key": job.idempotency and job.idempotency.key,
        "idempotency_hash": job.idempotency and job.idempotency.hash,
        "batch_id": job.batch_id,
        "batch_item": job.batch_item,
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
