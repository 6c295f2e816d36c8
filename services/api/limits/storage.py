"""Counting what happened in the last minutes, by all processes together through Redis.

A request never waits for a slow Redis: after `PATIENCE` this process counts by itself, and asks Redis again a little
later. Then a limit is one of each process, which is looser, and still one.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import msgspec
import structlog
from limits import RateLimitItem
from limits.aio.storage import MemoryStorage, RedisStorage, Storage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from redis.asyncio import Redis
from redis.exceptions import RedisError

PATIENCE = 0.2  # seconds for Redis to answer; on the same network it takes less than a thousandth
PAUSE = 5.0  # seconds until Redis is asked again
PREFIX = "parlance:limits"
AWAY = (RedisError, OSError)  # TimeoutError is one too
log = structlog.get_logger(__name__)

Result = TypeVar("Result")


class Taken(msgspec.Struct, frozen=True):
    """What became of an attempt to use some of a limit."""

    allowed: bool
    remaining: int
    """How many more there are right now."""
    reset_s: float
    """Seconds until there is more again."""


class Windows:
    """Sliding windows: the last period counts in full, the one before it as far as it still reaches in.

    Args:
        shared: Where all processes count.
        clock: Monotonic seconds.
    """

    def __init__(self, shared: Storage, clock: Callable[[], float] = time.monotonic) -> None:
        self._shared = SlidingWindowCounterRateLimiter(shared)
        self._own = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._clock = clock
        self._ask_again_at = float("-inf")
        self._away = False

    async def take(self, limit: RateLimitItem, *who: str, cost: int = 1) -> Taken:
        """Use `cost` of `limit`, if so many are left for `who`; else nothing."""

        async def act(windows: SlidingWindowCounterRateLimiter) -> Taken:
            allowed = await windows.hit(limit, *who, cost=cost)
            state = await windows.get_window_stats(limit, *who)
            return Taken(allowed, state.remaining, max(0.0, state.reset_time - time.time()))

        return await self._counted(act)

    async def left(self, limit: RateLimitItem, *who: str) -> Taken:
        """Whether there is one left for `who`, without using it."""

        async def act(windows: SlidingWindowCounterRateLimiter) -> Taken:
            state = await windows.get_window_stats(limit, *who)
            return Taken(state.remaining > 0, state.remaining, max(0.0, state.reset_time - time.time()))

        return await self._counted(act)

    async def forget(self, limit: RateLimitItem, *who: str) -> None:
        """Begin again for `who`."""
        await self._counted(lambda windows: windows.clear(limit, *who))

    async def _counted(self, act: Callable[[SlidingWindowCounterRateLimiter], Awaitable[Result]]) -> Result:
        if self._clock() >= self._ask_again_at:
            try:
                async with asyncio.timeout(PATIENCE):
                    result = await act(self._shared)
            except AWAY as error:
                self._go_alone(error)
            else:
                self._come_back()
                return result
        return await act(self._own)

    def _go_alone(self, error: Exception) -> None:
        self._ask_again_at = self._clock() + PAUSE
        if not self._away:
            log.warning("limits are counted by this process alone", error=type(error).__name__)
        self._away = True

    def _come_back(self) -> None:
        if self._away:
            log.info("limits are counted by all processes together again")
        self._away = False


def redis_storage(redis: Redis) -> Storage:
    """Counts in Redis, over the connections of `redis`."""
    pool: Any = redis.connection_pool  # the library's types know options of addresses only
    return RedisStorage("redis://", implementation="redispy", key_prefix=PREFIX, connection_pool=pool)
