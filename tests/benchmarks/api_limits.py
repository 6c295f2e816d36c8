"""What the rate limits cost a poll, beside the same poll without them.

`python -m tests.benchmarks.api_limits`: prints ratios, asserts nothing. ASGI in one process, Postgres and Redis on
loopback; no HTTP parsing and no client, so the share of the limits is larger here than for whoever polls.
"""

import asyncio
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch

from litestar import Litestar
from redis.asyncio import Redis

from services.api import app as api_app
from services.api.accounts.queries import StoredCallers
from services.api.auth import KeyRing
from services.api.database import Database
from services.api.limits.storage import Windows, redis_storage
from tests.benchmarks.engine_stand import Times, engine_stand, show
from tests.support.api import TOKENS, application, lonely_resources, started
from tests.support.jobs import Engine, step
from tests.support.people import new_person
from tests.support.redis import running_redis

ROUNDS = 1500
PLAN = "INSERT INTO plans VALUES ('tireless', 1000000, 1000000, 1000) ON CONFLICT DO NOTHING"


async def no_limits(*_: object) -> None:
    """In the place of the guard."""


async def poll(app: Litestar, path: str, key: str) -> int:
    """One request, as the server hands it over; its status."""
    statuses: list[int] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    headers = [(b"host", b"api.test"), (b"authorization", b"Bearer " + key.encode())]
    scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b""}
    scope |= {"headers": headers, "client": ("127.0.0.1", 1), "server": ("api.test", 80), "scheme": "http"}
    await app({**scope, "root_path": "", "http_version": "1.1", "asgi": {"version": "3.0"}}, receive, send)  # type: ignore[arg-type]
    return statuses[0]


async def measure(engine: Engine, database_url: str, redis_url: str) -> tuple[Times, Times]:
    """Polls without and with limits, by turns."""
    engine.connection.execute(PLAN)
    person = new_person(engine.connection, "poller")
    engine.connection.execute("UPDATE accounts SET plan = 'tireless'")
    path = f"/api/jobs/{engine.submit(step('a'), owner_id=person.id)}"
    async with AsyncExitStack() as stack:
        database, redis = Database(database_url), Redis.from_url(redis_url)
        await database.open()
        stack.push_async_callback(database.close)
        stack.push_async_callback(redis.aclose)
        ring = KeyRing(StoredCallers(database), TOKENS.read)
        windows = Windows(redis_storage(redis))
        resources = lonely_resources(database=database, redis=redis, key_ring=ring, windows=windows)
        with patch.object(api_app, "within_limits", no_limits):
            without = application(resources)
        apps = (without, application(resources))
        for app in apps:
            await stack.enter_async_context(started(app))
        taken: tuple[list[tuple[float, float]], ...] = ([], [])
        for turn in range(ROUNDS):
            for app, times in zip(apps, taken, strict=True):
                wall, cpu = time.perf_counter(), time.process_time()
                status = await poll(app, path, person.key)
                if turn >= ROUNDS // 10:
                    times.append((time.perf_counter() - wall, time.process_time() - cpu))
                if status != 200:
                    raise RuntimeError(status)
    first, second = (Times(*(1000 * median(column) for column in zip(*times, strict=True))) for times in taken)
    return first, second


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder, running_redis(Path(folder)) as redis, engine_stand() as engine:
        url = str(engine.database.conninfo)
        without, with_limits = asyncio.run(measure(engine, url, redis.url))
        show("poll a job with rate limits, beside without", without, with_limits)


if __name__ == "__main__":
    main()
