"""The API over real servers, with two owners."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress

import httpx
import msgspec
import pytest
from redis.asyncio import Redis

from services.api.accounts.operators import NewKey, create_key
from services.api.accounts.queries import StoredCallers
from services.api.auth import KeyRing
from services.api.database import Database
from services.api.jobs.waiting import JobWatch, listen
from services.api.limits.storage import Windows, redis_storage
from services.api.resources import Resources
from shared.queue.publisher import JOB_CHANNEL
from tests.support.api import TOKENS, SilentPublisher, application, client, lonely_resources, started
from tests.support.jobs import Engine
from tests.support.waiting import becomes


class Api(msgspec.Struct, frozen=True):
    """The running API, seen from two owners."""

    mine: httpx.AsyncClient
    theirs: httpx.AsyncClient
    key: NewKey
    engine: Engine
    resources: Resources
    publisher: SilentPublisher

    async def order(self, **changes: object) -> httpx.Response:
        """Order an article that needs no narration."""
        order = {"language": "de", "level": "A2", "topic": "cats", "narrate": False, **changes}
        return await self.mine.post("/api/generation/articles", json=order)


@pytest.fixture
async def api(engine: Engine, clean_database: str, redis_url: str) -> AsyncIterator[Api]:
    """The API over an empty database. Waiting clients are woken by Redis alone: nobody reads again by himself."""
    async with AsyncExitStack() as stack:
        database = Database(clean_database)
        await database.open()
        stack.push_async_callback(database.close)
        redis = Redis.from_url(redis_url)
        stack.push_async_callback(redis.aclose)
        publisher = SilentPublisher()
        resources = lonely_resources(
            database=database,
            engine=engine.database,
            redis=redis,
            publisher=publisher,
            watch=JobWatch(reread=3600.0),
            key_ring=KeyRing(StoredCallers(database), TOKENS.read),
            windows=Windows(redis_storage(redis)),
        )
        key, other = create_key(engine.connection, "mine"), create_key(engine.connection, "theirs")
        app = application(resources)
        await stack.enter_async_context(started(app))
        mine = await stack.enter_async_context(client(app, key.key))
        theirs = await stack.enter_async_context(client(app, other.key))
        yield Api(mine, theirs, key, engine, resources, publisher)


async def subscribed(redis: Redis) -> bool:
    """True while somebody listens to job messages."""
    return bool((await redis.pubsub_numsub(JOB_CHANNEL))[0][1])


@pytest.fixture
async def listening(api: Api) -> AsyncIterator[Redis]:
    """The Redis that the API has subscribed to."""
    redis = api.resources.redis
    task = asyncio.create_task(listen(redis, api.resources.watch))
    await becomes(lambda: subscribed(redis))
    yield redis
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
