"""What a step is handed, in memory."""

from uuid import uuid4

from tests.support.memory_ledger import MemoryLedger
from tests.support.step_watch import HandWatch


class MemoryRun:
    """One attempt at a step; give it the `ledger` of an earlier one for a retry."""

    def __init__(self, *, ledger: MemoryLedger | None = None, watch: HandWatch | None = None) -> None:
        self.ledger = ledger or MemoryLedger()
        self.watch = watch or HandWatch()
        self.token = uuid4()

    def key(self, name: str) -> str:
        return f"job/step/{self.token}/{name}"
