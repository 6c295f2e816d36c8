"""Guards that only count when something else has already gone wrong: each is met with exactly that."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from services.dispatcher import relay as relay_module
from services.dispatcher.relay import END
from shared.jobs import claims, store
from shared.jobs import model as model_module
from shared.jobs.claims import Beat
from shared.jobs.model import LeaseExpired, Released, Succeeded
from shared.jobs.statements import SQL
from tests.support.jobs import OWNER, Engine, step, submission

LONG = 10.0  # seconds: more than anything here takes


def test_a_step_is_written_only_by_the_holder_of_the_token_it_was_decided_for(engine: Engine) -> None:
    job = engine.submit(step("a"))
    row = engine.row(job, "a")
    engine.token(job, "a")
    values = (job, "a", "succeeded", row["run_at"], 0, 0, 0, "{}", None, "", "running")
    assert engine.connection.execute(SQL["write_step"], (*values, None, None)).rowcount == 0
    assert engine.connection.execute(SQL["write_step"], (*values, OWNER, None)).rowcount == 0
    assert engine.states(job) == {"a": "running"}


def test_a_step_is_written_only_in_the_state_it_was_decided_for(engine: Engine) -> None:
    job = engine.submit(step("a"))
    token = engine.token(job, "a")
    row = engine.row(job, "a")
    engine.succeed(job, "a", token)
    values = (job, "a", "failed", row["run_at"], 1, 0, 0, None, '{"code": "x"}', "", "running", token, None)
    assert engine.connection.execute(SQL["write_step"], values).rowcount == 0
    assert engine.states(job) == {"a": "succeeded"}


def test_only_a_blocked_step_is_made_ready(engine: Engine) -> None:
    job = engine.submit(step("a"))
    engine.succeed(job, "a")
    assert engine.connection.execute(SQL["make_ready"], (job, "a", True)).rowcount == 0


def test_a_lease_that_is_renewed_while_its_end_is_decided_holds(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = engine.submit(step("a"))
    token = engine.token(job, "a")
    engine.expire(job, "a")
    beats: list[claims.BeatAnswer] = []

    def decide_late(*arguments: object) -> object:
        decision = model_module.decide(*arguments)  # type: ignore[arg-type]  # passed through
        beat = Beat(job, "a", token, 0, 0, "", moved=False)
        beats.append(claims.heartbeat(engine.connection, [beat]))
        return decision

    monkeypatch.setattr(store, "decide", decide_late)
    with engine.database.connection() as other:
        assert store.expire_lease(other, job, "a") is None
    assert beats == [claims.BeatAnswer(frozenset(), frozenset())]
    assert engine.states(job) == {"a": "running"}
    assert engine.row(job, "a")["crashes"] == 0


def test_the_dispatcher_does_not_wait_for_a_job_that_somebody_is_at(engine: Engine) -> None:
    job = engine.submit(step("a"))
    engine.token(job, "a")
    engine.expire(job, "a")
    engine.connection.execute("SET lock_timeout = 0")
    engine.connection.execute("SET statement_timeout = '2s'")
    with engine.database.connection() as other, other.transaction():
        other.execute(SQL["lock_job"], (job, None))
        assert store.expire_lease(engine.connection, job, "a") is None


@pytest.mark.parametrize(("name", "age"), [("relay_due", None), ("relay_lost", "1 minute")])
def test_two_relays_do_not_wait_for_each_other_nor_publish_twice(engine: Engine, name: str, age: str | None) -> None:
    jobs = {engine.submit(step("a")) for _ in range(3)}
    if age is not None:
        engine.connection.execute("UPDATE job_steps SET published_at = clock_timestamp() - $1::interval", (age,))
    more = END if age is None else (1.0,)
    with engine.database.connection() as other:
        with other.transaction():
            first = other.execute(SQL[name], ("nlp", 2, *more)).fetchall()
            engine.connection.execute("SET lock_timeout = '1s'")
            second = engine.connection.execute(SQL[name], ("nlp", 2, *more)).fetchall()
        assert [len(first), len(second)] == [2, 1]
    assert {row["job_id"] for row in [*first, *second]} == jobs


def test_what_ran_before_the_pause_does_not_count_as_looking_whether_it_is_over(engine: Engine) -> None:
    old, new = engine.submit(step("a")), engine.submit(step("a"))
    engine.token(old, "a")
    engine.connection.execute("INSERT INTO queues VALUES ('nlp', clock_timestamp(), 'x', 'provider')")
    assert not isinstance(engine.claim(new, "a"), str)


def test_a_success_does_not_end_a_pause_that_began_after_it(engine: Engine) -> None:
    claims.pause_for_provider(engine.connection, "nlp", "provider_overloaded", 60.0)
    claims.end_provider_pause(engine.connection, "nlp")
    assert engine.claim(engine.submit(step("a")), "a") == "paused queue"


def test_an_over_operators_pause_is_ended_by_nobody_else(engine: Engine) -> None:
    engine.connection.execute("INSERT INTO queues VALUES ('nlp', clock_timestamp(), 'x', 'operator')")
    claims.end_provider_pause(engine.connection, "nlp")
    assert engine.connection.execute("SELECT name FROM queues").fetchall() == [{"name": "nlp"}]


def test_a_provider_does_not_take_over_an_operators_pause(engine: Engine) -> None:
    engine.pause("nlp")
    claims.pause_for_provider(engine.connection, "nlp", "provider_overloaded", 60.0)
    row = engine.connection.execute("SELECT reason, paused_by FROM queues WHERE name = 'nlp'").fetchone()
    assert row == {"reason": "maintenance", "paused_by": "operator"}


def test_a_later_shorter_pause_does_not_shorten_an_earlier_one(engine: Engine) -> None:
    for seconds in (600.0, 1.0):
        claims.pause_for_provider(engine.connection, "nlp", "provider_overloaded", seconds)
    row = engine.connection.execute("SELECT min(paused_until) - clock_timestamp() AS left FROM queues").fetchone()
    assert row is not None
    assert row["left"] > timedelta(seconds=500)


def test_an_owner_whose_work_waits_for_the_relay_does_not_overtake_it(engine: Engine) -> None:
    first = submission([step("a")])
    store.submit(engine.connection, [first], may_publish=False)
    assert store.submit(engine.connection, [submission([step("a")])], may_publish=True) == []
    job = engine.submit(step("before", service="tts"), step("a", "before"))
    token = engine.token(job, "before")
    outcome = store.tell(engine.database, job, Succeeded("before", token, {}), may_publish=True)
    assert outcome.wakeups == ()


def test_beyond_the_burst_what_becomes_ready_is_left_to_the_relay(engine: Engine) -> None:
    published = 0
    for _ in range(10):
        job = engine.submit(step("before", service="tts"), step("a", "before"))
        token = engine.token(job, "before")
        outcome = store.tell(engine.database, job, Succeeded("before", token, {}), may_publish=True)
        published += len(outcome.wakeups)
    assert published == 8


@pytest.mark.parametrize(("bulk", "may_publish"), [(True, True), (False, False)])
def test_what_this_process_must_not_publish_becomes_ready_unpublished(
    engine: Engine, *, bulk: bool, may_publish: bool
) -> None:
    job = engine.submit(step("before"), step("a", "before"), bulk=bulk)
    token = engine.token(job, "before")
    outcome = store.tell(engine.database, job, Succeeded("before", token, {}), may_publish=may_publish)
    assert outcome.wakeups == ()
    assert engine.row(job, "a")["published_at"] is None


def test_a_step_that_comes_back_is_published_anew(engine: Engine) -> None:
    job = engine.submit(step("a"))
    engine.connection.execute("UPDATE job_steps SET published_at = clock_timestamp()")
    engine.tell(job, Released("a", engine.token(job, "a")))
    assert engine.row(job, "a")["published_at"] is None


def test_a_paused_queue_is_not_published_into_also_if_its_steps_were_lost(engine: Engine) -> None:
    engine.submit(step("a"))
    engine.connection.execute("UPDATE job_steps SET published_at = clock_timestamp() - interval '1 hour'")
    engine.pause("nlp")
    sent: list[object] = []
    relay = relay_module.Relay(lambda queues: dict.fromkeys(queues, 0), sent.extend)
    assert relay.round(engine.connection) == 0
    assert sent == []


def test_two_expiries_of_one_lease_are_one_crash(engine: Engine) -> None:
    job = engine.submit(step("a"))
    engine.token(job, "a")
    engine.expire(job, "a")
    barrier = threading.Barrier(4)

    def race() -> str:
        barrier.wait(LONG)
        return engine.tell(job, LeaseExpired("a")).verdict

    with ThreadPoolExecutor(4) as pool:
        verdicts = [future.result(LONG) for future in [pool.submit(race) for _ in range(4)]]
    assert sorted(verdicts) == ["applied", "refused", "refused", "refused"]
    assert engine.row(job, "a")["crashes"] == 1
