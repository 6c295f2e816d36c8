import re
from uuid import uuid4

import httpx
import msgspec
import pytest
from litestar import get, post
from litestar.routes import HTTPRoute

from services.api import auth
from services.api.auth import ADMIN, REMEMBERED, Caller, KeyRing, Role, Scope, SignIn, secret_hash
from tests.support.api import CALLER, KEY, PLAN, TOKENS, KeysInMemory, application, client_of, lonely_resources

ITEM = "01a1f8df-018e-74d4-b709-c0ad51c3514f"
JOB = f"/api/jobs/{ITEM}"
PUBLIC_PATHS = {
    "/",
    "/healthz",
    "/readyz",
    "/metrics",
    "/docs",
    "/docs/start.js",
    "/openapi.json",
    "/docs/schema",
    "/docs/schema/openapi.json",
    "/docs/schema/{path}",
    "/docs/assets/{file_path}",
    "/api/languages",
    "/api/config",
    "/api/auth/register",
    "/api/auth/login",
    "/api/auth/refresh",
}


def owned_routes() -> list[tuple[str, str]]:
    """Method and path of each route that is not in the list above, with a day or an id filled in."""
    return sorted(
        (method, re.sub(r"\{\w+\}", ITEM, route.path_format.replace("{day}", "2026-03-01")))
        for route in application(lonely_resources()).routes
        if isinstance(route, HTTPRoute) and route.path_format not in PUBLIC_PATHS
        for method in route.methods
        if method != "OPTIONS"  # Litestar's own: it names the methods, and nothing else
    )


@pytest.mark.parametrize(("method", "path"), owned_routes())
async def test_every_other_route_needs_a_key(stranger: httpx.AsyncClient, method: str, path: str) -> None:
    answer = await stranger.request(method, path)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"] == 'Bearer realm="parlance"'
    assert answer.json()["code"] == "unauthenticated"


def test_only_the_listed_routes_are_public() -> None:
    public = {
        route.path_format
        for route in application(lonely_resources()).routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        if handler.opt.get("public") is True
    }
    assert public == PUBLIC_PATHS


@pytest.mark.parametrize(
    "headers", [{"Authorization": f"Bearer {KEY}"}, {"Authorization": f"bearer  {KEY} "}, {"X-API-Key": KEY}]
)
async def test_good_key_lets_in(stranger: httpx.AsyncClient, headers: dict[str, str]) -> None:
    answer = await stranger.get(JOB, headers=headers)
    assert answer.status_code == 503  # past the guard: the database is away


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer pk_wrong"},
        {"X-API-Key": KEY.upper()},
        {"Authorization": f"Bearer {KEY}x"},
        {"Authorization": "Bearer pk_wrong", "X-API-Key": KEY},
    ],
)
async def test_unknown_key_is_401_and_says_so(stranger: httpx.AsyncClient, headers: dict[str, str]) -> None:
    answer = await stranger.get(JOB, headers=headers)
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]
    assert KEY not in answer.text


@pytest.mark.parametrize("value", ["", "Bearer", "Bearer ", f"Basic {KEY}", KEY])
async def test_other_credentials_are_no_key(stranger: httpx.AsyncClient, value: str) -> None:
    answer = await stranger.get(JOB, headers={"Authorization": value})
    assert answer.status_code == 401
    assert "invalid_token" not in answer.headers["www-authenticate"]


class Clock:
    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


async def test_good_key_is_remembered_and_a_revoked_one_forgotten_in_time() -> None:
    rows, clock = KeysInMemory({secret_hash(KEY): CALLER}), Clock()
    ring = KeyRing(rows, TOKENS.read, clock)
    assert await ring.caller(KEY) == CALLER
    rows.callers.clear()
    clock.time += REMEMBERED - 0.1
    assert await ring.caller(KEY) == CALLER
    assert rows.asked == 1
    clock.time += 0.2
    assert await ring.caller(KEY) is None
    assert rows.asked == 2


async def test_unknown_key_is_never_remembered() -> None:
    rows = KeysInMemory({})
    ring = KeyRing(rows, TOKENS.read)
    assert await ring.caller(KEY) is None
    rows.callers[secret_hash(KEY)] = CALLER
    assert await ring.caller(KEY) == CALLER


