import asyncio
from collections.abc import Callable
from uuid import uuid4

import pytest

from services.api.jobs.waiting import JobWatch

NEVER = 3600.0  # seconds
JOB = uuid4()


class State:
    """Something that is read, and signals that it was."""

    def __init__(self, value: int = 0) -> None:
        self.value = value
        self.reads = 0
        self.was_read = asyncio.Event()

    async def read(self) -> int:
        self.reads += 1
        self.was_read.set()
        return self.value

    async def next_read(self) -> None:
        self.was_read.clear()
        await self.was_read.wait()


def at_least(value: int) -> Callable[[int], bool]:
    return lambda state: state >= value


async def waiting(watch: JobWatch, state: State, value: int, seconds: float = NEVER) -> asyncio.Task[int]:
    """A client that waits and has read once."""
    task = asyncio.create_task(watch.until(JOB, state.read, at_least(value), seconds))
    await state.was_read.wait()
    return task


async def test_what_is_there_already_is_not_waited_for() -> None:
    state = State(5)
    assert await JobWatch(NEVER).until(JOB, state.read, at_least(5), NEVER) == 5
    assert state.reads == 1


async def test_message_wakes_who_waits_for_this_job() -> None:
    watch, state = JobWatch(NEVER), State()
    task = await waiting(watch, state, 1)
    state.value = 1
    watch.wake(JOB)
    assert await task == 1


async def test_message_about_another_job_wakes_nobody() -> None:
    watch, state = JobWatch(NEVER), State()
    task = await waiting(watch, state, 1)
    watch.wake(uuid4())
    state.value = 1
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert (state.reads, task.done()) == (1, False)
    watch.close()
    await task


async def test_message_without_the_change_waited_for_lets_go_on_waiting() -> None:
    watch, state = JobWatch(NEVER), State()
    task = await waiting(watch, state, 2)
    state.value = 1
    watch.wake(JOB)
    await state.next_read()
    assert not task.done()
    state.value = 2
    watch.wake(JOB)
    assert await task == 2


async def test_change_while_reading_is_not_missed() -> None:
    watch = JobWatch(NEVER)
    values = [0, 1]

    async def read() -> int:
        value = values.pop(0)
        watch.wake(JOB)  # the change and its message come after the row was read
        return value

    assert await asyncio.wait_for(watch.until(JOB, read, at_least(1), NEVER), 10) == 1


async def test_lost_message_is_made_up_for_by_reading_again() -> None:
    watch, state = JobWatch(reread=0.01), State()
    task = await waiting(watch, state, 1)
    state.value = 1
    assert await asyncio.wait_for(task, 10) == 1


async def test_time_that_runs_out_gives_the_latest_state() -> None:
    watch, state = JobWatch(NEVER), State(3)
    assert await watch.until(JOB, state.read, at_least(9), 0.01) == 3


async def test_no_time_is_one_read() -> None:
    state = State(3)
    assert await JobWatch(NEVER).until(JOB, state.read, at_least(9), 0) == 3
    assert state.reads == 1


async def test_interrupted_subscription_lets_everybody_read_again() -> None:
    watch, state = JobWatch(NEVER), State()
    task = await waiting(watch, state, 1)
    state.value = 1
    watch.wake_all()
    assert await task == 1


async def test_process_that_stops_sends_everybody_home() -> None:
    watch, state = JobWatch(NEVER), State()
    task = await waiting(watch, state, 1)
    watch.close()
    assert await task == 0
    assert await watch.until(JOB, state.read, at_least(1), NEVER) == 0


async def test_nobody_is_left_registered() -> None:
    watch, state = JobWatch(NEVER), State()
    task = await waiting(watch, state, 1)
    assert len(watch) == 1
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(watch) == 0
    assert watch._waiting == {}
