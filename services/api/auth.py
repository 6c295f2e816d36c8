"""Who is calling: an API key or an access token names an account. Deny by default; `opt=PUBLIC` opens a route."""

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
REMEMBERED = 5.0  # seconds a credential is believed without asking the database: how long a revoked one may still work
MOST_REMEMBERED = 10_000  # keys and sessions
_STATE = "caller"
CHALLENGE = 'Bearer realm="parlance"'
"""What every 401 asks for (RFC 9110, section 15.5.2)."""
NO_KEY = "An API key or an access token is needed: Authorization: Bearer ..."
BAD_KEY = "This API key or access token is unknown, has expired or was revoked."


class Plan(msgspec.Struct, frozen=True):
    """How much an account may ask for."""

    name: str
    requests_per_minute: int
    orders_per_minute: int
    """Of whatever starts work that costs money: articles, batches, imports, speech ..."""
    batch_items: int
    storage_bytes: int = 2 * 1024**3
    """Of uploads, and of pictures and recordings that came with decks."""


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


class SignIn(msgspec.Struct, frozen=True):
    """What a sound access token says: which account, in which session. Whether both still stand it cannot know."""

    account_id: UUID
    session_id: UUID


class CallerRows(Protocol):
    """Where callers are looked up."""

    async def find(self, key_hash: bytes) -> Caller | None:
        """The caller of the key with this SHA-256, unless it is unknown or revoked."""

    async def signed_in(self, sign_in: SignIn) -> Caller | None:
        """The caller of this session of this account, unless it has ended or was revoked."""


def secret_hash(secret: str) -> bytes:
    """What is stored of a key or a refresh token: they are 256 random bits, so one round of SHA-256 is enough."""
    return hashlib.sha256(secret.encode()).digest()


class KeyRing:
    """Looks up keys and sessions, and remembers good ones for `REMEMBERED` seconds: a poll costs no second query.

    Args:
        rows: Where they are looked up.
        read_token: What an access token says; null if it is not a sound one of ours.
        clock: Monotonic seconds.
    """

    def __init__(
        self,
        rows: CallerRows,
        read_token: Callable[[str], SignIn | None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rows = rows
        self._read_token = read_token
        self._clock = clock
        self._known: dict[bytes | SignIn, tuple[float, Caller]] = {}

    async def caller(self, credential: str) -> Caller | None:
        """Who has this key or access token; null if nobody has."""
        if credential.startswith(KEY_PREFIX):
            return await self._remembered(secret_hash(credential))
        sign_in = self._read_token(credential)
        return None if sign_in is None else await self._remembered(sign_in)

    def forget(self, key_or_session_id: UUID) -> None:
        """Look this key or session up again at its next use; other processes do within `REMEMBERED` seconds."""
        for name, (_, caller) in list(self._known.items()):
            if key_or_session_id in {caller.key_id, caller.session_id}:
                del self._known[name]

    async def _remembered(self, name: bytes | SignIn) -> Caller | None:
        until, caller = self._known.get(name, (0.0, None))
        if caller is not None and self._clock() < until:
            return caller
        found = await (self._rows.signed_in(name) if isinstance(name, SignIn) else self._rows.find(name))
        if found is None:
            self._known.pop(name, None)
            return None
        if len(self._known) >= MOST_REMEMBERED:
            self._known.clear()
        self._known[name] = (self._clock() + REMEMBERED, found)
        return found


def presented_key(connection: ASGIConnection[Any, Any, Any, Any]) -> str | None:
    """The key or token in `Authorization: Bearer`, or the key in `X-API-Key`; null if there is none."""
    scheme, _, credentials = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and credentials.strip():
        return credentials.strip()
    return connection.headers.get("x-api-key", "").strip() or None


async def require_key(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """The guard in front of every route that is not public.

    Raises:
        ApiError: 401, no key or token, or one that nobody has; 403, one that may not do this.
    """
    if handler.opt.get("public") is True:
        return
    key = presented_key(connection)
    if key is None:
        raise unauthenticated(NO_KEY)
    ring: KeyRing = connection.app.state.resources.key_ring
    caller = await ring.caller(key)
    if caller is None:
        raise unauthenticated(BAD_KEY)
    if handler.opt.get("admin") is True and not (caller.role == "admin" and "admin" in caller.scopes):
        raise insufficient("admin", "Only an admin may do this.")
    needed: Scope = "read" if connection.scope.get("method") in READING else "write"
    if needed not in caller.scopes:
        raise insufficient(needed, f"This needs a key with the scope `{needed}`.")
    connection.scope["state"][_STATE] = caller


def unauthenticated(detail: str) -> ApiError:
    """Nobody that we know: 401. Without credentials the challenge names no error (RFC 6750, section 3.1)."""
    headers = {"WWW-Authenticate": CHALLENGE if detail == NO_KEY else f'{CHALLENGE}, error="invalid_token"'}
    return ApiError(HTTPStatus.UNAUTHORIZED, "unauthenticated", detail, headers=headers)


def insufficient(scope: Scope, detail: str) -> ApiError:
    """The key or the role does not go so far: 403, naming the scope (RFC 6750, section 3.1)."""
    headers = {"WWW-Authenticate": f'{CHALLENGE}, error="insufficient_scope", scope="{scope}"'}
    return ApiError(HTTPStatus.FORBIDDEN, "forbidden", detail, headers=headers)


async def require_sign_in(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """The guard of routes that a key cannot use, so that a stolen key cannot make others or lock its owner out.

    Raises:
        ApiError: 403, not signed in but here with a key.
    """
    sign_in_of(caller_of(connection.scope))


def sign_in_of(caller: Caller) -> SignIn:
    """The session that the caller is signed in to.

    Raises:
        ApiError: 403, not signed in but here with a key.
    """
    if caller.session_id is None:
        detail = "This needs an access token: sign in with e-mail and password."
        raise ApiError(HTTPStatus.FORBIDDEN, "sign_in_needed", detail)
    return SignIn(caller.owner_id, caller.session_id)


def caller_of(scope: Any) -> Caller:  # noqa: ANN401 - any of Litestar's scopes
    """The caller that the guard found; a public route has none and must not ask."""
    caller: Caller = scope["state"][_STATE]
    return caller
