"""A step that runs alone: its lease while it starts, and what Flower is told of it."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from celery.events import EventReceiver

from shared.queue.app import make_celery
from tests.support.fleet import Fleet
from tests.support.processes import eventually


@pytest.fixture(name="events")
def _events(redis_url: str) -> Iterator[list[dict[str, Any]]]:
    """The events that workers send from now on."""
    found: list[dict[str, Any]] = []
    with make_celery(redis_url) as celery, celery.connection_for_read() as connection:
        receiver = EventReceiver(connection, handlers={"*": found.append}, app=celery)
        thread = threading.Thread(target=lambda: receiver.capture(wakeup=False))
        thread.start()
        yield found
        receiver.should_stop = True
        thread.join()


def test_a_failure_alone_is_a_failed_task_and_a_success_a_succeeded_one(
    fleet: Fleet, events: list[dict[str, Any]]
) -> None:
    def told(kind: str, word: str) -> list[str]:
        return [event[word] for event in list(events) if event["type"] == kind]

    fleet.dispatcher()
    victim = fleet.worker()
    job = fleet.submit(die="once", fail="provider_timeout")
    assert eventually(lambda: victim.poll() is not None), fleet.logs()
    fleet.worker()
    fleet.engine.lose(job, "work")
    assert eventually(lambda: bool(told("task-failed", "exception"))), fleet.logs()
    (failed,) = told("task-failed", "exception")
    assert failed.startswith("StepFailedError('provider_timeout after ")
    fleet.engine.connection.execute("UPDATE jobs SET input = '{}'")
    fleet.engine.connection.execute("UPDATE job_steps SET run_at = clock_timestamp()")
    assert fleet.ends(job), fleet.logs()
    assert eventually(lambda: "'alone after a crash: succeeded as told'" in told("task-succeeded", "result"))


def test_the_lease_of_a_step_whose_process_is_slow_to_start_is_kept(fleet: Fleet, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    fleet.dispatcher()
    victim = fleet.worker()
    job = fleet.submit(die="once")
    assert eventually(lambda: victim.poll() is not None), fleet.logs()
    survivor = fleet.worker(ALONE_GATE=str(gate))
    fleet.engine.lose(job, "work")

    def kept() -> int:
        """The steps whose leases the survivor's heart renews."""
        name = f"%-{survivor.pid}"
        row = fleet.engine.connection.execute("SELECT running FROM workers WHERE name LIKE $1", (name,)).fetchone()
        return 0 if row is None else int(row["running"])

    assert eventually(lambda: kept() == 1), fleet.logs()
    gate.touch()
    assert fleet.ends(job), fleet.logs()
    row = fleet.engine.row(job, "work")
    assert (row["attempt"], row["crashes"], row["releases"]) == (2, 1, 0)
