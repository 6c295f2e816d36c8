"""What the dispatcher asks every half second stays cheap while very much waits in one queue."""

from typing import Any

import pytest

from services.dispatcher.relay import END
from shared.jobs.kinds import QUEUES
from shared.jobs.statements import SQL
from tests.support.jobs import Engine, step

WAITING = 40_000  # steps; with far fewer Postgres takes other plans
JOBS = (
    "INSERT INTO jobs (id, owner_id, kind, input, bulk, priority, expires_at)"
    " SELECT gen_random_uuid(), owner_id, kind, input, true, 0, expires_at FROM jobs, generate_series(1, $1)"
)
STEPS = (
    "INSERT INTO job_steps (job_id, name, position, owner_id, task, queue, needs, optional, priority, cost, fair,"
    " state, max_failures, max_crashes, timeout_s)"
    " SELECT jobs.id, 'a', 0, jobs.owner_id, 'nlp.a', 'nlp.bulk', '{}', false, 0, 1, random(), 'ready', 3, 3, 60"
    " FROM jobs WHERE bulk"
)


@pytest.fixture(name="crowded")
def _crowded(engine: Engine) -> Engine:
    """One bulk queue in which very much waits, and which Postgres has counted."""
    engine.submit(step("a"))
    for statement, values in ((JOBS, (WAITING,)), (STEPS, ()), ("VACUUM ANALYZE job_steps", ())):
        engine.connection.execute(statement, values)
    return engine


def read_in_vain(plan: dict[str, Any]) -> float:
    """Rows that the plan's nodes read and threw away."""
    mine = plan.get("Rows Removed by Filter", 0) * plan["Actual Loops"]
    return float(mine + sum(read_in_vain(inner) for inner in plan.get("Plans", ())))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("queue_loads", (QUEUES,)),
        ("relay_due", ("nlp.bulk", 16, *END)),
        ("relay_due", ("nlp.bulk", 16, 0, -1.0)),
        ("relay_lost", ("nlp.bulk", 16, 1.0)),
    ],
)
def test_no_statement_of_the_relay_reads_all_that_waits(crowded: Engine, name: str, values: tuple[object, ...]) -> None:
    row = crowded.connection.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {SQL[name]}", values).fetchone()
    assert row is not None
    ((explained,),) = row.values()
    assert read_in_vain(explained["Plan"]) < WAITING / 100, explained
