"""A worker process that leaves evidence of all it does: `python -m tests.support.chaos_worker`.

The job's input says for each step what is to happen: `{"left": {"ms": 40, "transient": 1, "permanent": false,
"throttled": false, "heedless": false}}`: work so long, fail that many times first, fail for good, be throttled at the
first attempt, never ask whether to stop.
Each attempt, each paid call and each product becomes a row of the schema `chaos`; see `chaos_evidence.sql`.
"""

import os
import sys
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from shared.jobs.errors import PermanentError, TransientError
from shared.jobs.steps import Done
from shared.ledger.ports import Reply
from shared.queue.task import StepRun
from shared.queue.worker import Service, run_worker
from shared.settings import WorkerSettings
from tests.support.chaos_blobs import FolderBlobs

NAMES = ("first", "left", "right", "last")


class Fate(msgspec.Struct, frozen=True):
    """What is to happen to a step."""

    ms: int = 0
    transient: int = 0
    permanent: bool = False
    throttled: bool = False
    heedless: bool = False
    """Never asks whether it should stop."""


def work(run: StepRun) -> Done:
    """Pay, work for a while, and end as the input says."""
    fate = msgspec.json.decode(run.input, type=dict[str, Fate]).get(run.step, Fate())
    _write(run, "attempts", run.token)
    run.ledger.pay("deepl", "m", f"{run.job_id} {run.step}".encode(), lambda: _answer(run))
    end = time.monotonic() + fate.ms / 1000
    while time.monotonic() < end:
        run.watch.progress(run.attempt, 9, "working")
        if not fate.heedless:
            run.watch.check()
        time.sleep(0.02)
    if fate.permanent:
        raise PermanentError("input_invalid", "as told")
    if fate.throttled and run.attempt == 1:
        raise TransientError("provider_rate_limited", "as told", retry_after=0.5)
    if run.attempt <= fate.transient:
        raise TransientError("provider_unavailable", "as told")
    return Done(summary="as told", output={"token": str(run.token)}, save=lambda connection: _product(connection, run))


def _write(run: StepRun, table: str, token: UUID) -> None:
    with run.database.connection() as connection:
        connection.execute(
            f"INSERT INTO chaos.{table} (job_id, step, token) VALUES ($1, $2, $3)",  # noqa: S608 - our own names
            (run.job_id, run.step, token),
        )


def _answer(run: StepRun) -> Reply:
    _write(run, "calls", run.token)
    return Reply(model="m", units={"characters": 1}, body=b"answer")


def _product(connection: Any, run: StepRun) -> None:
    connection.execute(
        "INSERT INTO chaos.products (job_id, step, token) VALUES ($1, $2, $3)", (run.job_id, run.step, run.token)
    )


if __name__ == "__main__":
    service = Service(
        name="nlp",
        bodies={f"nlp.{name}": work for name in NAMES},
        blobs=FolderBlobs(Path(os.environ["CHAOS_FOLDER"])),
        program="tests.support.chaos_worker",
    )
    sys.exit(run_worker(service, WorkerSettings.from_env(os.environ), sys.argv[1:]))
