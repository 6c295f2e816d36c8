import asyncio
from typing import Any

import pytest
from limits.aio.storage import MemoryStorage

from services.api.accounts.attempts import attempt, count_registration
from services.api.limits.storage import Windows
from services.api.problems import ApiError


class Unreachable(MemoryStorage):
    """A Redis that refuses."""

    async def acquire_sliding_window_entry(self, *_: Any, **__: Any) -> bool:
        raise ConnectionError

    async def get_sliding_window(self, *_: Any, **__: Any) -> tuple[int, float, int, float]:
        raise ConnectionError

    async def clear_sliding_window(self, *_: Any, **__: Any) -> None:
        raise ConnectionError


class Hanging(Unreachable):
    """A Redis that does not answer."""

    async def acquire_sliding_window_entry(self, *_: Any, **__: Any) -> bool:
        return await asyncio.Future()

    async def get_sliding_window(self, *_: Any, **__: Any) -> tuple[int, float, int, float]:
        return await asyncio.Future()


async def fail(windows: Windows, account: str, household: str) -> None:
    tried = attempt(windows, account, household)
    await tried.begin()
    await tried.fail()


@pytest.mark.parametrize("storage", [MemoryStorage, Unreachable, Hanging])
async def test_eleventh_failure_has_to_wait_whether_redis_answers_or_not(storage: type[MemoryStorage]) -> None:
    windows = Windows(storage())
    for number in range(10):
        await fail(windows, "ada", f"192.0.2.{number}")
    with pytest.raises(ApiError) as caught:
        await fail(windows, "ada", "192.0.2.99")
    assert (caught.value.status, caught.value.code) == (429, "too_many_logins")
    assert 1 <= int(caught.value.headers["Retry-After"]) <= 900
    await fail(windows, "grace", "192.0.2.99")


@pytest.mark.parametrize("storage", [MemoryStorage, Unreachable])
async def test_success_begins_again(storage: type[MemoryStorage]) -> None:
    windows = Windows(storage())
    for _ in range(4):
        for _ in range(9):
            await fail(windows, "ada", "unknown" if storage is Unreachable else "192.0.2.1")
        tried = attempt(windows, "ada", "192.0.2.1")
        await tried.begin()
        await tried.succeed()


async def test_fifty_failures_close_an_address() -> None:
    windows = Windows(MemoryStorage())
    for number in range(50):
        await fail(windows, f"person{number}", "192.0.2.1")
    with pytest.raises(ApiError, match="429"):
        await attempt(windows, "ada", "192.0.2.1").begin()
    await attempt(windows, "ada", "192.0.2.2").begin()


async def test_registrations_are_counted_by_address() -> None:
    windows = Windows(MemoryStorage())
    for _ in range(60):
        await count_registration(windows, "192.0.2.1")
    with pytest.raises(ApiError) as caught:
        await count_registration(windows, "192.0.2.1")
    assert (caught.value.status, caught.value.code) == (429, "too_many_registrations")
    await count_registration(windows, "192.0.2.2")


def test_redis_is_not_told_who_tries() -> None:
    assert "ada" not in attempt(Windows(MemoryStorage()), "ada@example.org", "192.0.2.1").account
