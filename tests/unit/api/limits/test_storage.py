import asyncio
from typing import ClassVar

import pytest
from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from redis.exceptions import ConnectionError as RedisConnectionError
from structlog.testing import capture_logs

from services.api.limits import storage
from services.api.limits.storage import PAUSE, Windows

LIMIT = RateLimitItemPerMinute(3, namespace="test")


class Clock:
    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


class Flaky(MemoryStorage):
    """A storage that can be away, or never answer."""

    STORAGE_SCHEME: ClassVar[list[str]] = []  # type: ignore[misc]  # the library's is none

    def __init__(self) -> None:
        super().__init__()
        self.error: Exception | None = None
        self.hangs = False
        self.asked = 0

    async def acquire_sliding_window_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        self.asked += 1
        if self.hangs:
            await asyncio.Event().wait()
        if self.error is not None:
            raise self.error
        return await super().acquire_sliding_window_entry(key, limit, expiry, amount)


async def test_limit_is_used_up_and_says_how_much_is_left() -> None:
    windows = Windows(MemoryStorage())
    assert [(await windows.take(LIMIT, "anna")).remaining for _ in range(3)] == [2, 1, 0]
    refused = await windows.take(LIMIT, "anna")
    assert (refused.allowed, refused.remaining) == (False, 0)
    assert 0 < refused.reset_s <= 60


async def test_everybody_has_a_limit_of_their_own() -> None:
    windows = Windows(MemoryStorage())
    for _ in range(3):
        await windows.take(LIMIT, "anna")
    assert (await windows.take(LIMIT, "ben")).allowed
    assert not (await windows.take(LIMIT, "anna")).allowed


async def test_looking_uses_nothing_and_forgetting_gives_all_back() -> None:
    windows = Windows(MemoryStorage())
    for _ in range(5):
        assert (await windows.left(LIMIT, "anna")).allowed
    for _ in range(3):
        await windows.take(LIMIT, "anna")
    assert not (await windows.left(LIMIT, "anna")).allowed
    await windows.forget(LIMIT, "anna")
    assert (await windows.left(LIMIT, "anna")).remaining == 3


@pytest.mark.parametrize("error", [RedisConnectionError("away"), OSError("away"), TimeoutError()])
async def test_limit_holds_by_itself_while_redis_is_away(error: Exception) -> None:
    shared, clock = Flaky(), Clock()
    windows = Windows(shared, clock)
    shared.error = error
    with capture_logs() as logs:
        assert [(await windows.take(LIMIT, "anna")).allowed for _ in range(4)] == [True, True, True, False]
    assert shared.asked == 1  # an outage is met once, not by each request
    assert len(logs) == 1


async def test_redis_is_asked_again_later_and_the_outage_logged_once() -> None:
    shared, clock = Flaky(), Clock()
    windows = Windows(shared, clock)
    shared.error = RedisConnectionError("away")
    with capture_logs() as logs:
        for _ in range(3):
            await windows.take(LIMIT, "anna")
            clock.time += PAUSE + 0.1
        assert shared.asked == 3
        shared.error = None
        assert (await windows.take(LIMIT, "anna")).remaining == 2  # the shared count, which knows of nothing
    assert [log["log_level"] for log in logs] == ["warning", "info"]


async def test_slow_redis_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "PATIENCE", 0.01)
    shared = Flaky()
    shared.hangs = True
    windows = Windows(shared)
    taken = await asyncio.wait_for(windows.take(LIMIT, "anna"), 5)
    assert (taken.allowed, taken.remaining) == (True, 2)


async def test_mistake_of_ours_is_not_taken_for_an_outage() -> None:
    shared = Flaky()
    shared.error = KeyError("ours")
    with pytest.raises(KeyError):
        await Windows(shared).take(LIMIT, "anna")
