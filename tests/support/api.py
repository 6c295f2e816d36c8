"""The API in the test's own loop, with or without servers behind it."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID, uuid4

import httpx
from limits.aio.storage import MemoryStorage
from litestar import Litestar
from psycopg_pool import ConnectionPool
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from redis.asyncio import Redis

from services.api.accounts.access_tokens import AccessTokens, TokenKey
from services.api.accounts.passwords import Passwords
from services.api.app import build
from services.api.auth import Caller, KeyRing, Plan, Scope, SignIn, secret_hash
from services.api.database import Database
from services.api.exposure import Exposure
from services.api.jobs.waiting import JobWatch
from services.api.limits.storage import Windows
from services.api.resources import Resources
from shared.db.session import Connection
from shared.jobs.submission import WakeUp
from shared.queue.publisher import Publisher
from tests.support.memory_blobs import MemoryBlobs

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
KEY = "pk_made-up-for-tests"
PLAN = Plan("premium", 6000, 600, 1000)
CALLER = Caller(owner_id=uuid4(), key_id=uuid4(), role="student", plan=PLAN, scopes=frozenset[Scope](("read", "write")))
TOKENS = AccessTokens((TokenKey("test", "made-up-for-tests-and-long-enough"),))
QUICK = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
"""Hashes worth nothing, in no time."""
AWAY = "postgresql://nobody:nothing@127.0.0.1:1/nowhere"


class SilentPublisher(Publisher):
    """Keeps what it was given instead of sending it."""

    def __init__(self, *, healthy: bool = True) -> None:
        self.published: list[WakeUp] = []
        self.notified: list[UUID] = []
        self._healthy = healthy

    @property
    def healthy(self) -> bool:
        return self._healthy

    def publish(self, wakeups: Iterable[WakeUp]) -> None:
        self.published.extend(wakeups)

    def notify(self, job_ids: Iterable[UUID]) -> None:
        self.notified.extend(job_ids)


class KeysInMemory:
    """Keys and sessions in a dict, counting how often it was asked."""

    def __init__(self, callers: dict[bytes, Caller]) -> None:
        self.callers = callers
        self.sessions: dict[SignIn, Caller] = {}
        self.asked = 0

    async def find(self, key_hash: bytes) -> Caller | None:
        self.asked += 1
        return self.callers.get(key_hash)

    async def signed_in(self, sign_in: SignIn) -> Caller | None:
        self.asked += 1
        return self.sessions.get(sign_in)


def lonely_resources(**changes: Any) -> Resources:
    """Resources of which only the keys and the objects answer: everything else is away."""
    parts: dict[str, Any] = {
        "database": Database(AWAY),
        "engine": ConnectionPool(AWAY, connection_class=Connection, open=False, timeout=0.1),
        "redis": Redis.from_url("redis://127.0.0.1:1/0"),
        "blobs": MemoryBlobs(),
        "publisher": SilentPublisher(),
        "watch": JobWatch(),
        "key_ring": KeyRing(KeysInMemory({secret_hash(KEY): CALLER}), TOKENS.read),
        "tokens": TOKENS,
        "passwords": Passwords(QUICK),
        "windows": Windows(MemoryStorage()),
        "now": lambda: NOW,
        **changes,
    }
    return Resources(**parts)


OPEN = Exposure(mode="development", docs=True)


def application(resources: Resources, exposure: Exposure = OPEN) -> Litestar:
    """The API on these resources; whoever made them closes them."""

    @asynccontextmanager
    async def opening() -> AsyncIterator[Resources]:
        yield resources

    return build(opening, exposure)


@asynccontextmanager
async def started(app: Litestar) -> AsyncIterator[None]:
    """The application's life in a task of its own: fixtures begin and end in different ones, which it cannot bear."""
    begun, ended = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        async with app.lifespan():
            begun.set()
            await ended.wait()

    life = asyncio.create_task(live())
    starting = asyncio.create_task(begun.wait())
    await asyncio.wait((life, starting), return_when=asyncio.FIRST_COMPLETED)
    try:
        yield
    finally:
        starting.cancel()
        ended.set()
        await life


def client(app: Litestar, key: str | None) -> httpx.AsyncClient:
    """A client of an application that somebody has started; with `key`, it sends it."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    transport = httpx.ASGITransport(cast("Any", app), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://api.test", headers=headers)


@asynccontextmanager
async def client_of(app: Litestar, key: str | None = KEY) -> AsyncIterator[httpx.AsyncClient]:
    """Start the application, for one client."""
    async with started(app), client(app, key) as only:
        yield only
