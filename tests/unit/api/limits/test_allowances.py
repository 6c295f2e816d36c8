import pytest
from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage

from services.api.limits import allowances
from services.api.limits.allowances import KEPT, REFUSED, Allowances
from services.api.limits.storage import Taken, Windows

LIMIT = RateLimitItemPerMinute(300, namespace="test")
PORTION = 5


class Clock:
    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


class CountedWindows(Windows):
    """Counts how often they are asked."""

    asked = 0

    async def take(self, limit: RateLimitItemPerMinute, *who: str, cost: int = 1) -> Taken:  # type: ignore[override]
        self.asked += 1
        return await super().take(limit, *who, cost=cost)


@pytest.fixture
def windows() -> CountedWindows:
    return CountedWindows(MemoryStorage())


async def test_redis_is_asked_for_a_portion_at_a_time(windows: CountedWindows) -> None:
    held = Allowances(windows)
    left = [(await held.take(LIMIT, "anna")).remaining for _ in range(2 * PORTION)]
    assert left == list(range(299, 289, -1))
    assert windows.asked == 2


async def test_all_of_a_limit_is_given_out_and_no_more(windows: CountedWindows) -> None:
    held = Allowances(windows)
    assert sum([(await held.take(LIMIT, "anna")).allowed for _ in range(310)]) == 300


async def test_processes_together_give_out_no_more_than_the_limit(windows: CountedWindows) -> None:
    processes = [Allowances(windows) for _ in range(4)]
    given = [(await processes[turn % 4].take(LIMIT, "anna")).allowed for turn in range(400)]
    assert sum(given) == 300


async def test_last_of_a_limit_is_given_out_one_by_one(windows: CountedWindows) -> None:
    await windows.take(LIMIT, "anna", cost=297)
    held = Allowances(windows)
    assert [(await held.take(LIMIT, "anna")).allowed for _ in range(4)] == [True, True, True, False]


async def test_small_limit_is_asked_for_one_by_one(windows: CountedWindows) -> None:
    held = Allowances(windows)
    for _ in range(3):
        await held.take(RateLimitItemPerMinute(10), "anna")
    assert windows.asked == 3


async def test_refusal_holds_a_moment_without_asking_again(windows: CountedWindows) -> None:
    clock = Clock()
    held = Allowances(windows, clock)
    small = RateLimitItemPerMinute(1)
    await held.take(small, "anna")
    for _ in range(5):
        assert not (await held.take(small, "anna")).allowed
    assert windows.asked == 2
    clock.time += REFUSED
    assert not (await held.take(small, "anna")).allowed
    assert windows.asked == 3
    assert (await held.take(small, "ben")).allowed


async def test_what_was_not_used_in_time_is_lost(windows: CountedWindows) -> None:
    clock = Clock()
    held = Allowances(windows, clock)
    await held.take(LIMIT, "anna")
    clock.time += KEPT
    await held.take(LIMIT, "anna")
    assert windows.asked == 2


async def test_two_limits_of_one_account_are_apart(windows: CountedWindows) -> None:
    held = Allowances(windows)
    await held.take(LIMIT, "anna")
    assert (await held.take(RateLimitItemPerMinute(300, namespace="other"), "anna")).remaining == 299
    assert windows.asked == 2


async def test_only_so_many_are_remembered(windows: CountedWindows, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allowances, "MOST", 3)
    held = Allowances(windows)
    for number in range(10):
        await held.take(LIMIT, str(number))
        assert len(held._held) <= 3
