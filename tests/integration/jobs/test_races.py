"""Every pair of transitions that can meet, with one of them held open in the middle: deterministic, no sleeping."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from uuid import UUID

import psycopg
import pytest

from shared.db.session import Connection, connect
from shared.jobs import claims, store
from shared.jobs.model import CancelAsked, Event, Failed, LeaseExpired, StepFailure, Succeeded
from tests.support.jobs import OWNER, Engine, diamond, step
from tests.support.processes import eventually

LONG = 10.0  # seconds: more than anything here takes


class Held:
    """A transition that has done its writes and not yet committed, until `let_go`."""

    def __init__(self, engine: Engine, pool: ThreadPoolExecutor, job: UUID, event: Event) -> None:
        self._inside, self._go = threading.Event(), threading.Event()

        def save(_: Connection) -> None:
            self._inside.set()
            assert self._go.wait(LONG)

        self.future: Future[store.Outcome] = pool.submit(store.tell, engine.database, job, event, save=save)
        assert self._inside.wait(LONG)

    def let_go(self) -> store.Outcome:
        self._go.set()
        return self.future.result(LONG)


def waiting_for_a_lock(engine: Engine) -> bool:
    row = engine.connection.execute(
        "SELECT count(*) AS n FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    ).fetchone()
    return row is not None and row["n"] > 0


def meet(engine: Engine, job: UUID, first: Event, second: Callable[[], store.Outcome]) -> list[store.Outcome]:
    """`first` is held open until `second` waits for it."""
    with ThreadPoolExecutor(2) as pool:
        held = Held(engine, pool, job, first)
        other = pool.submit(second)
        while not waiting_for_a_lock(engine):
            assert not other.done(), other.result()
        return [held.let_go(), other.result(LONG)]


def succeeded(name: str, token: UUID) -> Succeeded:
    return Succeeded(name, token, {"of": name})


def test_two_needs_that_finish_together_do_not_leave_the_last_step_blocked(engine: Engine) -> None:
    job = engine.submit(*diamond())
    engine.succeed(job, "first")
    left, right = engine.token(job, "left"), engine.token(job, "right")
    meet(engine, job, succeeded("left", left), lambda: engine.tell(job, succeeded("right", right)))
    assert engine.states(job)["last"] == "ready"


def test_a_finish_twice_at_once_is_one_finish(engine: Engine) -> None:
    job = engine.submit(step("a"), step("b", "a"))
    event = succeeded("a", engine.token(job, "a"))
    first, second = meet(engine, job, event, lambda: engine.tell(job, event))
    assert (first.verdict, second.verdict) == ("applied", "repeated")


def test_expiry_that_meets_a_finish_gives_way(engine: Engine) -> None:
    job = engine.submit(step("a"))
    token = engine.token(job, "a")
    engine.expire(job, "a")
    with ThreadPoolExecutor(1) as pool:
        held = Held(engine, pool, job, succeeded("a", token))
        assert store.expire_lease(engine.connection, job, "a") is None
        assert held.let_go().state == "succeeded"
    outcome = store.expire_lease(engine.connection, job, "a")
    assert outcome is not None
    assert outcome.verdict == "refused"


def test_a_finish_that_meets_expiry_is_too_late_only_after_it(engine: Engine) -> None:
    job = engine.submit(step("a"))
    token = engine.token(job, "a")
    engine.expire(job, "a")
    expired, finished = meet(engine, job, LeaseExpired("a"), lambda: engine.tell(job, succeeded("a", token)))
    assert (expired.verdict, finished.verdict) == ("applied", "repeated")
    assert engine.states(job) == {"a": "ready"}
    again = engine.token(job, "a")
    assert engine.tell(job, succeeded("a", token)).verdict == "fenced"
    assert engine.tell(job, succeeded("a", again)).state == "succeeded"


@pytest.mark.parametrize("good", [True, False])
def test_a_zombie_says_nothing_to_the_one_who_took_over(engine: Engine, good: bool) -> None:  # noqa: FBT001 - a case
    job = engine.submit(step("a", max_failures=1))
    zombie = engine.token(job, "a")
    engine.expire(job, "a")
    store.expire_lease(engine.connection, job, "a")
    owner = engine.token(job, "a")
    failure = Failed(step="a", token=zombie, failure=StepFailure("internal"), transient=False)
    outcome = engine.tell(job, succeeded("a", zombie) if good else failure)
    assert outcome.verdict == "fenced"
    assert engine.row(job, "a")["lease_token"] == owner
    assert engine.states(job) == {"a": "running"}


def test_cancel_that_meets_a_finish_keeps_what_is_paid_for(engine: Engine) -> None:
    job = engine.submit(step("a"), step("b", "a"))
    event = succeeded("a", engine.token(job, "a"))
    _, cancelled = meet(engine, job, event, lambda: store.cancel(engine.database, job, OWNER))
    assert cancelled.state == "cancelled"
    assert engine.states(job) == {"a": "succeeded", "b": "cancelled"}


def test_a_finish_that_meets_a_cancel_starts_nothing_more(engine: Engine) -> None:
    job = engine.submit(step("a"), step("b", "a"))
    event = succeeded("a", engine.token(job, "a"))
    _, finished = meet(engine, job, CancelAsked("asked"), lambda: engine.tell(job, event))
    assert finished.state == "cancelled"
    assert engine.states(job) == {"a": "succeeded", "b": "cancelled"}


def test_of_many_claims_at_once_one_wins(engine: Engine) -> None:
    job = engine.submit(step("a"))
    barrier = threading.Barrier(5)

    def race() -> claims.Claim | str:
        with engine.database.connection() as connection:
            barrier.wait(LONG)
            other = Engine(connection, engine.database)
            return other.claim(job, "a")

    with ThreadPoolExecutor(5) as pool:
        answers = [future.result(LONG) for future in [pool.submit(race) for _ in range(5)]]
    assert sorted(isinstance(answer, str) for answer in answers) == [False, True, True, True, True]
    assert engine.row(job, "a")["attempt"] == 1


def test_a_sibling_claims_while_a_transition_is_open(engine: Engine) -> None:
    """Claims take no job lock: a slow transition holds up nobody but its own step."""
    job = engine.submit(step("a"), step("b"))
    with ThreadPoolExecutor(1) as pool:
        held = Held(engine, pool, job, succeeded("a", engine.token(job, "a")))
        assert not isinstance(engine.claim(job, "b"), str)
        assert held.let_go().state == "running"


def test_two_steps_that_write_products_of_one_job_do_not_deadlock(engine: Engine) -> None:
    """Rows that refer to the job take KEY SHARE on it; a job locked FOR UPDATE would deadlock here."""
    job = engine.submit(*diamond())
    engine.succeed(job, "first")
    left, right = engine.token(job, "left"), engine.token(job, "right")
    insert = (
        "INSERT INTO articles (id, owner_id, job_id, language, level, title, text, provenance)"
        " VALUES (uuidv7(), $1, $2, 'de', 'A2', 't', 't', '{}')"
    )

    def insert_article(connection: Connection) -> None:
        connection.execute(insert, (OWNER, job))

    with ThreadPoolExecutor(1) as pool, engine.database.connection() as other:
        with other.transaction():
            other.execute(insert, (OWNER, job))
            future = pool.submit(
                store.tell,
                engine.database,
                job,
                succeeded("left", left),
                save=insert_article,
            )
            assert future.result(LONG).verdict == "applied"
        assert engine.tell(job, succeeded("right", right)).verdict == "applied"
    assert engine.states(job)["last"] == "ready"


def test_retry_asked_many_times_at_once_makes_one_job(engine: Engine) -> None:
    job = engine.submit(step("a"))
    engine.fail(job, "a")
    with ThreadPoolExecutor(4) as pool:
        futures = [pool.submit(store.retry, engine.database, job, OWNER) for _ in range(4)]
        ids = {future.result(LONG)[0] for future in futures}
    assert len(ids) == 1
    assert engine.connection.execute("SELECT count(*) AS n FROM jobs").fetchone() == {"n": 2}


def test_a_frozen_lock_holder_does_not_make_a_job_uncancellable(engine: Engine) -> None:
    job = engine.submit(step("a"))
    with engine.database.connection() as frozen, frozen.transaction(force_rollback=True):
        frozen.execute("SELECT id FROM jobs WHERE id = $1 FOR NO KEY UPDATE", (job,))
        with pytest.raises(store.ContentionError):
            store.cancel(engine.database, job, OWNER)
    assert store.cancel(engine.database, job, OWNER).state == "cancelled"


def test_a_lock_holder_that_froze_inside_a_pipeline_is_ended_too(engine: Engine, clean_database: str) -> None:
    job = engine.submit(step("a"))
    with connect(clean_database, "test") as frozen:
        assert frozen.execute("SHOW transaction_timeout").fetchone() == {"transaction_timeout": "12s"}
        frozen.execute("SET transaction_timeout = '500ms'")
        with suppress(psycopg.OperationalError), frozen.pipeline():
            frozen.execute("BEGIN")
            frozen.execute("SELECT id FROM jobs WHERE id = $1 FOR NO KEY UPDATE", (job,))
            frozen.pgconn.send_flush_request()
            frozen.pgconn.flush()
            assert eventually(lambda: locked(engine, job), 5.0)
            assert eventually(lambda: not locked(engine, job), 5.0)
    assert store.cancel(engine.database, job, OWNER).state == "cancelled"


def locked(engine: Engine, job: UUID) -> bool:
    """True if somebody holds the job's lock."""
    free = engine.connection.execute("SELECT id FROM jobs WHERE id = $1 FOR NO KEY UPDATE SKIP LOCKED", (job,))
    return free.fetchone() is None
