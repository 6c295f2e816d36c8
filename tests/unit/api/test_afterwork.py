import asyncio

import pytest
from structlog.testing import capture_logs

from services.api import afterwork as afterwork_module
from services.api.afterwork import Afterwork
from tests.support.waiting import becomes


class Work:
    """Waits to be let go, then fails if it is told to."""

    def __init__(self, error: Exception | None = None) -> None:
        self.go, self.ended, self.error = asyncio.Event(), False, error

    async def run(self) -> None:
        await self.go.wait()
        self.ended = True
        if self.error is not None:
            raise self.error


async def test_work_that_ends_in_time_is_over_and_tells_its_error() -> None:
    afterwork, good, bad = Afterwork(), Work(), Work(ValueError("no"))
    good.go.set()
    bad.go.set()
    assert await afterwork.begin(good.run(), 5.0)
    with pytest.raises(ValueError, match="no"):
        await afterwork.begin(bad.run(), 5.0)
    assert len(afterwork) == 0


async def test_longer_work_goes_on_and_its_error_is_logged() -> None:
    afterwork, work = Afterwork(), Work(ValueError("no"))
    assert not await afterwork.begin(work.run(), 0.0)
    assert (len(afterwork), work.ended) == (1, False)
    with capture_logs() as logs:
        work.go.set()
        await becomes(lambda: bool(logs))
    assert work.ended
    assert [entry["event"] for entry in logs] == ["work behind an answer failed"]


async def test_caller_who_goes_stops_nothing() -> None:
    afterwork, work = Afterwork(), Work()
    caller = asyncio.create_task(afterwork.begin(work.run(), 60.0))
    await becomes(lambda: len(afterwork) == 1)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    work.go.set()
    await becomes(lambda: len(afterwork) == 0)
    assert work.ended


async def test_turns_are_taken_by_name_and_forgotten() -> None:
    afterwork = Afterwork()
    async with afterwork.turn("a"):
        assert afterwork.turn("a").locked()
        assert not afterwork.turn("b").locked()
    assert not afterwork._turns


async def test_close_lets_work_come_to_its_next_step() -> None:
    afterwork, work = Afterwork(), Work()
    await afterwork.begin(work.run(), 0.0)
    closing = asyncio.create_task(afterwork.close())
    await becomes(lambda: afterwork.closing)
    work.go.set()
    await closing
    assert (len(afterwork), work.ended) == (0, True)


async def test_close_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(afterwork_module, "PATIENCE", 0.01)
    afterwork, work = Afterwork(), Work()
    await afterwork.begin(work.run(), 0.0)
    await afterwork.close()
    assert (len(afterwork), work.ended) == (0, False)
