"""One attempt at a step over real rows, with its clock and ledger in memory."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

import msgspec

from shared.queue.task import StepRun
from tests.support.jobs import Engine
from tests.support.memory_ledger import MemoryLedger
from tests.support.step_watch import HandWatch


def attempt(
    engine: Engine, owner_id: UUID, asked: msgspec.Struct | None = None, **outputs: Mapping[str, Any]
) -> StepRun:
    """An attempt at a step of a job that asks for `asked`; `outputs` are those of earlier steps, by name."""
    return StepRun(
        job_id=uuid4(),
        owner_id=owner_id,
        step="a step",
        attempt=1,
        token=uuid4(),
        input=b"{}" if asked is None else msgspec.json.encode(asked),
        outputs=outputs,
        watch=HandWatch(),
        ledger=MemoryLedger(),
        database=engine.database,
    )
