"""What was submitted with a key is submitted once, alone or as a batch, whoever comes first."""

from concurrent.futures import Future, ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest

from shared.db.session import Connection
from shared.jobs import store
from shared.jobs.submission import Batch, Idempotency, Submission, WakeUp
from tests.support.jobs import OWNER, Engine, step, submission

LONG = 10.0  # seconds: more than anything here takes
KEY = Idempotency("a key", "a hash")


def keyed(owner: UUID = OWNER) -> Submission:
    return submission([step("a")], owner_id=owner, idempotency=KEY)


def batch(items: int = 2, owner: UUID = OWNER, key: Idempotency | None = KEY) -> tuple[Batch, list[Submission]]:
    whole = Batch(owner_id=owner, name="", items=items, idempotency=key)
    jobs = [
        submission([step("a"), step("b", "a")], owner_id=owner, bulk=True, batch_id=whole.id, batch_item=item)
        for item in range(items)
    ]
    return whole, jobs


def counted(engine: Engine) -> dict[str, int]:
    row = engine.connection.execute(
        "SELECT (SELECT count(*) FROM batches) AS batches, (SELECT count(*) FROM jobs) AS jobs,"
        " (SELECT count(*) FROM job_steps) AS steps"
    ).fetchone()
    assert row is not None
    return row


def submit(connection: Connection, jobs: list[Submission], whole: Batch | None = None) -> list[WakeUp]:
    return store.submit(connection, jobs, may_publish=True, batch=whole)


def test_second_job_with_the_same_key_is_passed_over(engine: Engine) -> None:
    assert len(submit(engine.connection, [keyed()])) == 1
    assert submit(engine.connection, [keyed()]) == []
    assert counted(engine) == {"batches": 0, "jobs": 1, "steps": 1}


def test_jobs_beside_one_that_is_passed_over_are_created(engine: Engine) -> None:
    submit(engine.connection, [keyed()])
    other = submission([step("a")])
    assert [wakeup.job_id for wakeup in submit(engine.connection, [keyed(), other])] == [other.id]


def test_keys_are_each_owners_own(engine: Engine) -> None:
    for owner in (OWNER, uuid4()):
        assert len(submit(engine.connection, [keyed(owner)])) == 1
        whole, jobs = batch(owner=owner)
        submit(engine.connection, jobs, whole)
    assert counted(engine) == {"batches": 2, "jobs": 6, "steps": 10}


def test_second_batch_with_the_same_key_creates_none_of_its_jobs(engine: Engine) -> None:
    for items in (2, 3):
        whole, jobs = batch(items)
        submit(engine.connection, jobs, whole)
    assert counted(engine) == {"batches": 1, "jobs": 2, "steps": 4}


def test_batches_without_a_key_are_all_created(engine: Engine) -> None:
    for _ in range(2):
        whole, jobs = batch(key=None)
        submit(engine.connection, jobs, whole)
    assert counted(engine) == {"batches": 2, "jobs": 4, "steps": 8}


def test_retry_does_not_inherit_the_key(engine: Engine) -> None:
    job = keyed()
    submit(engine.connection, [job])
    engine.fail(job.id, "a")
    store.retry(engine.database, job.id, OWNER)
    rows = engine.connection.execute("SELECT idempotency_key FROM jobs ORDER BY created_at").fetchall()
    assert [row["idempotency_key"] for row in rows] == ["a key", None]


def test_retry_keeps_its_place_in_the_batch(engine: Engine) -> None:
    whole, jobs = batch()
    submit(engine.connection, jobs, whole)
    engine.fail(jobs[1].id, "a")
    new_id, _ = store.retry(engine.database, jobs[1].id, OWNER)
    row = engine.connection.execute("SELECT batch_id, batch_item, bulk FROM jobs WHERE id = $1", (new_id,)).fetchone()
    assert row == {"batch_id": whole.id, "batch_item": 1, "bulk": True}


def waits_for(engine: Engine, future: "Future[list[WakeUp]]") -> None:
    """Return once the other submission waits for the first to be decided."""
    waiting = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    while engine.connection.execute(waiting).fetchone() is None:
        assert not future.done(), future.result()


@pytest.mark.parametrize("as_batch", [False, True])
@pytest.mark.parametrize("commits", [True, False])
def test_second_waits_for_the_first_and_creates_only_if_that_gives_up(
    engine: Engine,
    as_batch: bool,  # noqa: FBT001 - a case
    commits: bool,  # noqa: FBT001 - a case
) -> None:
    (whole, jobs), (other, others) = (batch(), batch()) if as_batch else ((None, [keyed()]), (None, [keyed()]))

    def second() -> list[WakeUp]:
        with engine.database.connection() as connection:
            return submit(connection, others, other)

    with ThreadPoolExecutor(1) as pool, engine.database.connection() as first:
        with first.transaction(force_rollback=not commits):
            submit(first, jobs, whole)
            future = pool.submit(second)
            waits_for(engine, future)
        future.result(LONG)
    rows = engine.connection.execute("SELECT id FROM jobs ORDER BY id").fetchall()
    assert [row["id"] for row in rows] == sorted(job.id for job in (jobs if commits else others))
