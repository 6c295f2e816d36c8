"""Each thing that can happen to a step is driven once, and the numbers tell the same story."""

from collections.abc import Callable
from uuid import uuid4

import psycopg
import pytest
from prometheus_client import CollectorRegistry

from services.dispatcher import leases
from services.dispatcher.leases import Leases
from services.dispatcher.relay import Relay
from shared.db.session import open_database, pool_use
from shared.jobs import store
from shared.jobs.errors import PermanentError, StepStoppedError, TransientError
from shared.jobs.model import LEASE
from shared.jobs.steps import Done
from shared.jobs.submission import WakeUp
from shared.ledger.ports import Reply
from shared.observability.metrics import OUTCOMES, DispatcherMetrics
from shared.queue.task import StepBody, StepFailedError, StepRun
from tests.support.jobs import OWNER, Engine, step
from tests.support.performing import Stage, done, raising
from tests.support.processes import eventually


@pytest.fixture
def stage(engine: Engine) -> Stage:
    """A stage over an empty database."""
    return Stage(engine)


def value(registry: CollectorRegistry, name: str, **labels: str) -> float:
    return registry.get_sample_value(name, labels) or 0.0


def outcomes(stage: Stage) -> dict[str, float]:
    """Attempts by outcome, without the zeros."""
    registry = stage.metrics.registry
    counts = {each: value(registry, "parlance_steps_total", task="nlp.work", outcome=each) for each in OUTCOMES}
    return {outcome: count for outcome, count in counts.items() if count}


def failing(error: Exception) -> Callable[[Stage], StepBody]:
    return lambda _: raising(error)


def cancelled(stage: Stage, run: StepRun) -> None:
    store.cancel(stage.engine.database, run.job_id, OWNER)


def cancelled_and_stopped(stage: Stage) -> StepBody:
    def body(run: StepRun) -> Done:
        cancelled(stage, run)
        raise StepStoppedError

    return body


def cancelled_and_failed(stage: Stage) -> StepBody:
    def body(run: StepRun) -> Done:
        cancelled(stage, run)
        raise TransientError("provider_timeout")

    return body


def taken_over(stage: Stage) -> StepBody:
    def body(run: StepRun) -> Done:
        stage.engine.lose(run.job_id, "work")
        stage.engine.token(run.job_id, "work")
        return done()

    return body


def released(stage: Stage) -> StepBody:
    def body(run: StepRun) -> Done:
        stage.performer.release(stage.heart.watches()[0])
        run.watch.check()
        return done()

    return body


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (lambda _: lambda _: done(), "succeeded"),
        (failing(PermanentError("input_invalid")), "failed"),
        (failing(TransientError("provider_unavailable")), "retried"),
        (failing(TransientError("provider_overloaded")), "snoozed"),
        (cancelled_and_stopped, "stopped"),
        (cancelled_and_failed, "stopped"),
        (taken_over, "fenced"),
        (released, "released"),
    ],
    ids=["success", "error", "transient", "throttled", "cancel", "cancel and error", "lost lease", "shutdown"],
)
def test_an_attempt_is_counted_once_by_its_outcome(
    stage: Stage, body: Callable[[Stage], StepBody], outcome: str
) -> None:
    job = stage.job(body(stage))
    try:
        stage.perform(job)
    except StepFailedError:
        assert outcome in {"failed", "retried", "stopped"}
    assert outcomes(stage) == {outcome: 1}
    assert value(stage.metrics.registry, "parlance_step_seconds_count", task="nlp.work") == 1


def test_an_error_at_the_last_try_is_a_failure(stage: Stage) -> None:
    job = stage.job(raising(TransientError("provider_unavailable")))
    tries = stage.engine.row(job, "work")["max_failures"]
    for _ in range(tries):
        stage.engine.connection.execute("UPDATE job_steps SET run_at = clock_timestamp()")
        with pytest.raises(StepFailedError):
            stage.perform(job)
    assert outcomes(stage) == {"retried": tries - 1, "failed": 1}


def test_a_crash_of_the_process_that_performs_a_step_alone_is_counted(stage: Stage) -> None:
    held = stage.claim(stage.job(lambda _: done()))
    stage.performer.tell_crash(held)
    stage.performer.tell_crash(held)  # told again, as after a lost reply
    assert outcomes(stage) == {"crashed": 1}


def claimed(stage: Stage, result: str, queue: str = "nlp") -> float:
    return value(stage.metrics.registry, "parlance_claims_total", queue=queue, result=result)


def test_wake_ups_are_counted_by_what_came_of_them(stage: Stage) -> None:
    job = stage.job(lambda _: done())
    stage.engine.pause("nlp")
    stage.performer.claim(WakeUp(job, "work", "nlp.work", "nlp"))
    stage.engine.resume("nlp")
    stage.claim(job)
    stage.performer.claim(WakeUp(job, "work", "nlp.work", "nlp"))
    stage.performer.claim(WakeUp(uuid4(), "work", "nlp.work", "nlp"))
    stage.performer.claim(WakeUp(uuid4(), "work", "nlp.work", "a name that somebody made up"))
    assert {name: claimed(stage, name) for name in ("paused", "claimed", "duplicate", "unknown")} == {
        "paused": 1,
        "claimed": 1,
        "duplicate": 1,
        "unknown": 1,
    }
    assert claimed(stage, "unknown", queue="unknown") == 1


