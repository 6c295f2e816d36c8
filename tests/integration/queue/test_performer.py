"""Performing a step on real rows: what becomes of it, whatever its body does."""

from uuid import UUID, uuid4

import psycopg
import pytest
from botocore.exceptions import ClientError
from psycopg_pool import PoolTimeout

from shared.jobs import store
from shared.jobs.errors import PermanentError, StepStoppedError, TransientError
from shared.jobs.steps import Done
from shared.jobs.submission import WakeUp
from shared.ledger.ports import Reply
from shared.queue.task import FENCED, StepFailedError, StepRun
from tests.support.jobs import OWNER, Engine, step
from tests.support.performing import Stage, done, raising

PRODUCT = "INSERT INTO queues VALUES ('product', 'infinity', '', 'operator')"
SECONDS = r"after \d+\.\d s"


def products(engine: Engine) -> int:
    row = engine.connection.execute("SELECT count(*) AS n FROM queues WHERE name = 'product'").fetchone()
    assert row is not None
    return int(row["n"])


def paused(engine: Engine) -> dict[str, float]:
    """Seconds that are left of each queue's pause."""
    rows = engine.connection.execute(
        "SELECT name, extract(epoch FROM paused_until - clock_timestamp())::float8 AS left_s FROM queues"
    )
    return {row["name"]: row["left_s"] for row in rows}


def taken_over(engine: Engine, job: UUID) -> UUID:
    """The token of another worker after the first one's lease ran out."""
    engine.lose(job, "work")
    return engine.token(job, "work")


def test_success_stores_output_and_products_and_wakes_what_follows(stage: Stage) -> None:
    job = stage.job(lambda _: done(lambda c: c.execute(PRODUCT), words=3), step("next", "work"))
    assert stage.perform(job) == "succeeded as told"
    row = stage.engine.row(job, "work")
    assert (row["state"], row["output"], row["message"], row["attempt"]) == ("succeeded", {"words": 3}, "as told", 1)
    assert products(stage.engine) == 1
    assert stage.publisher.published == [WakeUp(job, "next", "nlp.next", "nlp")]
    assert stage.publisher.notified == [job]
    assert stage.engine.row(job, "next")["published_at"] is not None


def test_while_redis_is_away_what_follows_is_left_to_the_relay(stage: Stage) -> None:
    stage.publisher.well = False
    job = stage.job(lambda _: done(), step("next", "work"))
    stage.perform(job)
    assert stage.publisher.published == []
    assert stage.engine.row(job, "next")["published_at"] is None


def test_a_body_gets_its_job_and_the_outputs_before_it(stage: Stage) -> None:
    seen: list[StepRun] = []

    def body(run: StepRun) -> Done:
        seen.append(run)
        assert [watch.key for watch in stage.heart.watches()] == [(run.job_id, "work")]
        return done()

    stage.bodies["nlp.work"] = body
    job = stage.engine.submit(step("before"), step("work", "before"))
    stage.engine.succeed(job, "before")
    held = stage.claim(job)
    stage.performer.work(held)
    (run,) = seen
    assert (run.job_id, run.owner_id, run.step, run.attempt, run.input) == (job, OWNER, "work", 1, b"{}")
    assert run.outputs == {"before": {"of": "before"}}
    assert run.key("audio") == f"{job}/work/{held.token}/audio"
    assert stage.heart.watches() == []


def test_a_transient_error_is_tried_again(stage: Stage) -> None:
    job = stage.job(raising(TransientError("provider_unavailable", "as told")))
    with pytest.raises(StepFailedError, match=f"provider_unavailable {SECONDS}"):
        stage.perform(job)
    row = stage.engine.row(job, "work")
    assert (row["state"], row["failures"], row["error"]) == (
        "ready",
        1,
        {"code": "provider_unavailable", "message": "as told"},
    )
    assert stage.heart.watches() == []


