"""What the architecture page says of Celery, held against the pinned Celery and kombu on a real Redis."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import UUID

import pytest
from kombu.exceptions import OperationalError
from redis import Redis

from shared.db.session import connect, open_database
from shared.jobs.submission import WakeUp
from shared.queue.app import RECONNECT, make_celery
from shared.queue.publisher import send
from tests.support.fleet import ENVIRONMENT, QUEUES, Fleet
from tests.support.jobs import Engine
from tests.support.processes import eventually


@pytest.fixture(name="fleet")
def _fleet(clean_database: str, redis_url: str, tmp_path: Path) -> Iterator[Fleet]:
    environment = {**ENVIRONMENT, "DATABASE_URL": clean_database, "REDIS_URL": redis_url, "WORKER_SLOTS": "1"}
    with open_database(clean_database, "test", most=4) as database, connect(clean_database, "test") as connection:
        fleet = Fleet(Engine(connection, database), environment, tmp_path)
        try:
            yield fleet
        finally:
            fleet.end()


def wake(fleet: Fleet, redis_url: str, job: UUID) -> None:
    row = fleet.engine.row(job, "work")
    with make_celery(redis_url) as celery:
        send(celery, WakeUp(job, "work", row["task"], row["queue"]))


def test_a_busy_slot_hoards_nothing_and_then_takes_interactive_work_first(fleet: Fleet, redis_url: str) -> None:
    fleet.worker()
    busy = fleet.submit(naps=40)
    wake(fleet, redis_url, busy)
    assert fleet.begins(busy), fleet.logs()
    bulk = [fleet.submit(bulk=True) for _ in range(4)]
    learners = [fleet.submit() for _ in range(4)]
    for job in [*bulk, *learners]:
        wake(fleet, redis_url, job)
    with Redis.from_url(redis_url) as redis:
        assert eventually(lambda: fleet.engine.row(busy, "work")["progress_done"] >= 3), fleet.logs()
        assert [redis.llen(queue) for queue in QUEUES] == [4, 4]
    assert fleet.engine.states(busy) == {"work": "running"}
    for job in [*bulk, *learners]:
        assert fleet.ends(job), fleet.logs()
    order = fleet.engine.connection.execute("SELECT job_id FROM job_steps ORDER BY claimed_at").fetchall()
    assert [row["job_id"] for row in order] == [busy, *learners, *bulk]


def test_no_message_is_trusted_with_anything(redis_url: str) -> None:
    """Early ack, no results, no retries of Celery's own: the row decides."""
    with make_celery(redis_url) as celery:
        assert (celery.conf.task_acks_late, celery.conf.task_ignore_result, celery.conf.task_publish_retry) == (
            False,
            True,
            False,
        )
        assert celery.conf.result_backend is None
        assert celery.conf.accept_content == ["json"]


def test_a_worker_tries_to_reach_redis_twice_a_second_however_long_it_was_away() -> None:
    pauses: list[float] = []
    app = make_celery("redis://127.0.0.1:9")
    with suppress(OperationalError), app.connection_for_read() as connection:
        connection.ensure_connection(lambda _, pause: pauses.append(pause), 3)
    assert pauses
    assert set(pauses) <= {0, RECONNECT}
