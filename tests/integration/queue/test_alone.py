"""What Flower is told of a step that ran alone: the same as of any other."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from celery.events import EventReceiver

from shared.queue.app import make_celery
from tests.support.fleet import ENVIRONMENT, Fleet
from tests.support.jobs import Engine
from tests.support.processes import eventually


@pytest.fixture(name="fleet")
def _fleet(engine: Engine, clean_database: str, redis_url: str, tmp_path: Path) -> Iterator[Fleet]:
    fleet = Fleet(engine, {**ENVIRONMENT, "DATABASE_URL": clean_database, "REDIS_URL": redis_url}, tmp_path)
    try:
        yield fleet
    finally:
        fleet.end()


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