def provider_calls(stage: Stage, result: str) -> float:
    labels = {"provider": "deepl", "model": "quality", "result": result}
    return value(stage.metrics.registry, "parlance_provider_calls_total", **labels)


def test_a_call_is_counted_with_its_cost_and_the_memo_apart(stage: Stage) -> None:
    answer = Reply(model="whatever answered", units={"characters": 1000}, body=b"answer")

    def body(run: StepRun) -> Done:
        for _ in range(2):
            run.ledger.pay("deepl", "quality", b"the same", lambda: answer)
        return done()

    stage.perform(stage.job(body))
    assert (provider_calls(stage, "answered"), provider_calls(stage, "memo")) == (1, 1)
    assert value(stage.metrics.registry, "parlance_provider_seconds_count", provider="deepl") == 1
    row = stage.engine.connection.execute("SELECT micro_usd, sandbox FROM provider_calls").fetchone()
    assert row is not None
    cost = {"provider": "deepl", "model": "quality", "sandbox": str(row["sandbox"]).lower()}
    assert row["micro_usd"] > 0
    assert value(stage.metrics.registry, "parlance_provider_cost_micro_usd_total", **cost) == row["micro_usd"]


@pytest.mark.parametrize(
    ("error", "result"),
    [
        (TransientError("provider_rate_limited", retry_after=3.0), "provider_rate_limited"),
        (StepStoppedError(), "stopped"),
        (ValueError("ours"), "internal"),
    ],
)
def test_a_call_that_fails_is_counted_by_its_code(stage: Stage, error: Exception, result: str) -> None:
    def call() -> Reply:
        raise error

    def body(run: StepRun) -> Done:
        run.ledger.pay("deepl", "quality", b"x", call)
        return done()

    job = stage.job(body)
    try:
        stage.perform(job)
    except StepFailedError:
        assert result == "internal"
    assert provider_calls(stage, result) == 1
    assert value(stage.metrics.registry, "parlance_provider_seconds_count", provider="deepl") == 1


def test_the_pool_is_shown_as_it_is(clean_database: str) -> None:
    with open_database(clean_database, "test", most=1) as pool:
        with pool.connection():
            use = pool_use(pool)
            assert (use.in_use, use.idle, use.waiting) == (1, 0, 0)
        assert eventually(lambda: pool_use(pool).idle == 1)  # the pool takes it back in a thread of its own
        assert pool_use(pool).in_use == 0


@pytest.fixture
def dispatcher() -> DispatcherMetrics:
    """Nothing counted yet."""
    return DispatcherMetrics(["leases"])


def test_expired_leases_and_jobs_are_counted(
    engine: Engine, dispatcher: DispatcherMetrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "_server_age", lambda _: 2 * LEASE)
    jobs = [engine.submit(step("work"), bulk=True) for _ in range(2)]
    engine.token(jobs[0], "work")
    engine.expire(jobs[0], "work")
    engine.connection.execute("UPDATE jobs SET expires_at = clock_timestamp() WHERE id = $1", (jobs[1],))
    for _ in range(2):
        Leases(dispatcher).round(engine.connection, 0.0)
    assert value(dispatcher.registry, "parlance_leases_expired_total", queue="nlp.bulk") == 1
    assert value(dispatcher.registry, "parlance_jobs_expired_total") == 1


def relayed(dispatcher: DispatcherMetrics, reason: str) -> float:
    return value(dispatcher.registry, "parlance_relayed_steps_total", queue="nlp", reason=reason)


def test_the_relay_counts_what_was_due_and_what_was_lost_and_how_late_it_was(
    engine: Engine, dispatcher: DispatcherMetrics
) -> None:
    def lengths(queues: list[str]) -> dict[str, int]:
        return dict.fromkeys(queues, 0)

    relay = Relay(lengths, lambda _: None, dispatcher)
    engine.submit(step("work"))
    engine.connection.execute("UPDATE job_steps SET run_at = clock_timestamp() - interval '40 seconds'")
    relay.round(engine.connection)
    assert (relayed(dispatcher, "due"), relayed(dispatcher, "lost")) == (1, 0)
    engine.connection.execute("UPDATE job_steps SET published_at = clock_timestamp() - interval '5 seconds'")
    relay.round(engine.connection)
    assert (relayed(dispatcher, "due"), relayed(dispatcher, "lost")) == (1, 1)
    assert value(dispatcher.registry, "parlance_relay_lag_seconds_count", queue="nlp") == 1
    assert 40 <= value(dispatcher.registry, "parlance_relay_lag_seconds_sum", queue="nlp") < 60


def test_a_claim_knows_the_request_that_made_its_job(stage: Stage) -> None:
    job = stage.job(lambda _: done(), request_id="from-the-client")
    assert stage.claim(job).request_id == "from-the-client"


def test_errors_of_postgres_quote_rows_behind_the_first_line(engine: Engine) -> None:
    """Why the log keeps the first line only."""
    with pytest.raises(psycopg.Error) as caught:
        engine.connection.execute("INSERT INTO queues VALUES ('a text', NULL, '', 'operator')")
    assert "a text" in str(caught.value)
    assert "a text" not in str(caught.value).splitlines()[0]
