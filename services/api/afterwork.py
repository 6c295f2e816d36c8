"""Work that may go on when its request is answered. A crash forgets it, so it must be such that can be repeated."""

import asyncio
from collections.abc import Coroutine, Hashable
from typing import Any
from weakref import WeakValueDictionary

import structlog
from anyio import CapacityLimiter

PATIENCE = 5.0  # seconds that work has to come to a point where it may stop
log = structlog.get_logger(__name__)


class Afterwork:
    """What this process still has to do for requests that it has answered."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._turns = WeakValueDictionary[Hashable, asyncio.Lock]()
        self.thread = CapacityLimiter(1)
        """For work that blocks: one thread for all of it leaves threads and connections to requests that are quick."""
        self.closing = False
        """The process is about to end: work looks here between two steps, and stops."""

    def __len__(self) -> int:
        """How much is under way."""
        return len(self._tasks)

    def turn(self, name: Hashable) -> asyncio.Lock:
        """Held by one piece of work with this name at a time: the next one finds done what the one before did."""
        return self._turns.setdefault(name, asyncio.Lock())

    async def begin(self, work: Coroutine[Any, Any, None], seconds: float) -> bool:
        """Start the work and wait for its end, at most so long; whether it came to it. A caller who goes stops nothing.

        Raises:
            Exception: Whatever the work raised in this time; what it raises later is logged.
        """
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        ended, _ = await asyncio.wait({task}, timeout=seconds)
        if ended:
            task.result()
            return True
        task.add_done_callback(_tell)
        return False

    async def close(self) -> None:
        """Let work stop at its next step, and wait until it has, for a few seconds."""
        self.closing = True
        if self._tasks:
            _, stuck = await asyncio.wait(self._tasks, timeout=PATIENCE)
            for task in stuck:
                task.cancel()
            await asyncio.gather(*stuck, return_exceptions=True)


def _tell(task: "asyncio.Task[None]") -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("work behind an answer failed", exc_info=error)
