"""A disposable embedded Redis for one test process."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local import redis
from deploy.local.children import spawn
from deploy.local.ports import is_open
from deploy.local.waiting import wait_until
from tests.support.ports import free_port

START_TIMEOUT = 30.0  # seconds, on a busy machine


@contextmanager
def running_redis(folder: Path) -> Iterator[redis.Redis]:
    """An empty server that keeps its file in `folder`, ended afterwards; it cannot outlive this process."""
    server = redis.Redis(binary=redis.binary(), data=folder, port=free_port(), password="made-up")
    log = folder / "redis.log"
    process = spawn(server.child(), log)
    try:
        assert wait_until(lambda: is_open(server.port), START_TIMEOUT), log.read_text()
        yield server
    finally:
        process.terminate()
        process.wait()
