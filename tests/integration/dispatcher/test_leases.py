"""Leases run out, but never because the dispatcher or Postgres was away."""

import pytest

from services.dispatcher import leases
from services.dispatcher.leases import GAP, Leases
from shared.jobs.model import LEASE
from tests.support.jobs import Engine, step


@pytest.fixture(autouse=True)
def _old_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "_server_age", lambda _: 2 * LEASE)


def test_an_expired_lease_goes_back_to_ready(engine: Engine) -> None:
    job = engine.submit(step("a"))
    engine.token(job, "a")
    assert Leases().round(engine.connection, 0.0) == []
    engine.expire(job, "a")
    assert Leases().round(engine.connection, 0.0) == [job]
    assert engine.states(job) == {"a": "ready"}


def test_after_a_gap_of_its_own_the_workers_beat_first(engine: Engine) -> None:
    job = engine.submit(step("a"))
    engine.token(job, "a")
    engine.expire(job, "a")
    late = Leases()
    late._last_round = 0.0
    assert late.round(engine.connection, GAP + 1) == []
    now = GAP + 1
    while now < GAP + LEASE:
        now += 1.0
        assert late.round(engine.connection, now) == []
    assert late.round(engine.connection, GAP + 1 + LEASE) == [job]


def test_after_a_restart_of_postgres_the_workers_beat_first(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    job = engine.submit(step("a"))
    engine.token(job, "a")
    engine.expire(job, "a")
    monkeypatch.setattr(leases, "_server_age", lambda _: LEASE - 1)
    assert Leases().round(engine.connection, 0.0) == []
    assert engine.states(job) == {"a": "running"}


def test_a_job_past_its_deadline_is_expired(engine: Engine) -> None:
    job = engine.submit(step("a"))
    engine.connection.execute("UPDATE jobs SET expires_at = clock_timestamp()")
    assert Leases().round(engine.connection, 0.0) == [job]
    assert engine.state(job) == "expired"