def test_a_permanent_error_ends_the_step(stage: Stage) -> None:
    job = stage.job(raising(PermanentError("input_invalid", "as told")))
    with pytest.raises(StepFailedError, match=f"input_invalid {SECONDS}"):
        stage.perform(job)
    assert stage.engine.states(job) == {"work": "failed"}
    assert stage.engine.state(job) == "failed"


def test_a_throttled_step_is_snoozed_and_pauses_both_queues(stage: Stage) -> None:
    job = stage.job(raising(TransientError("provider_rate_limited", retry_after=60.0)))
    assert stage.perform(job) == "snoozed 60 s: provider_rate_limited"
    row = stage.engine.row(job, "work")
    assert (row["state"], row["failures"], row["releases"]) == ("ready", 0, 1)
    left = paused(stage.engine)
    assert set(left) == {"nlp", "nlp.bulk"}
    assert all(50 < seconds <= 60 for seconds in left.values())


@pytest.mark.parametrize("good", [True, False])
def test_the_step_that_looks_whether_a_provider_is_back_ends_the_pause_only_with_success(
    stage: Stage, *, good: bool
) -> None:
    job = stage.job((lambda _: done()) if good else raising(PermanentError("input_invalid")))
    stage.engine.connection.execute("INSERT INTO queues VALUES ('nlp', clock_timestamp(), 'x', 'provider')")
    held = stage.claim(job)
    assert held.half_open
    if good:
        stage.performer.work(held)
    else:
        with pytest.raises(StepFailedError):
            stage.performer.work(held)
    assert paused(stage.engine).keys() == (set() if good else {"nlp"})


def test_a_step_that_stops_after_a_cancel_is_cancelled(stage: Stage) -> None:
    def body(run: StepRun) -> Done:
        store.cancel(stage.engine.database, run.job_id, OWNER)
        raise StepStoppedError

    job = stage.job(body)
    assert stage.perform(job) == "stopped"
    assert stage.engine.state(job) == "cancelled"


def test_a_released_step_is_stopped_and_ready_for_another_worker(stage: Stage) -> None:
    def body(run: StepRun) -> Done:
        stage.performer.release(stage.heart.watches()[0])
        run.watch.check()
        return done()

    job = stage.job(body)
    assert stage.perform(job) == "stopped"
    row = stage.engine.row(job, "work")
    assert (row["state"], row["releases"], row["failures"], row["crashes"]) == ("ready", 1, 0, 0)


@pytest.mark.parametrize(
    "end",
    [
        StepStoppedError(),
        TransientError("provider_timeout"),
        PermanentError("input_invalid"),
        ValueError("ours"),
        None,
    ],
)
def test_who_lost_the_lease_says_nothing_to_the_one_who_took_over(stage: Stage, end: Exception | None) -> None:
    others: list[UUID] = []

    def body(run: StepRun) -> Done:
        others.append(taken_over(stage.engine, run.job_id))
        if end is not None:
            raise end
        return done(lambda c: c.execute(PRODUCT))

    job = stage.job(body)
    assert stage.perform(job) == FENCED
    row = stage.engine.row(job, "work")
    assert (row["state"], row["lease_token"], row["failures"], row["error"]["code"]) == (
        "running",
        others[0],
        0,
        "worker_lost",
    )
    assert products(stage.engine) == 0


def test_an_error_of_ours_ends_the_step_and_shows_nothing_of_itself(stage: Stage) -> None:
    job = stage.job(raising(KeyError("secret")))
    with pytest.raises(StepFailedError, match="internal"):
        stage.perform(job)
    row = stage.engine.row(job, "work")
    assert (row["state"], row["error"]["code"]) == ("failed", "internal")
    assert "secret" not in row["error"]["message"]


@pytest.mark.parametrize(
    "error",
    [
        psycopg.OperationalError("gone"),
        PoolTimeout("gone"),
        ClientError({"Error": {"Code": "SlowDown"}}, "PutObject"),
    ],
)
def test_a_database_or_an_object_store_that_is_away_is_waited_for(stage: Stage, error: Exception) -> None:
    job = stage.job(raising(error))
    with pytest.raises(StepFailedError, match="internal"):
        stage.perform(job)
    row = stage.engine.row(job, "work")
    assert (row["state"], row["failures"]) == ("ready", 1)


