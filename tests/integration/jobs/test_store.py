"""Transitions on real rows."""

from datetime import timedelta
from uuid import UUID, uuid4

import msgspec
import psycopg
import pytest

from shared.jobs import store
from shared.jobs.model import CancelAsked, Failed, Released, StepFailure, Succeeded, decide
from tests.support.jobs import OWNER, Engine, diamond, step, submission


def test_a_diamond_runs_to_its_end(engine: Engine) -> None:
    job = engine.submit(*diamond())
    assert engine.states(job) == {"first": "ready", "left": "blocked", "right": "blocked", "last": "blocked"}
    for name in ("first", "left", "right"):
        engine.succeed(job, name)
    assert engine.states(job)["last"] == "ready"
    assert engine.succeed(job, "last").state == "succeeded"
    assert engine.state(job) == "succeeded"


def test_outputs_reach_the_steps_behind(engine: Engine) -> None:
    job = engine.submit(step("a"), step("b", "a"))
    engine.succeed(job, "a")
    claimed = engine.claim(job, "b")
    assert not isinstance(claimed, str)
    assert claimed.outputs == {"a": {"of": "a"}}


def test_many_jobs_are_created_together_or_not_at_all(engine: Engine) -> None:
    good, bad = submission([step("a")]), submission([step("a")], input=msgspec.Raw(b'"\\u0000"'))
    with pytest.raises(psycopg.DataError):
        store.submit(engine.connection, [good, bad], may_publish=False)
    assert engine.connection.execute("SELECT count(*) AS n FROM jobs").fetchone() == {"n": 0}


def test_products_and_the_finish_are_one_transaction(engine: Engine) -> None:
    job = engine.submit(step("a"))
    token = engine.token(job, "a")

    def save(connection: psycopg.Connection[dict[str, object]]) -> None:
        connection.execute("INSERT INTO queues VALUES ('product', 'infinity', '', 'operator')")
        connection.execute("SELECT 1/0")

    with pytest.raises(psycopg.errors.DivisionByZero):
        store.tell(engine.database, job, Succeeded("a", token, {}), save=save)
    assert engine.states(job) == {"a": "running"}
    assert engine.connection.execute("SELECT count(*) AS n FROM queues").fetchone() == {"n": 0}


def test_products_of_a_zombie_are_not_stored(engine: Engine) -> None:
    job = engine.submit(step("a"))
    stale = engine.token(job, "a")
    engine.expire(job, "a")
    store.expire_lease(engine.connection, job, "a")
    engine.token(job, "a")
    saved: list[str] = []
    outcome = store.tell(
        engine.database, job, Succeeded("a", stale, {"of": "zombie"}), save=lambda _: saved.append("product")
    )
    assert (outcome.verdict, saved) == ("fenced", [])
    assert engine.states(job) == {"a": "running"}


def test_cancel_is_the_owners(engine: Engine) -> None:
    job = engine.submit(step("a"))
    with pytest.raises(store.JobNotFoundError):
        store.cancel(engine.database, job, uuid4())
    assert engine.states(job) == {"a": "ready"}
    assert store.cancel(engine.database, job, OWNER).state == "cancelled"
    with pytest.raises(store.JobEndedError) as refused:
        store.cancel(engine.database, job, OWNER)
    assert refused.value.state == "cancelled"


def refused_retry(engine: Engine, job: UUID) -> str:
    """The state in which a retry is refused."""
    with pytest.raises(store.JobNotRetryableError) as refused:
        store.retry(engine.database, job, OWNER)
    return refused.value.state


def test_retry_is_the_owners_and_only_of_what_did_not_succeed(engine: Engine) -> None:
    job = engine.submit(step("a"))
    assert refused_retry(engine, job) == "queued"
    token = engine.token(job, "a")
    assert refused_retry(engine, job) == "running"
    store.cancel(engine.database, job, OWNER)
    assert refused_retry(engine, job) == "cancelling"
    engine.succeed(job, "a", token)
    assert refused_retry(engine, job) == "succeeded"
    with pytest.raises(store.JobNotFoundError):
        store.retry(engine.database, job, uuid4())


