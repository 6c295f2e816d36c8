"""What one API process holds on to while it runs: pools, connections, the register of waiting clients."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

import msgspec
from redis.asyncio import Redis

from services.api.accounts.access_tokens import AccessTokens
from services.api.accounts.passwords import Passwords, strong
from services.api.accounts.queries import StoredCallers
from services.api.afterwork import Afterwork
from services.api.auth import KeyRing
from services.api.database import Database
from services.api.jobs.waiting import JobWatch, listen
from services.api.limits.storage import Windows, redis_storage
from services.api.settings import Settings
from shared.blobs.ports import Blobs
from shared.blobs.s3 import S3Blobs
from shared.db.session import Database as EngineDatabase
from shared.db.session import open_database
from shared.queue.app import make_celery
from shared.queue.publisher import Publisher

ENGINE_CONNECTIONS = 4
"""For what happens in transactions (cancel, retry, what a learner keeps); with the hot paths' pool they make the API's
share of `max_connections`."""
FLUSH = 2.0  # seconds to send what is still to be published when the process stops


class Resources(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the routes work with."""

    database: Database
    engine: EngineDatabase
    redis: Redis
    blobs: Blobs
    publisher: Publisher
    watch: JobWatch
    key_ring: KeyRing
    tokens: AccessTokens
    passwords: Passwords
    windows: Windows
    afterwork: Afterwork = msgspec.field(default_factory=Afterwork)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def sign(self, key: str, seconds: int) -> str:
        """An address from which anybody can read an object for so long."""
        return self.blobs.presigned_url(key, seconds=seconds)


@asynccontextmanager
async def open_resources(settings: Settings) -> AsyncIterator[Resources]:
    """Everything made from settings, and closed again. Nothing needs to answer yet: `/readyz` tells what does not."""
    database = Database(settings.database_url)
    await database.open()
    redis = Redis.from_url(settings.redis_url, socket_connect_timeout=2.0, socket_keepalive=True)
    publisher = Publisher(make_celery(settings.redis_url), settings.redis_url)
    engine = open_database(settings.database_url, "api", most=ENGINE_CONNECTIONS)
    tokens = AccessTokens(settings.token_keys)
    resources = Resources(
        database=database,
        engine=engine,
        redis=redis,
        blobs=S3Blobs(settings.blobs),
        publisher=publisher,
        watch=JobWatch(),
        key_ring=KeyRing(StoredCallers(database), tokens.read),
        tokens=tokens,
        passwords=Passwords(strong()),
        windows=Windows(redis_storage(redis)),
    )
    listening = asyncio.create_task(listen(redis, resources.watch))
    try:
        yield resources
    finally:
        resources.watch.close()
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening
        await resources.afterwork.close()
        await asyncio.to_thread(publisher.flush, FLUSH)
        await asyncio.to_thread(engine.close)
        await redis.aclose()
        await database.close()
