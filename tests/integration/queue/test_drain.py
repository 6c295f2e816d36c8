"""Draining: asked for by an operator or a signal, once or twice, also while a step runs alone; and by nobody else."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from psycopg_pool import PoolClosed

from shared.db.session import Connection, open_database
from shared.jobs.claims import WorkerBeat, beat_worker
from shared.jobs.statements import SQL
from shared.queue.app import make_celery
from shared.queue.heart import REGISTER, Heart
from tests.support.fleet import Fleet
from tests.support.jobs import Engine, step
from tests.support.performing import MemoryPublisher, Stage
from tests.support.processes import eventually, runs

NAME = "nlp@container-1"


def ask(connection: Connection, name: str = NAME) -> bool:
    """An operator asks a process to drain; true if it was asked."""
    row = connection.execute(SQL["ask_to_drain"], (name,)).fetchone()
    return row is not None and bool(row["asked"])


class Process:
    """A heart as a process has it, which counts how often it was asked to drain."""

    def __init__(self, url: str) -> None:
        self.asked = 0
        worker = WorkerBeat(NAME, "nlp", "", 4, 0, draining=False)
        self.heart = Heart(url, worker, MemoryPublisher(), lambda _: None, self._ask)

    def _ask(self) -> None:
        self.asked += 1

    def beat(self, times: int = 1) -> None:
        """So many words to the register."""
        for _ in range(times):
            self.heart._tick(time.monotonic())
            self.heart._registered_at -= REGISTER

    def leave(self) -> None:
        """End in good order."""
        self.heart._leave()


@pytest.fixture(name="processes")
def _processes(clean_database: str) -> Iterator[list[Process]]:
    """Two processes that bear the same name: a container whose only process is always its first."""
    both = [Process(clean_database) for _ in range(2)]
    yield both
    for process in both:
        process.heart._forget_connection()


def test_a_process_hears_that_it_is_asked_until_it_drains(engine: Engine, processes: list[Process]) -> None:
    process, _ = processes
    process.beat()
    assert process.asked == 0
    assert ask(engine.connection)
    process.beat(2)
    assert process.asked == 2
    process.heart.draining = True
    process.beat(2)
    assert process.asked == 2


def test_a_successor_of_the_same_name_is_not_asked_what_its_predecessor_was(
    engine: Engine, processes: list[Process]
) -> None:
    before, after = processes
    before.beat()
    assert ask(engine.connection)
    before.beat()
    before.leave()
    assert engine.connection.execute("SELECT name FROM workers").fetchall() == []
    after.beat(2)
    assert (before.asked, after.asked) == (1, 0)


def test_nor_if_the_predecessor_was_killed_before_it_could_leave(engine: Engine, processes: list[Process]) -> None:
    before, after = processes
    before.beat()
    assert ask(engine.connection)
    after.beat(2)
    assert after.asked == 0
    assert ask(engine.connection), "the successor can be asked"
    after.beat()
    assert after.asked == 1


def test_a_dispatcher_is_not_asked(engine: Engine) -> None:
    beat_worker(engine.connection, WorkerBeat("dispatcher@here", "dispatcher", "", 0, 0, draining=False))
    assert not ask(engine.connection, "dispatcher@here")


def drains(fleet: Fleet) -> bool:
    """Wait until a worker says in its log that it drains."""
    return eventually(lambda: '"event": "draining"' in fleet.logs())


def begun(mark: Path) -> list[int]:
    """The processes in which the step began."""
    lines = mark.read_text().splitlines() if mark.exists() else []
    return [int(line.split()[1]) for line in lines if line.startswith("begin ")]


def alone(fleet: Fleet, mark: Path, *, naps: int) -> tuple[UUID, "subprocess.Popen[bytes]"]:
    """The job whose step killed one worker, and the worker in a child of which it runs now."""
    fleet.dispatcher()
    victim = fleet.worker()
    job = fleet.submit(die="once", mark=str(mark), naps=naps)
    assert eventually(lambda: victim.poll() is not None), fleet.logs()
    survivor = fleet.worker()
    fleet.engine.lose(job, "work")
    assert eventually(lambda: len(begun(mark)) == 2), fleet.logs()
    return job, survivor


def test_a_second_sigterm_changes_nothing(fleet: Fleet) -> None:
    worker = fleet.worker()
    fleet.dispatcher()
    job = fleet.submit(naps=20)
    assert fleet.begins(job), fleet.logs()
    worker.send_signal(signal.SIGTERM)
    assert drains(fleet), fleet.logs()
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(20) == 0, fleet.logs()
    row = fleet.engine.row(job, "work")
    assert (row["state"], row["attempt"], row["releases"]) == ("succeeded", 1, 0)
    assert not fleet.registered(worker.pid)


def test_a_worker_that_drains_lets_the_step_that_runs_alone_finish(fleet: Fleet, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    job, survivor = alone(fleet, mark, naps=20)
    for _ in range(2):
        survivor.send_signal(signal.SIGTERM)
        assert drains(fleet), fleet.logs()
    assert survivor.wait(20) == 0, fleet.logs()
    row = fleet.engine.row(job, "work")
    assert (row["state"], row["attempt"], row["crashes"], row["releases"]) == ("succeeded", 2, 1, 0)
    assert begun(mark)[1] != survivor.pid


def test_a_process_that_performs_alone_goes_on_when_it_is_asked_and_gives_back_once_when_it_must(
    fleet: Fleet, tmp_path: Path
) -> None:
    mark = tmp_path / "mark"
    job, survivor = alone(fleet, mark, naps=1000)
    child = begun(mark)[1]
    fleet.engine.pause("nlp")  # so that it stays given back
    assert eventually(lambda: fleet.registered(child)), fleet.logs()
    (row,) = fleet.engine.connection.execute("SELECT * FROM workers WHERE name LIKE $1", (f"%-{child}",)).fetchall()
    assert (row["slots"], row["running"]) == (0, 1), "it offers nothing to others"
    name = row["name"]
    assert ask(fleet.engine.connection, name)
    drains_on = "SELECT count(*) AS n FROM workers WHERE name = $1 AND draining"
    assert eventually(lambda: fleet.engine.connection.execute(drains_on, (name,)).fetchone() == {"n": 1}), fleet.logs()
    assert runs(child)
    for _ in range(2):
        os.kill(child, signal.SIGTERM)
    assert eventually(lambda: not runs(child)), fleet.logs()
    row = fleet.engine.row(job, "work")
    assert (row["state"], row["releases"], row["crashes"]) == ("ready", 1, 1)
    assert survivor.poll() is None


ORDERS: tuple[tuple[str, dict[str, object]], ...] = (
    ("pool_shrink", {"n": 3}),
    ("rate_limit", {"task_name": "nlp.work", "rate_limit": "1/h"}),
    ("cancel_consumer", {"queue": "nlp"}),
    ("revoke", {"task_id": "any", "terminate": True}),
    ("disable_events", {}),
    ("shutdown", {}),
)


def test_a_worker_answers_questions_over_redis_and_obeys_no_orders(fleet: Fleet, redis_url: str) -> None:
    worker = fleet.worker()
    with make_celery(redis_url) as celery:

        def told(command: str, arguments: dict[str, object]) -> dict[str, Any]:
            """What the one worker there is answers."""
            answers: Any = celery.control.broadcast(command, arguments=arguments, reply=True, timeout=5, limit=1)
            ((name, answer),) = answers[0].items()
            assert name.endswith(f"-{worker.pid}")
            return {"answer": answer}

        assert told("ping", {}) == {"answer": {"ok": "pong"}}
        refused = [told(command, arguments)["answer"] for command, arguments in ORDERS]
        assert all("KeyError" in answer["error"] for answer in refused), refused
        stats, queues, conf = (told(question, {})["answer"] for question in ("stats", "active_queues", "conf"))
    assert stats["pool"]["max-concurrency"] == 4
    assert [queue["name"] for queue in queues] == ["nlp", "nlp.bulk"]
    password = redis_url.rpartition("@")[0].rpartition(":")[2]
    assert password
    assert password not in str(conf)
    assert worker.poll() is None


def test_nobody_insists_on_a_pool_that_is_closed(
    engine: Engine, clean_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process ends: to ask for ever would keep it from ending."""

    def wait(_: float) -> None:
        pytest.fail("it waits in order to ask again")

    monkeypatch.setattr("shared.queue.task.time.sleep", wait)
    database = open_database(clean_database, "test", most=1)
    database.close()
    held = engine.claim(engine.submit(step("work")), "work")
    assert not isinstance(held, str)
    with pytest.raises(PoolClosed):
        Stage(engine, database=database).performer.give_back(held)
