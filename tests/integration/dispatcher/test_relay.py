"""The relay heals what was never published and what got lost, and marks nothing while Redis is away."""

from collections import Counter
from uuid import uuid4

import pytest

from services.dispatcher.relay import Relay
from shared.jobs import claims, store
from shared.jobs.kinds import QUEUES
from shared.jobs.submission import WakeUp
from tests.support.jobs import Engine, step, submission


class Redis:
    """Queues whose messages wait until a test takes them."""

    def __init__(self) -> None:
        self.away = False
        self.sent: list[WakeUp] = []
        self.taken = 0

    def lengths(self, queues: list[str]) -> dict[str, int]:
        if self.away:
            raise OSError
        waiting = Counter(wakeup.queue for wakeup in self.sent[self.taken :])
        return {queue: waiting[queue] for queue in queues}

    def publish(self, wakeups: list[WakeUp]) -> None:
        self.sent += wakeups

    def take_all(self) -> None:
        self.taken = len(self.sent)


@pytest.fixture(name="redis")
def _redis() -> Redis:
    return Redis()


@pytest.fixture(name="relay")
def _relay(redis: Redis) -> Relay:
    return Relay(redis.lengths, redis.publish)


def published_ago(engine: Engine, seconds: float) -> None:
    engine.connection.execute(
        "UPDATE job_steps SET published_at = clock_timestamp() - make_interval(secs => $1)", (seconds,)
    )


def test_what_nobody_published_is_published_in_fair_order(engine: Engine, relay: Relay, redis: Redis) -> None:
    jobs = [engine.submit(step("a")) for _ in range(5)]
    assert relay.round(engine.connection) == 5
    assert [wakeup.job_id for wakeup in redis.sent] == jobs
    assert relay.round(engine.connection) == 0


def test_a_retry_is_not_held_back_by_those_who_publish_for_themselves(
    engine: Engine, relay: Relay, redis: Redis
) -> None:
    retried = engine.submit(step("a"))
    engine.connection.execute("UPDATE job_steps SET failures = 1, attempt = 1, started_at = clock_timestamp()")
    for _ in range(20):
        own = submission([step("a")], owner_id=uuid4())
        redis.publish(store.submit(engine.connection, [own], may_publish=True))
    late = engine.submit(step("a"))
    engine.connection.execute("UPDATE job_steps SET fair = fair + 100 WHERE job_id = $1", (late,))
    assert len(redis.sent) == 20
    assert relay.round(engine.connection) == 1
    assert redis.sent[-1].job_id == retried
    assert relay.round(engine.connection) == 0


def test_messages_about_nothing_leave_room_for_what_is_due(engine: Engine, relay: Relay, redis: Redis) -> None:
    redis.publish([WakeUp(uuid4(), "a", "nlp.a", "nlp") for _ in range(100)])
    due = engine.submit(step("a"))
    assert relay.round(engine.connection) == 1
    assert redis.sent[-1].job_id == due


def test_a_queue_stays_short_so_that_the_order_stays_fair(engine: Engine, relay: Relay, redis: Redis) -> None:
    store.submit(engine.connection, [submission([step("a")]) for _ in range(50)], may_publish=False)
    assert [relay.round(engine.connection) for _ in range(2)] == [16, 0]
    redis.take_all()
    assert relay.round(engine.connection) == 0  # in the workers' hands, not yet claimed
    for wakeup in redis.sent:
        engine.succeed(wakeup.job_id, wakeup.step)
    assert relay.round(engine.connection) == 16


def test_while_redis_is_away_nothing_is_marked(engine: Engine, relay: Relay, redis: Redis) -> None:
    job = engine.submit(step("a"))
    redis.away = True
    with pytest.raises(OSError):  # noqa: PT011 - any will do
        relay.round(engine.connection)
    assert engine.row(job, "a")["published_at"] is None
    redis.away = False
    assert relay.round(engine.connection) == 1


@pytest.mark.parametrize(("seconds", "waiting", "again"), [(0.5, 0, 0), (2, 0, 1), (2, 1, 0), (11, 1, 1), (31, 16, 1)])
def test_what_was_published_and_never_claimed_is_published_again(
    engine: Engine, relay: Relay, redis: Redis, seconds: float, waiting: int, again: int
) -> None:
    job = engine.submit(step("a"))
    redis.sent = [WakeUp(job, "a", "nlp.a", "nlp")] * waiting
    published_ago(engine, seconds)
    assert relay.round(engine.connection) == again


def test_a_paused_queue_is_left_alone(engine: Engine, relay: Relay) -> None:
    engine.submit(step("a"))
    engine.pause("nlp")
    assert relay.round(engine.connection) == 0
    engine.resume("nlp")
    assert relay.round(engine.connection) == 1


def test_what_is_not_due_waits(engine: Engine, relay: Relay) -> None:
    engine.submit(step("a"))
    engine.connection.execute("UPDATE job_steps SET run_at = clock_timestamp() + interval '1 minute'")
    assert relay.round(engine.connection) == 0


def test_bulk_needs_a_live_worker_and_leaves_it_a_quarter(engine: Engine, relay: Relay) -> None:
    store.submit(engine.connection, [submission([step("a")], bulk=True) for _ in range(50)], may_publish=False)
    assert relay.round(engine.connection) == 0
    claims.beat_worker(engine.connection, claims.WorkerBeat("w", "nlp", "", 8, 0, draining=False))
    assert relay.round(engine.connection) == 6


def test_every_service_has_both_queues() -> None:
    assert sorted(QUEUES) == sorted(
        f"{service}{suffix}" for service in ("generation", "tts", "stt", "nlp") for suffix in ("", ".bulk")
    )
