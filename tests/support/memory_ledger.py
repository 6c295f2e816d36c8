"""A ledger in memory."""

from collections.abc import Callable, Collection
from uuid import UUID

from shared.jobs.ids import uuid7
from shared.ledger.ports import PaidCall, Reply


class MemoryLedger:
    """Implements `shared.ledger.ports.Ledger`: equal requests are paid once."""

    def __init__(self) -> None:
        self.paid: list[PaidCall] = []
        """Every call that was really made, in order."""
        self._memo: dict[tuple[str, str, bytes], PaidCall] = {}

    def pay(self, provider: str, model: str, request: bytes, call: Callable[[], Reply]) -> PaidCall:
        """Serve from the memo, or call."""
        key = (provider, model, request)
        if key in self._memo:
            known = self._memo[key]
            return PaidCall(id=known.id, reply=known.reply, remembered=True)
        paid = PaidCall(id=uuid7(), reply=call(), remembered=False)
        self._memo[key] = paid
        self.paid.append(paid)
        return paid

    def reject(self, ids: Collection[UUID]) -> None:
        """Forget answers that a gate refused, as the engine does when it finishes the step."""
        self._memo = {request: paid for request, paid in self._memo.items() if paid.id not in ids}
