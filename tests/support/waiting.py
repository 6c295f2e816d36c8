"""Waiting for a condition inside an event loop."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

PATIENCE = 20.0  # seconds, on a busy machine
Result = TypeVar("Result")


async def soon(task: Awaitable[Result]) -> Result:
    """What the task gives, long before a client that waits would give up by itself.

    Raises:
        TimeoutError: It gave nothing.
    """
    return await asyncio.wait_for(task, PATIENCE)


async def becomes(holds: Callable[[], bool] | Callable[[], Awaitable[bool]]) -> None:
    """Return once the condition holds.

    Raises:
        TimeoutError: It never did.
    """
    async with asyncio.timeout(PATIENCE):
        while True:
            result = holds()
            if result if isinstance(result, bool) else await result:
                return
            await asyncio.sleep(0.005)
