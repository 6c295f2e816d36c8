"""Turns end with their job, however that ends; those of other jobs stay."""

from collections.abc import Callable
from uuid import UUID

import pytest

from shared.jobs import store
from shared.jobs.turns import take_turn
from tests.support.jobs import OWNER, Engine, step


def at_work(engine: Engine) -> set[UUID]:
    """The jobs that have a turn."""
    return {row["job_id"] for row in engine.connection.execute("SELECT job_id FROM turns")}


def cancelled(engine: Engine, job: UUID) -> None:
    store.cancel(engine.database, job, OWNER)


def expired(engine: Engine, job: UUID) -> None:
    engine.connection.execute("UPDATE jobs SET expires_at = clock_timestamp() WHERE id = $1", (job,))
    store.expire_job(engine.connection, job)


def failed(engine: Engine, job: UUID) -> None:
    engine.fail(job, "work")


def done(engine: Engine, job: UUID) -> None:
    engine.succeed(job, "work")


@pytest.mark.parametrize("end", [cancelled, expired, failed, done])
def test_the_turns_of_a_job_end_with_it(engine: Engine, end: Callable[[Engine, UUID], None]) -> None:
    mine, other = engine.submit(step("work")), engine.submit(step("work"))
    for work, job in (("a word", mine), ("another", mine), ("a third", other)):
        assert take_turn(engine.connection, work, job)
    end(engine, mine)
    assert at_work(engine) == {other}


def test_a_job_that_goes_on_keeps_its_turns(engine: Engine) -> None:
    job = engine.submit(step("work"), step("rest"))
    assert take_turn(engine.connection, "a word", job)
    engine.fail(job, "work", "provider_timeout", transient=True)
    engine.succeed(job, "rest")
    assert at_work(engine) == {job}
