"""Clients that wait for a job hold no database connection: a Redis message wakes them, and they read again.

The engine publishes a job's id on one channel after each commit. This process subscribes once, for all its
clients. A message can be lost, so everybody also reads again every few seconds, and everybody reads again when
the subscription was interrupted.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar
from uuid import UUID

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from shared.queue.publisher import JOB_CHANNEL

REREAD = 5.0  # seconds after which a waiting client's job is read again, woken or not
LISTEN = 30.0  # seconds one call listens before it looks up again
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0  # seconds between two tries to subscribe
log = structlog.get_logger(__name__)
State = TypeVar("State")


class JobWatch:
    """Wakes whoever waits for a job.

    Args:
        reread: Seconds after which a waiter reads again without having been woken.
    """

    def __init__(self, reread: float = REREAD) -> None:
        self._waiting: dict[UUID, set[asyncio.Event]] = {}
        self._reread = reread
        self._closing = False

    def __len__(self) -> int:
        """How many clients wait."""
        return sum(map(len, self._waiting.values()))

    def wake(self, waited_for: UUID) -> None:
        """Let everybody who waits for this job or batch read again."""
        for woken in self._waiting.get(waited_for, ()):
            woken.set()

    def wake_all(self) -> None:
        """Let everybody read again: messages may have been missed."""
        for waiters in self._waiting.values():
            for woken in waiters:
                woken.set()

    def close(self) -> None:
        """Send everybody home with what they have: the process is about to stop."""
        self._closing = True
        self.wake_all()

    async def until(
        self,
        waited_for: UUID,
        read: Callable[[], Awaitable[State]],
        enough: Callable[[State], bool],
        seconds: float,
        reread: float | None = None,
    ) -> State:
        """Read the state until it is `enough`, at most for `seconds`; returns the latest.

        Without being woken it reads again every `reread` seconds, as long as this watch does for all if null.
        Registers before it reads, so that no change falls between the two.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        with self._registered(waited_for) as woken:
            while True:
                woken.clear()
                state = await read()
                left = deadline - loop.time()
                if enough(state) or left <= 0 or self._closing:
                    return state
                with suppress(TimeoutError):
                    await asyncio.wait_for(woken.wait(), min(left, reread or self._reread))

    @contextmanager
    def _registered(self, waited_for: UUID) -> Iterator[asyncio.Event]:
        woken = asyncio.Event()
        self._waiting.setdefault(waited_for, set()).add(woken)
        try:
            yield woken
        finally:
            waiters = self._waiting[waited_for]
            waiters.discard(woken)
            if not waiters:
                del self._waiting[waited_for]


async def listen(redis: "Redis", watch: JobWatch) -> None:
    """Pass messages on to `watch` until cancelled; subscribes again whenever Redis was away."""
    pause = FIRST_PAUSE
    while True:
        try:
            async with redis.pubsub(ignore_subscribe_messages=False) as subscription:
                await subscription.subscribe(JOB_CHANNEL)
                while True:
                    message = await subscription.get_message(timeout=LISTEN)
                    if message is not None:
                        pause = FIRST_PAUSE
                        _pass_on(message, watch)
        except (RedisError, OSError) as error:
            log.warning("job messages interrupted", error=type(error).__name__, retry_in_s=pause)
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


def _pass_on(message: dict[str, object], watch: JobWatch) -> None:
    if message["type"] == "subscribe":
        watch.wake_all()
        return
    data = message["data"]
    try:
        job_id = UUID(data.decode() if isinstance(data, bytes) else str(data))
    except ValueError:
        log.warning("unreadable job message")
        return
    watch.wake(job_id)
