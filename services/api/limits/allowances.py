"""What this process may let through without asking Redis for every request: a second's worth of an account's minute.

Asking for each request makes a poll cost almost twice as much (`tests/benchmarks/api_limits.py`). What a process has
taken and not used in a minute is lost, so a limit is exact to one sixtieth for each process.
"""

import time
from collections.abc import Callable

import msgspec
from limits import RateLimitItem

from services.api.limits.storage import Taken, Windows

SHARE = 60
"""An allowance is this part of the limit; a limit below it is asked for one by one."""
KEPT = 60.0  # seconds
REFUSED = 1.0  # seconds that a refusal holds without asking again: who hammers costs little
MOST = 10_000  # allowances and refusals that are remembered


class _Held(msgspec.Struct):
    """What one account has here of one limit."""

    left: int
    until: float
    taken: Taken


class Allowances:
    """Takes from `windows` in portions and hands them out one by one.

    Args:
        windows: Where all processes count.
        clock: Monotonic seconds.
    """

    def __init__(self, windows: Windows, clock: Callable[[], float] = time.monotonic) -> None:
        self._windows = windows
        self._clock = clock
        self._held: dict[tuple[str, str], _Held] = {}

    async def take(self, limit: RateLimitItem, who: str) -> Taken:
        """Use one of `limit`, if there is one left for `who`."""
        name = (limit.key_for(who), who)
        held = self._held.get(name)
        if held is not None and self._clock() < held.until:
            if not held.taken.allowed:
                return held.taken
            if held.left:
                held.left -= 1
                return self._told(held)
        return self._told(await self._ask(name, limit, who))

    async def _ask(self, name: tuple[str, str], limit: RateLimitItem, who: str) -> _Held:
        portion = max(1, limit.amount // SHARE)
        taken = await self._windows.take(limit, who, cost=portion)
        if portion > 1 and not taken.allowed:
            portion, taken = 1, await self._windows.take(limit, who)
        if len(self._held) >= MOST:
            self._held.clear()
        before = self._held.get(name)
        more = before.left if before is not None and before.taken.allowed else 0  # another request asked meanwhile
        seconds = KEPT if taken.allowed else REFUSED
        self._held[name] = _Held(portion - 1 + more if taken.allowed else 0, self._clock() + seconds, taken)
        return self._held[name]

    def _told(self, held: _Held) -> Taken:
        return msgspec.structs.replace(held.taken, remaining=held.taken.remaining + held.left)