def test_a_retry_keeps_what_was_paid_for(engine: Engine) -> None:
    job = engine.submit(step("a"), step("b", "a"))
    engine.succeed(job, "a")
    engine.fail(job, "b")
    new, _ = store.retry(engine.database, job, OWNER)
    assert engine.states(new) == {"a": "succeeded", "b": "ready"}
    assert engine.row(new, "a")["copied"]
    claimed = engine.claim(new, "b")
    assert not isinstance(claimed, str)
    assert claimed.outputs == {"a": {"of": "a"}}
    assert store.retry(engine.database, job, OWNER) == (new, ())


@pytest.mark.parametrize(("bulk", "days"), [(False, 1), (True, 7)])
def test_a_retry_has_as_long_as_its_job_had(engine: Engine, bulk: bool, days: int) -> None:  # noqa: FBT001 - a case
    job = engine.submit(step("a"), bulk=bulk)
    engine.fail(job, "a")
    new, _ = store.retry(engine.database, job, OWNER)
    life = "SELECT expires_at - created_at AS life FROM jobs WHERE id = $1"
    (row,) = engine.connection.execute(life, (new,)).fetchall()
    assert abs(row["life"] - timedelta(days=days)) < timedelta(seconds=5)


def test_an_output_has_a_size(engine: Engine) -> None:
    job = engine.submit(step("a"))
    token = engine.token(job, "a")
    with pytest.raises(psycopg.errors.CheckViolation):
        engine.tell(job, Succeeded("a", token, {"text": "x" * 17_000}))
    assert engine.states(job) == {"a": "running"}


def test_attempts_add_up(engine: Engine) -> None:
    job = engine.submit(step("a", max_failures=9))
    engine.fail(job, "a", "provider_timeout", transient=True)
    engine.connection.execute("UPDATE job_steps SET run_at = clock_timestamp()")
    engine.tell(job, Released("a", engine.token(job, "a")))
    token = engine.token(job, "a")
    engine.expire(job, "a")
    store.expire_lease(engine.connection, job, "a")
    assert engine.tell(job, Succeeded("a", token, {})).verdict == "repeated"
    engine.succeed(job, "a")
    row = engine.row(job, "a")
    assert (row["attempt"], row["failures"], row["crashes"], row["releases"]) == (4, 1, 1, 1)


def test_a_job_past_its_deadline_expires(engine: Engine) -> None:
    job = engine.submit(step("a"), expires_in_s=60.0)
    outcome = store.expire_job(engine.connection, job)
    assert outcome is not None
    assert outcome.verdict == "refused"
    engine.connection.execute("UPDATE jobs SET expires_at = clock_timestamp()")
    outcome = store.expire_job(engine.connection, job)
    assert outcome is not None
    assert outcome.state == "expired"


def test_a_transition_waits_for_a_claim_that_came_in_between(engine: Engine) -> None:
    """The decision saw `ready`; the row says `running` by the time it is written: everything is decided again."""
    job = engine.submit(step("a"))
    tokens: list[UUID] = []

    def decide_late(*arguments: object) -> object:
        decision = decide(*arguments)  # type: ignore[arg-type]  # passed through
        if not tokens:
            tokens.append(engine.token(job, "a"))
        return decision

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "decide", decide_late)
        outcome = engine.tell(job, CancelAsked("asked"))
    assert outcome.state == "running"
    assert engine.states(job) == {"a": "running"}
    assert engine.tell(job, Succeeded("a", tokens[0], {})).state == "succeeded"


def test_a_failure_after_the_reply_was_lost_is_heard_once(engine: Engine) -> None:
    job = engine.submit(step("a", max_failures=9))
    token = engine.token(job, "a")
    event = Failed(step="a", token=token, failure=StepFailure("provider_timeout"), transient=True)
    assert engine.tell(job, event).verdict == "applied"
    assert engine.tell(job, event).verdict == "repeated"
    assert engine.row(job, "a")["failures"] == 1
