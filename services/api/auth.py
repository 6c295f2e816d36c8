"""Who is calling: an API key names an owner. Deny by default; a route opens itself with `opt=PUBLIC`."""

import hashlib
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Literal, Protocol
from uuid import UUID

import msgspec
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from services.api.problems import ApiError

PUBLIC = {"public": True}
"""The `opt` of a route that needs no key."""
ADMIN = {"admin": True}
"""The `opt` of a route for admins only; their key needs the scope `admin`."""
Role = Literal["student", "tutor", "admin"]
Scope = Literal["read", "write", "admin"]
KEY_PREFIX = "pk_"
READING = frozenset({"GET", "HEAD", "OPTIONS"})
REMEMBERED = 5.0  # seconds a key is believed without asking the database: how long a revoked key may still work
MOST_REMEMBERED = 10_000  # keys
_STATE = "caller"
NO_KEY = "An API key is needed: Authorization: Bearer pk_..."
BAD_KEY = "This API key is unknown or was revoked."


class Plan(msgspec.Struct, frozen=True):
    """How much an account may ask for."""

    name: str
    requests_per_minute: int
    orders_per_minute: int
    """Of articles and batches, which cost money."""
    batch_items: int


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks, and what they may do. They read and write what is theirs alone."""

    owner_id: UUID
    """The account."""
    role: Role
    plan: Plan
    scopes: frozenset[Scope]
    key_id: UUID | None = None
    """The API key they came with, or ..."""
    session_id: UUID | None = None
    """... the sign-in that their access token belongs to."""


class KeyRows(Protocol):
    """Where keys are looked up."""

    async def find(self, key_hash: bytes) -> Caller | None:
        """The caller of the key with this SHA-256, unless it is unknown or revoked."""


def key_hash(key: str) -> bytes:
    """What is stored of a key. Keys are 256 random bits, so one round of SHA-256 is enough."""
    return hashlib.sha256(key.encode()).digest()


class KeyRing:
    """Looks keys up, and remembers good ones for `REMEMBERED` seconds: a poll costs no second query.

    Args:
        rows: Where keys are looked up.
        clock: Monotonic seconds.
    """

    def __init__(self, rows: KeyRows, clock: Callable[[], float] = time.monotonic) -> None:
        self._rows = rows
        self._clock = clock
        self._known: dict[bytes, tuple[float, Caller]] = {}

    async def caller(self, key: str) -> Caller | None:
        """Who has this key; null if nobody has."""
        digest = key_hash(key)
        until, caller = self._known.get(digest, (0.0, None))
        if caller is not None and self._clock() < until:
            return caller
        found = await self._rows.find(digest)
        if found is None:
            self._known.pop(digest, None)
            return None
        if len(self._known) >= MOST_REMEMBERED:
            self._known.clear()
        self._known[digest] = (self._clock() + REMEMBERED, found)
        return found


def presented_key(connection: ASGIConnection[Any, Any, Any, Any]) -> str | None:
    """The key in `Authorization: Bearer` or `X-API-Key`; null if there is none."""
    scheme, _, credentials = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and credentials.strip():
        return credentials.strip()
    return connection.headers.get("x-api-key", "").strip() or None


async def require_key(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """The guard in front of every route that is not public.

    Raises:
        ApiError: 401, no key or one that nobody has.
    """
    if handler.opt.get("public") is True:
        return
    key = presented_key(connection)
    if key is None:
        raise _unauthenticated(NO_KEY, 'Bearer realm="parlance"')
    ring: KeyRing = connection.app.state.resources.key_ring
    caller = await ring.caller(key)
    if caller is None:
        raise _unauthenticated(BAD_KEY, 'Bearer realm="parlance", error="invalid_token"')
    if handler.opt.get("admin") is True and not (caller.role == "admin" and "admin" in caller.scopes):
        raise ApiError(HTTPStatus.FORBIDDEN, "forbidden", "Only an admin may do this.")
    needed: Scope = "read" if connection.scope.get("method") in READING else "write"
    if needed not in caller.scopes:
        raise ApiError(HTTPStatus.FORBIDDEN, "forbidden", f"This needs a key with the scope `{needed}`.")
    connection.scope["state"][_STATE] = caller


def _unauthenticated(detail: str, challenge: str) -> ApiError:
    headers = {"WWW-Authenticate": challenge}
    return ApiError(HTTPStatus.UNAUTHORIZED, "unauthenticated", detail, headers=headers)


def caller_of(scope: Any) -> Caller:  # noqa: ANN401 - any of Litestar's scopes
    """The caller that the guard found; a public route has none and must not ask."""
    caller: Caller = scope["state"][_STATE]
    return caller
