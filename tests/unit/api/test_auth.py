import re
from uuid import uuid4

import httpx
import msgspec
import pytest
from litestar.routes import HTTPRoute

from services.api import auth
from services.api.auth import REMEMBERED, KeyRing, key_hash
from tests.support.api import CALLER, KEY, KeysInMemory, application, lonely_resources

JOB = "/api/jobs/01a1f8df-018e-74d4-b709-c0ad51c3514f"
PUBLIC_PATHS = {
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
}


def owned_routes() -> list[tuple[str, str]]:
    """Method and path of each route that is not in the list above, with an id filled in."""
    return sorted(
        (method, re.sub(r"\{\w+\}", "01a1f8df-018e-74d4-b709-c0ad51c3514f", route.path_format))
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
    rows, clock = KeysInMemory({key_hash(KEY): CALLER}), Clock()
    ring = KeyRing(rows, clock)
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
    ring = KeyRing(rows)
    assert await ring.caller(KEY) is None
    rows.callers[key_hash(KEY)] = CALLER
    assert await ring.caller(KEY) == CALLER


async def test_only_so_many_keys_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auth, "MOST_REMEMBERED", 2)
    names = [f"pk_{number}" for number in range(5)]
    ring = KeyRing(KeysInMemory({key_hash(name): CALLER for name in names}))
    for name in names:
        assert await ring.caller(name) == CALLER
        assert len(ring._known) <= 2


async def test_two_keys_are_two_callers() -> None:
    other = msgspec.structs.replace(CALLER, owner_id=uuid4(), key_id=uuid4())
    ring = KeyRing(KeysInMemory({key_hash(KEY): CALLER, key_hash("pk_other"): other}))
    assert await ring.caller(KEY) == CALLER
    assert await ring.caller("pk_other") == other
    assert await ring.caller(KEY) == CALLER
