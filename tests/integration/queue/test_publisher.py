"""Wake-ups and notices on a real Redis, also one that goes away and comes back."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from redis import Redis as Client
from redis import RedisError

from deploy.local import redis
from deploy.local.children import spawn
from shared.jobs.submission import WakeUp
from shared.queue import publisher as module
from shared.queue.app import make_celery
from shared.queue.publisher import JOB_CHANNEL, Publisher
from tests.support.ports import free_port
from tests.support.processes import eventually

LONG = 10.0  # seconds: more than anything here takes


@contextmanager
def running(server: redis.Redis) -> Iterator[subprocess.Popen[bytes]]:
    process = spawn(server.child(), server.data / "log")
    try:
        with Client.from_url(server.url) as client:
            assert eventually(lambda: answers(client))
        yield process
    finally:
        process.kill()
        process.wait()


def answers(client: Client) -> bool:
    try:
        return bool(client.ping())
    except (OSError, RedisError):
        return False


def wakeup() -> WakeUp:
    return WakeUp(uuid4(), "a", "nlp.a", "nlp")


def test_a_wake_up_is_three_words_in_its_services_queue(redis_url: str) -> None:
    mine = Publisher(make_celery(redis_url), redis_url)
    sent = wakeup()
    mine.publish([sent])
    assert mine.flush(LONG)
    with Client.from_url(redis_url) as client:
        assert [client.llen(queue) for queue in ("nlp", "nlp.bulk", "celery", "tts")] == [1, 0, 0, 0]
        message = client.lpop("nlp")
    assert isinstance(message, bytes)
    assert b'"task": "nlp.a"' in message
    assert str(sent.job_id).encode() in message


def test_whoever_waits_for_a_job_is_told(redis_url: str) -> None:
    job = uuid4()
    with Client.from_url(redis_url) as client, client.pubsub(ignore_subscribe_messages=True) as listener:
        listener.subscribe(JOB_CHANNEL)
        listener.get_message(timeout=LONG)
        Publisher(make_celery(redis_url), redis_url).notify([job])
        heard: list[bytes] = []

        def hears() -> bool:
            message = listener.get_message(timeout=0.1)
            heard.extend([message["data"]] if message else [])
            return bool(heard)

        assert eventually(hears)
    assert heard == [str(job).encode()]


def test_a_redis_that_was_away_is_used_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SULK", 0.5)
    server = redis.Redis(binary=redis.binary(), data=tmp_path, port=free_port(), password="made-up")
    mine = Publisher(make_celery(server.url), server.url)
    with running(server):
        mine.publish([wakeup()])
        assert mine.flush(LONG)
        assert mine.healthy
    mine.publish([wakeup()])
    assert mine.flush(LONG)
    assert not mine.healthy
    with running(server), Client.from_url(server.url) as client:
        assert eventually(lambda: mine.healthy)
        client.delete("nlp")
        mine.publish([wakeup()])
        assert mine.flush(LONG)
        assert mine.healthy
        assert client.llen("nlp") == 1