def orphan(connection: psycopg.Connection) -> None:
    connection.execute(PRODUCT)
    connection.execute("INSERT INTO periodic_runs (name, slot, job_id) VALUES ('x', now(), $1)", (uuid4(),))


def broken(connection: psycopg.Connection) -> None:
    connection.execute(PRODUCT)
    raise ZeroDivisionError


@pytest.mark.parametrize(
    "result",
    [
        done(orphan),
        done(broken),
        done(lambda c: c.execute(PRODUCT), text="x" * 17_000),
        done(lambda c: c.execute(PRODUCT), text="a\x00b"),
        done(lambda c: c.execute(PRODUCT), text="\ud83d"),
    ],
    ids=["orphan", "broken", "output too large", "NUL", "half a pair"],
)
def test_a_step_whose_products_cannot_be_stored_fails_and_leaves_none(stage: Stage, result: Done) -> None:
    job = stage.job(lambda _: result)
    with pytest.raises(StepFailedError, match="internal"):
        stage.perform(job)
    row = stage.engine.row(job, "work")
    assert (row["state"], row["error"]["code"], row["output"]) == ("failed", "internal", None)
    assert products(stage.engine) == 0


def test_what_postgres_refuses_each_time_is_not_asked_for_ever(stage: Stage) -> None:
    """Too large a request counts among psycopg's operational errors, as if Postgres were away."""
    tries: list[int] = []

    def save(connection: psycopg.Connection) -> None:
        tries.append(1)
        assert len(tries) < 3
        connection.execute("SELECT repeat('x', 2000000000)")

    job = stage.job(lambda _: done(save))
    with pytest.raises(StepFailedError, match="internal"):
        stage.perform(job)
    assert stage.engine.states(job) == {"work": "failed"}
    assert tries == [1]


def test_words_of_a_provider_that_no_row_can_hold_do_not_hang_the_step(stage: Stage) -> None:
    job = stage.job(raising(PermanentError("input_invalid", "a\x00b\ud83d")))
    with pytest.raises(StepFailedError, match="input_invalid"):
        stage.perform(job)
    assert stage.engine.row(job, "work")["error"]["message"] == "ab?"
    job = stage.job(lambda _: Done(summary="a\x00b\ud83d", output={}))
    stage.perform(job)
    assert stage.engine.row(job, "work")["message"] == "ab?"


@pytest.mark.parametrize("fenced", [False, True])
def test_answers_that_a_gate_refused_are_marked_with_the_failure_and_not_without(stage: Stage, *, fenced: bool) -> None:
    def body(run: StepRun) -> Done:
        paid = run.ledger.pay("deepl", "m", b"q", lambda: Reply(model="m", units={}, body=b"bad"))
        if fenced:
            taken_over(stage.engine, run.job_id)
        code = "output_refused"
        raise TransientError(code, rejects=(paid.id,))

    job = stage.job(body)
    if fenced:
        assert stage.perform(job) == FENCED
    else:
        with pytest.raises(StepFailedError):
            stage.perform(job)
    rows = stage.engine.connection.execute("SELECT rejected FROM provider_calls").fetchall()
    assert [row["rejected"] for row in rows] == [None if fenced else "output_refused"]


def test_a_wake_up_that_finds_nothing_says_why(stage: Stage) -> None:
    job = stage.job(lambda _: done())
    stage.claim(job)
    assert stage.performer.claim(WakeUp(job, "work", "nlp.work", "nlp")) == "duplicate wake-up"
    assert stage.performer.claim(WakeUp(uuid4(), "work", "nlp.work", "nlp")) == "no such step"


def test_a_crash_of_the_process_that_worked_alone_is_counted(stage: Stage) -> None:
    job = stage.job(lambda _: done())
    held = stage.claim(job)
    assert stage.performer.tell_crash(held).verdict == "applied"
    assert stage.engine.row(job, "work")["crashes"] == 1
    assert stage.performer.give_back(held).verdict == "repeated"