async def test_only_so_many_keys_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auth, "MOST_REMEMBERED", 2)
    names = [f"pk_{number}" for number in range(5)]
    ring = KeyRing(KeysInMemory({secret_hash(name): CALLER for name in names}), TOKENS.read)
    for name in names:
        assert await ring.caller(name) == CALLER
        assert len(ring._known) <= 2


async def test_two_keys_are_two_callers() -> None:
    other = msgspec.structs.replace(CALLER, owner_id=uuid4(), key_id=uuid4())
    ring = KeyRing(KeysInMemory({secret_hash(KEY): CALLER, secret_hash("pk_other"): other}), TOKENS.read)
    assert await ring.caller(KEY) == CALLER
    assert await ring.caller("pk_other") == other
    assert await ring.caller(KEY) == CALLER


SIGN_IN = SignIn(uuid4(), uuid4())
PERSON = Caller(
    owner_id=SIGN_IN.account_id,
    session_id=SIGN_IN.session_id,
    role="student",
    plan=PLAN,
    scopes=frozenset[Scope](("read", "write")),
)


async def test_session_is_remembered_and_an_ended_one_forgotten_in_time() -> None:
    rows, clock = KeysInMemory({}), Clock()
    rows.sessions[SIGN_IN] = PERSON
    ring = KeyRing(rows, TOKENS.read, clock)
    first, second = TOKENS.sign(SIGN_IN, "student"), TOKENS.sign(SIGN_IN, "student")
    assert await ring.caller(first) == await ring.caller(second) == PERSON
    rows.sessions.clear()
    clock.time += REMEMBERED - 0.1
    assert await ring.caller(first) == PERSON
    assert rows.asked == 1
    clock.time += 0.2
    assert await ring.caller(first) is None


async def test_session_is_remembered_for_its_own_account_only() -> None:
    rows = KeysInMemory({})
    rows.sessions[SIGN_IN] = PERSON
    ring = KeyRing(rows, TOKENS.read)
    assert await ring.caller(TOKENS.sign(SIGN_IN, "student")) == PERSON
    assert await ring.caller(TOKENS.sign(SignIn(uuid4(), SIGN_IN.session_id), "student")) is None


async def test_token_that_is_not_sound_is_not_looked_up() -> None:
    rows = KeysInMemory({})
    assert await KeyRing(rows, TOKENS.read).caller("a.b.c") is None
    assert rows.asked == 0


async def test_what_is_forgotten_is_looked_up_again() -> None:
    rows = KeysInMemory({secret_hash(KEY): CALLER})
    rows.sessions[SIGN_IN] = PERSON
    ring, token = KeyRing(rows, TOKENS.read), TOKENS.sign(SIGN_IN, "student")
    assert await ring.caller(KEY) == CALLER
    assert await ring.caller(token) == PERSON
    rows.sessions.clear()
    ring.forget(SIGN_IN.session_id)
    assert await ring.caller(token) is None
    rows.callers.clear()
    assert await ring.caller(KEY) == CALLER
    assert CALLER.key_id is not None
    ring.forget(CALLER.key_id)
    assert await ring.caller(KEY) is None


@get("/read", opt=ADMIN)
async def _read() -> None:
    """A route for admins."""


@post("/write", opt=ADMIN)
async def _write() -> None:
    """Another."""


@pytest.mark.parametrize(
    ("role", "scopes", "reading", "writing"),
    [
        ("admin", ("read", "write", "admin"), 200, 201),
        ("admin", ("read", "admin"), 200, 403),
        ("admin", ("write", "admin"), 403, 201),
        ("admin", ("admin",), 403, 403),
        ("admin", ("read", "write"), 403, 403),
        ("tutor", ("read", "write", "admin"), 403, 403),
        ("student", ("read", "write", "admin"), 403, 403),
    ],
)
async def test_admin_routes_want_role_and_scopes(
    role: Role, scopes: tuple[Scope, ...], reading: int, writing: int
) -> None:
    caller = msgspec.structs.replace(CALLER, role=role, scopes=frozenset(scopes))
    ring = KeyRing(KeysInMemory({secret_hash(KEY): caller}), TOKENS.read)
    app = application(lonely_resources(key_ring=ring))
    app.register(_read)
    app.register(_write)
    async with client_of(app) as client:
        answers = [await client.get("/read"), await client.post("/write")]
    assert [answer.status_code for answer in answers] == [reading, writing]
    for answer in answers:
        refused = answer.status_code == 403
        assert ('error="insufficient_scope"' in answer.headers.get("www-authenticate", "")) is refused
