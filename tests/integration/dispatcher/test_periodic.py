"""Periodic jobs: once a slot, by whoever comes first."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from services.dispatcher.periodic import PERIODIC, Periodic, start_due
from tests.support.jobs import Engine

NOW = datetime(2026, 3, 1, 14, 20, tzinfo=UTC)


def jobs(engine: Engine) -> int:
    row = engine.connection.execute("SELECT count(*) AS n FROM jobs").fetchone()
    assert row is not None
    return int(row["n"])


def test_a_slot_is_started_once(engine: Engine) -> None:
    assert start_due(engine.connection, NOW) == [periodic.kind for periodic in PERIODIC]
    assert start_due(engine.connection, NOW + timedelta(minutes=1)) == []
    assert jobs(engine) == len(PERIODIC)
    assert start_due(engine.connection, NOW + timedelta(hours=6)) == [periodic.kind for periodic in PERIODIC]


def test_many_dispatchers_at_once_start_it_once(engine: Engine) -> None:
    barrier = threading.Barrier(4)

    def race() -> list[str]:
        with engine.database.connection() as connection:
            barrier.wait(10)
            return start_due(connection, NOW)

    with ThreadPoolExecutor(4) as pool:
        started = [future.result(10) for future in [pool.submit(race) for _ in range(4)]]
    assert sum(map(len, started)) == len(PERIODIC)
    assert jobs(engine) == len(PERIODIC)


def test_missed_slots_are_not_made_up_for() -> None:
    hourly = Periodic(kind="x", every=timedelta(hours=1))
    assert hourly.slot(NOW) == NOW.replace(minute=0)
