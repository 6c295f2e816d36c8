"""Real worker processes on real Celery, Redis and Postgres: what happens when they are killed, drained or misled."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from shared.db.session import connect, open_database
from shared.jobs import store
from shared.jobs.submission import WakeUp
from shared.queue.app import make_celery
from shared.queue.publisher import send
from tests.support.fleet import ENVIRONMENT, QUEUES, Fleet
from tests.support.invariants import broken_promises
from tests.support.jobs import OWNER, Engine
from tests.support.processes import eventually


@pytest.fixture(name="fleet")
def _fleet(clean_database: str, redis_url: str, tmp_path: Path) -> Iterator[Fleet]:
    environment = {**ENVIRONMENT, "DATABASE_URL": clean_database, "REDIS_URL": redis_url}
    with open_database(clean_database, "test", most=4) as database, connect(clean_database, "test") as connection:
        fleet = Fleet(Engine(connection, database), environment, tmp_path)
        try:
            yield fleet
            assert broken_promises(connection) == []
        finally:
            fleet.end()


def test_a_job_runs_and_a_duplicate_wake_up_does_nothing(fleet: Fleet, redis_url: str) -> None:
    fleet.worker()
    job = fleet.submit(naps=15)
    row = fleet.engine.row(job, "work")
    celery = make_celery(redis_url)
    for _ in range(3):
        send(celery, WakeUp(job, "work", row["task"], row["queue"]))
    assert fleet.ends(job), fleet.logs()
    row = fleet.engine.row(job, "work")
    assert (row["attempt"], row["message"], row["progress_done"], row["progress_total"]) == (1, "as told", 15, 15)


def test_what_a_killed_worker_held_is_done_by_another(fleet: Fleet) -> None:
    fleet.dispatcher()
    victim = fleet.worker()
    job = fleet.submit(naps=100)
    assert fleet.begins(job), fleet.logs()
    victim.kill()
    fleet.engine.connection.execute("UPDATE jobs SET input = '{}'")
    fleet.worker()
    fleet.engine.lose(job, "work")
    assert fleet.ends(job), fleet.logs()
    row = fleet.engine.row(job, "work")
    assert (row["attempt"], row["crashes"]) == (2, 1)


def test_poison_kills_one_worker_once_and_then_only_itself(fleet: Fleet) -> None:
    fleet.dispatcher()
    victim = fleet.worker()
    job = fleet.submit(die="always")
    assert eventually(lambda: victim.poll() is not None), fleet.logs()
    survivor = fleet.worker()
    fleet.engine.lose(job, "work")
    assert fleet.ends(job, "failed"), fleet.logs()
    assert survivor.poll() is None
    row = fleet.engine.row(job, "work")
    assert (row["crashes"], row["error"]["code"]) == (3, "worker_lost")


def test_a_step_that_crashed_once_is_performed_alone(fleet: Fleet, tmp_path: Path) -> None:
    fleet.dispatcher()
    mark = tmp_path / "mark"
    victim = fleet.worker()
    job = fleet.submit(die="once", mark=str(mark))
    assert eventually(lambda: victim.poll() is not None), fleet.logs()
    survivor = fleet.worker()
    fleet.engine.lose(job, "work")
    assert fleet.ends(job), fleet.logs()
    ended = mark.read_text().splitlines()[-1]
    assert ended.startswith("end ")
    assert ended != f"end {survivor.pid}"


def test_a_step_that_is_performed_alone_is_given_back_too_and_no_crash_is_counted(fleet: Fleet, tmp_path: Path) -> None:
    fleet.dispatcher()
    mark = tmp_path / "mark"
    victim = fleet.worker()
    job = fleet.submit(die="once", mark=str(mark), naps=1000)
    assert eventually(lambda: victim.poll() is not None), fleet.logs()
    survivor = fleet.worker(WORKER_GRACE_S="6")
    fleet.engine.lose(job, "work")
    assert eventually(lambda: mark.read_text().count("begin") == 2), fleet.logs()
    survivor.send_signal(signal.SIGTERM)
    assert survivor.wait(20) == 0, fleet.logs()
    row = fleet.engine.row(job, "work")
    assert (row["state"], row["releases"], row["crashes"]) == ("ready", 1, 1)


def test_a_drained_worker_finishes_what_it_has_and_claims_nothing_more(fleet: Fleet) -> None:
    worker = fleet.worker(WORKER_SLOTS="1")
    fleet.dispatcher()
    job = fleet.submit(naps=20)
    assert fleet.begins(job), fleet.logs()
    late = fleet.submit()
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(20) == 0, fleet.logs()
    assert fleet.engine.state(job) == "succeeded"
    assert fleet.engine.states(late) == {"work": "ready"}
    assert not fleet.registered(worker.pid)
    fleet.worker()
    assert fleet.ends(late), fleet.logs()


def test_what_is_unfinished_at_the_end_of_the_grace_is_given_back(fleet: Fleet) -> None:
    worker = fleet.worker(WORKER_GRACE_S="6")
    fleet.dispatcher()
    job = fleet.submit(naps=1000)
    assert fleet.begins(job), fleet.logs()
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(20) == 0, fleet.logs()
    row = fleet.engine.row(job, "work")
    assert (row["state"], row["releases"], row["failures"], row["crashes"]) == ("ready", 1, 0, 0)


def test_a_cancel_reaches_a_running_step(fleet: Fleet) -> None:
    fleet.worker()
    fleet.dispatcher()
    job = fleet.submit(naps=1000)
    assert fleet.begins(job), fleet.logs()
    store.cancel(fleet.engine.database, job, OWNER)
    assert fleet.ends(job, "cancelled"), fleet.logs()


def test_wake_ups_that_redis_lost_are_sent_again(fleet: Fleet, redis_url: str) -> None:
    job = fleet.submit()
    fleet.engine.connection.execute("UPDATE job_steps SET published_at = clock_timestamp()")
    with Redis.from_url(redis_url) as redis:
        assert [redis.llen(queue) for queue in QUEUES] == [0, 0]
    fleet.dispatcher()
    fleet.worker()
    assert fleet.ends(job), fleet.logs()


def test_a_throttled_provider_pauses_its_queues_and_one_step_looks_first(fleet: Fleet) -> None:
    fleet.dispatcher()
    fleet.worker()
    job = fleet.submit(fail="provider_rate_limited", retry_after=2.0)
    assert eventually(lambda: fleet.engine.row(job, "work")["releases"] == 1), fleet.logs()
    assert fleet.engine.claim(fleet.submit(), "work") == "paused queue"
    fleet.engine.connection.execute("UPDATE jobs SET input = '{}'")
    assert fleet.ends(job), fleet.logs()
    assert eventually(
        lambda: fleet.engine.connection.execute("SELECT count(*) AS n FROM queues").fetchone() == {"n": 0}
    ), fleet.logs()


def test_with_a_thousand_bulk_jobs_and_all_slots_busy_a_learner_is_next(fleet: Fleet) -> None:
    fleet.worker(WORKER_SLOTS="4")
    fleet.dispatcher()
    store.submit(fleet.engine.connection, fleet.batch(1000, naps=5), may_publish=False)

    def running() -> int:
        row = fleet.engine.connection.execute("SELECT count(*) AS n FROM job_steps WHERE state = 'running'").fetchone()
        return 0 if row is None else int(row["n"])

    assert eventually(lambda: running() >= 3), fleet.logs()
    learner = fleet.submit()
    assert fleet.ends(learner), fleet.logs()
    row = fleet.engine.connection.execute(
        "SELECT count(*) AS n FROM job_steps AS other, job_steps AS mine"
        " WHERE mine.job_id = $1 AND other.queue LIKE '%.bulk'"
        " AND other.claimed_at > (SELECT created_at FROM jobs WHERE id = $1) AND other.claimed_at < mine.claimed_at",
        (learner,),
    ).fetchone()
    assert row is not None
    assert row["n"] <= 4  # those whose wake-up was already on its way


def test_bulk_leaves_a_quarter_of_the_slots_to_learners(fleet: Fleet) -> None:
    fleet.worker(WORKER_SLOTS="4")
    fleet.dispatcher()
    store.submit(fleet.engine.connection, fleet.batch(30, naps=3), may_publish=False)
    most = 0

    def done() -> bool:
        nonlocal most
        row = fleet.engine.connection.execute(
            "SELECT count(*) FILTER (WHERE state = 'running') AS running,"
            " count(*) FILTER (WHERE finished_at IS NOT NULL) AS done FROM job_steps"
        ).fetchone()
        assert row is not None
        most = max(most, row["running"])
        return bool(row["done"] >= 12)

    assert eventually(done), fleet.logs()
    assert most == 3


def test_bad_settings_are_one_sentence(fleet: Fleet) -> None:
    process = fleet.start("services.dispatcher.app", DATABASE_URL="")
    assert process.wait(20) == 2
    assert "DATABASE_URL is not set: the Postgres database.\n" in fleet.logs()
    assert "Traceback" not in fleet.logs()
    assert os.environ.get("DATABASE_URL") is None
