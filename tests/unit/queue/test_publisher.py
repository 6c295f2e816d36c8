"""The publisher keeps out of everybody's way and never gives up."""

import threading
from collections.abc import Iterator
from uuid import uuid4

import pytest
from celery import Celery

from shared.jobs.submission import WakeUp
from shared.queue import publisher as module
from shared.queue.app import make_celery
from shared.queue.publisher import Publisher
from tests.support.processes import eventually

NOWHERE = "redis://127.0.0.1:9/0"
LONG = 10.0  # seconds: more than anything here takes
PROMPT = 4.0  # seconds: less than anybody who waits for room would take, more than a busy machine needs


class Wire:
    """Takes what is sent, unless told otherwise."""

    def __init__(self) -> None:
        self.sent: list[WakeUp] = []
        self.faults: list[Exception] = []
        self.open = threading.Event()
        self.open.set()

    def send(self, _: Celery, wakeup: WakeUp) -> None:
        assert self.open.wait(LONG)
        if self.faults:
            raise self.faults.pop(0)
        self.sent.append(wakeup)


@pytest.fixture(name="wire")
def _wire(monkeypatch: pytest.MonkeyPatch) -> Iterator[Wire]:
    wire = Wire()
    monkeypatch.setattr(module, "send", wire.send)
    yield wire
    wire.open.set()


def wakeups(count: int) -> list[WakeUp]:
    return [WakeUp(uuid4(), "a", "nlp.a", "nlp") for _ in range(count)]


def publisher() -> Publisher:
    return Publisher(make_celery(NOWHERE), NOWHERE)


def test_wake_ups_go_out_in_order(wire: Wire) -> None:
    mine, some = publisher(), wakeups(20)
    mine.publish(some)
    assert mine.flush(LONG)
    assert wire.sent == some
    assert mine.healthy


def test_nobody_waits_for_a_slow_redis_and_what_has_no_room_is_dropped(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ROOM", 3)
    wire.open.clear()
    mine = publisher()
    mine.publish(wakeups(1))
    assert eventually(mine._queue.empty)  # the thread holds it
    caller = threading.Thread(target=mine.publish, args=[wakeups(5)], daemon=True)
    caller.start()
    caller.join(PROMPT)
    assert not caller.is_alive()
    assert not mine.healthy
    wire.open.set()
    assert eventually(lambda: len(wire.sent) == 4)


def test_flush_says_when_it_could_not(wire: Wire) -> None:
    wire.open.clear()
    mine = publisher()
    mine.publish(wakeups(1))
    assert not mine.flush(0.01)


@pytest.mark.parametrize("fault", [OSError("away"), ValueError("of a client library")])
def test_whatever_goes_wrong_the_next_one_is_sent(wire: Wire, fault: Exception) -> None:
    wire.faults.append(fault)
    mine, (lost, kept) = publisher(), wakeups(2)
    mine.publish([lost, kept])
    assert mine.flush(LONG)
    assert wire.sent == [kept]
    assert not mine.healthy


def test_after_a_failure_others_publish_for_a_while(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    wire.faults.append(OSError("away"))
    mine = publisher()
    mine.publish(wakeups(1))
    assert mine.flush(LONG)
    assert not mine.healthy
    monkeypatch.setattr(module, "SULK", 0.0)
    assert mine.healthy
