"""Claims, heartbeats and pauses on real rows."""

from uuid import uuid4

from shared.jobs import claims, store
from shared.jobs.claims import Beat
from shared.jobs.model import CancelAsked, Failed, StepFailure
from shared.jobs.submission import WakeUp
from tests.support.jobs import Engine, step


def beat(job: object, name: str, token: object, **changes: object) -> Beat:
    values = {"job_id": job, "step": name, "token": token, "done": 0, "total": 0, "message": "", "moved": False}
    return Beat(**{**values, **changes})  # type: ignore[arg-type]  # made of kwargs


def test_a_step_is_claimed_once(engine: Engine) -> None:
    job = engine.submit(step("a"))
    engine.token(job, "a")
    assert engine.claim(job, "a") == "duplicate wake-up"


def test_a_claim_whose_reply_was_lost_is_still_ours(engine: Engine) -> None:
    job = engine.submit(step("a"))
    token = engine.token(job, "a")
    again = engine.claim(job, "a", token=token)
    assert not isinstance(again, str)
    assert again.attempt == 1


def test_a_forged_wake_up_does_nothing(engine: Engine) -> None:
    job = engine.submit(step("a"), step("b", "a"))
    forged = WakeUp(job, "a", "tts.a", "tts")
    assert claims.claim(engine.connection, forged, uuid4(), "w") == "duplicate wake-up"
    assert engine.claim(job, "b") == "duplicate wake-up"
    assert claims.claim(engine.connection, WakeUp(uuid4(), "a", "nlp.a", "nlp"), uuid4(), "w") == "no such step"
    assert engine.states(job) == {"a": "ready", "b": "blocked"}


def test_a_step_is_not_claimed_before_its_time(engine: Engine) -> None:
    job = engine.submit(step("a"))
    engine.connection.execute("UPDATE job_steps SET run_at = clock_timestamp() + interval '1 minute'")
    assert engine.claim(job, "a") == "duplicate wake-up"


def test_a_heartbeat_renews_also_past_the_end_as_long_as_nobody_took_over(engine: Engine) -> None:
    job = engine.submit(step("a"))
    token = engine.token(job, "a")
    engine.expire(job, "a")
    answer = claims.heartbeat(engine.connection, [beat(job, "a", token, done=2, total=5, message="x", moved=True)])
    assert (answer.lost, answer.cancelled) == (frozenset(), frozenset())
    outcome = store.expire_lease(engine.connection, job, "a")
    assert outcome is not None
    assert outcome.verdict == "refused"
    row = engine.row(job, "a")
    assert (row["progress_done"], row["progress_total"], row["message"]) == (2, 5, "x")


def test_a_heartbeat_tells_what_is_lost_and_what_is_cancelled(engine: Engine) -> None:
    lost, kept, cancelled = (engine.submit(step("a")) for _ in range(3))
    tokens = {job: engine.token(job, "a") for job in (lost, kept, cancelled)}
    engine.expire(lost, "a")
    store.expire_lease(engine.connection, lost, "a")
    engine.token(lost, "a")
    engine.tell(cancelled, CancelAsked("asked"))
    answer = claims.heartbeat(engine.connection, [beat(job, "a", token) for job, token in tokens.items()])
    assert answer.lost == {(lost, "a")}
    assert answer.cancelled == {(cancelled, "a")}


def test_progress_counts_only_when_it_moved(engine: Engine) -> None:
    job = engine.submit(step("a"))
    token = engine.token(job, "a")
    before = engine.row(job, "a")["progress_seq"]
    claims.heartbeat(engine.connection, [beat(job, "a", token)])
    assert engine.row(job, "a")["progress_seq"] == before
    claims.heartbeat(engine.connection, [beat(job, "a", token, moved=True)])
    assert engine.row(job, "a")["progress_seq"] == before + 1


def test_no_beat_without_leases(engine: Engine) -> None:
    assert claims.heartbeat(engine.connection, []) == claims.BeatAnswer(frozenset(), frozenset())


def test_a_paused_queue_gives_nothing_and_counts_nothing(engine: Engine) -> None:
    job = engine.submit(step("a"))
    engine.pause("nlp")
    assert engine.claim(job, "a") == "paused queue"
    assert engine.row(job, "a")["attempt"] == 0
    engine.resume("nlp")
    assert not isinstance(engine.claim(job, "a"), str)


def test_after_a_providers_pause_one_step_is_let_through_to_see(engine: Engine) -> None:
    jobs = [engine.submit(step("a")) for _ in range(3)]
    claims.pause_for_provider(engine.connection, "nlp", "provider_rate_limited", 60.0)
    assert engine.claim(jobs[0], "a") == "paused queue"
    engine.connection.execute("UPDATE queues SET paused_until = clock_timestamp()")
    probe = engine.claim(jobs[0], "a")
    assert not isinstance(probe, str)
    assert probe.half_open
    assert engine.claim(jobs[1], "a") == "paused queue"
    claims.end_provider_pause(engine.connection, "nlp")
    assert not isinstance(engine.claim(jobs[1], "a"), str)


def test_a_probe_that_fails_makes_room_for_the_next(engine: Engine) -> None:
    jobs = [engine.submit(step("a")) for _ in range(2)]
    claims.pause_for_provider(engine.connection, "nlp", "provider_overloaded", 60.0)
    engine.connection.execute("UPDATE queues SET paused_until = clock_timestamp()")
    token = engine.token(jobs[0], "a")
    failure = StepFailure("provider_timeout")
    engine.tell(jobs[0], Failed(step="a", token=token, failure=failure, transient=True))
    assert not isinstance(engine.claim(jobs[1], "a"), str)


def test_an_operators_pause_that_is_over_needs_nobody_to_look(engine: Engine) -> None:
    jobs = [engine.submit(step("a")) for _ in range(2)]
    engine.pause("nlp", seconds=60.0)
    assert engine.claim(jobs[0], "a") == "paused queue"
    engine.connection.execute("UPDATE queues SET paused_until = clock_timestamp()")
    for job in jobs:
        claimed = engine.claim(job, "a")
        assert not isinstance(claimed, str)
        assert not claimed.half_open


def test_a_provider_never_ends_an_operators_pause(engine: Engine) -> None:
    job = engine.submit(step("a"))
    engine.pause("nlp")
    claims.pause_for_provider(engine.connection, "nlp", "provider_overloaded", 0.001)
    claims.end_provider_pause(engine.connection, "nlp")
    assert engine.claim(job, "a") == "paused queue"
