"""Steps that run alone: their leases until they begin, how many at once, and what is told of their ends."""

import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from celery.events import EventReceiver

from shared.queue import alone
from shared.queue.alone import Alone
from shared.queue.app import make_celery
from shared.queue.task import StepFailedError
from shared.queue.watch import StepWatch
from tests.support.fleet import Fleet
from tests.support.performing import Stage, done
from tests.support.processes import children, descendants, eventually, runs


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
    assert eventually(lambda: bool(failures(events))), fleet.logs()
    (failed,) = failures(events)
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

    assert eventually(lambda: kept(fleet, survivor) == 1), fleet.logs()
    gate.touch()
    assert fleet.ends(job), fleet.logs()
    row = fleet.engine.row(job, "work")
    assert (row["attempt"], row["crashes"], row["releases"]) == (2, 1, 0)


def crashed(fleet: Fleet, count: int = 1, **todo: Any) -> list[UUID]:
    """Jobs whose step was lost once with the process that had it."""
    jobs = [fleet.submit(**todo) for _ in range(count)]
    for job in jobs:
        fleet.engine.token(job, "work")
        fleet.engine.lose(job, "work")
    return jobs


def failures(events: list[dict[str, Any]]) -> list[str]:
    """What Flower has been told of failed steps; a periodic task of the real service is none that this worker knows."""
    failed = [event["exception"] for event in list(events) if event["type"] == "task-failed"]
    return [exception for exception in failed if not exception.startswith("NotRegistered")]


def begun(mark: Path) -> int:
    """How often a step has begun."""
    return mark.read_text().count("begin") if mark.exists() else 0


def running(fleet: Fleet, mark: Path, **todo: Any) -> tuple[UUID, "subprocess.Popen[bytes]", int, int]:
    """A job whose step runs alone, the worker, its fork server and the process that performs the step."""
    (job,) = crashed(fleet, mark=str(mark), **todo)
    worker = fleet.worker()
    fleet.dispatcher()
    assert eventually(lambda: begun(mark) == 1), fleet.logs()
    (server,) = children(worker.pid)
    (child,) = children(server)
    return job, worker, server, child


def test_when_the_worker_is_killed_nothing_goes_on(fleet: Fleet, tmp_path: Path) -> None:
    _, worker, server, child = running(fleet, tmp_path / "mark", naps=1000)
    worker.kill()
    assert eventually(lambda: not runs(server) and not runs(child)), fleet.logs()


def test_when_the_fork_server_is_killed_its_step_has_crashed_and_another_server_performs_it(
    fleet: Fleet, tmp_path: Path, events: list[dict[str, Any]]
) -> None:
    mark = tmp_path / "mark"
    job, worker, server, child = running(fleet, mark, naps=1000)
    fleet.engine.connection.execute("UPDATE jobs SET input = '{}'")
    os.kill(server, signal.SIGKILL)
    assert fleet.ends(job), fleet.logs()
    row = fleet.engine.row(job, "work")
    assert (row["attempt"], row["crashes"]) == (3, 2)
    assert not runs(child)
    assert worker.poll() is None
    assert eventually(lambda: failures(events) == ["StepFailedError('worker_lost: alone, exit unknown')"])


def test_a_step_that_kills_its_process_is_told_with_the_signal(fleet: Fleet, events: list[dict[str, Any]]) -> None:
    (job,) = crashed(fleet, die="always")
    fleet.worker()
    fleet.dispatcher()
    assert fleet.ends(job, "failed"), fleet.logs()
    assert eventually(lambda: failures(events) == ["StepFailedError('worker_lost: alone, exit -9')"] * 2)


def kept(fleet: Fleet, worker: "subprocess.Popen[bytes]") -> int:
    """The steps whose leases this worker's own heart renews."""
    name = f"%-{worker.pid}"
    row = fleet.engine.connection.execute("SELECT running FROM workers WHERE name LIKE $1", (name,)).fetchone()
    return 0 if row is None else int(row["running"])


def test_only_so_many_run_at_once_and_the_others_keep_their_leases(fleet: Fleet, tmp_path: Path) -> None:
    gate, count = tmp_path / "gate", alone.MOST + 4
    jobs = crashed(fleet, count)
    worker = fleet.worker(WORKER_SLOTS=str(count), ALONE_GATE=str(gate))
    fleet.dispatcher()
    assert eventually(lambda: kept(fleet, worker) == count), fleet.logs()
    assert len(descendants(worker.pid)) == 1 + alone.MOST
    gate.touch()
    for job in jobs:
        assert fleet.ends(job), fleet.logs()
        row = fleet.engine.row(job, "work")
        assert (row["attempt"], row["crashes"], row["releases"], row["failures"]) == (2, 1, 0, 0)


def test_a_worker_that_must_end_gives_back_those_that_run_and_those_that_wait(fleet: Fleet, tmp_path: Path) -> None:
    mark, count = tmp_path / "mark", alone.MOST + 4
    jobs = crashed(fleet, count, naps=1000, mark=str(mark))
    worker = fleet.worker(WORKER_SLOTS=str(count), WORKER_GRACE_S="6")
    fleet.dispatcher()
    assert eventually(lambda: begun(mark) == alone.MOST and kept(fleet, worker) == 4), fleet.logs()
    processes = descendants(worker.pid)
    fleet.engine.pause("nlp")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(30) == 0, fleet.logs()
    for job in jobs:
        row = fleet.engine.row(job, "work")
        assert (row["state"], row["releases"], row["crashes"], row["failures"]) == ("ready", 1, 1, 0), fleet.logs()
    assert begun(mark) == alone.MOST
    assert eventually(lambda: not any(map(runs, processes)))


def alone_of(stage: Stage) -> Alone:
    """For steps that must not get so far that a process starts."""
    return Alone("no.such.program", stage.performer, stage.heart)


@pytest.mark.parametrize("stopped", [True, False])
def test_a_step_whose_turn_does_not_come_is_given_back(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, *, stopped: bool
) -> None:
    monkeypatch.setattr(alone, "MOST", 0)
    monkeypatch.setattr(alone, "PATIENCE", 0.01)
    held = stage.claim(stage.job(lambda _: done()))
    if stopped:
        monkeypatch.setattr(StepWatch, "stopped", True)
    else:
        monkeypatch.setattr(StepWatch, "left", lambda watch: 0.49 * watch.claim.left_s)
    assert alone_of(stage).perform(held) == "given back: too many at once"
    row = stage.engine.row(held.job_id, "work")
    assert (row["state"], row["releases"], row["failures"]) == ("ready", 1, 0)
    assert stage.heart.kept == []


def test_where_no_process_can_be_started_the_step_is_tried_again_later(stage: Stage) -> None:
    held = stage.claim(stage.job(lambda _: done()))
    with pytest.raises(StepFailedError, match="internal: no process"):
        alone_of(stage).perform(held)
    row = stage.engine.row(held.job_id, "work")
    assert (row["state"], row["failures"], row["crashes"]) == ("ready", 1, 0)
    assert stage.heart.kept == []


def test_none_begins_once_the_end_was_asked_for(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    held = stage.claim(stage.job(lambda _: done()))
    ending = alone_of(stage)
    monkeypatch.setattr(ending._server, "fork", lambda *_: pytest.fail("a process began"))
    assert ending.ask_to_end() == []
    assert ending.perform(held) == "given back: the worker ends"
    row = stage.engine.row(held.job_id, "work")
    assert (row["state"], row["releases"], row["failures"]) == ("ready", 1, 0)
