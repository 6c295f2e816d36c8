"""What every answer says to browsers, and what is refused whatever the path."""

import re
from typing import Any

import httpx
import pytest
from litestar import get
from litestar.routes import HTTPRoute

from services.api.auth import PUBLIC
from services.api.exposure import CLOSED, Exposure
from tests.support.api import KEY, application, client_of, lonely_resources

JOB = "/api/jobs/01a1f8df-018e-74d4-b709-c0ad51c3514f"
PATHS = ("/healthz", "/nowhere", "/api/languages", JOB, "/break")
HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "x-frame-options": "DENY",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
PAGE = "https://app.example.org"
CORS = Exposure(mode="development", docs=True, cors_origins=(PAGE,))
HOSTS = Exposure(allowed_hosts=("api.example.org", "*.example.net"))
DOCUMENTATION = (
    "/docs",
    "/docs/",
    "/docs/start.js",
    "/docs/schema",
    "/docs/schema/openapi.json",
    "/docs/assets/swagger-ui.css",
    "/openapi.json",
)
TOKEN = "a-token-for-prometheus"


@get("/break", opt=PUBLIC)
async def broken() -> None:
    raise RuntimeError


async def asked(
    exposure: Exposure, method: str, path: str, headers: dict[str, str] | None = None, key: str | None = KEY
) -> httpx.Response:
    """The answer of an API that is opened so far."""
    app = application(lonely_resources(), exposure)
    app.register(broken)
    async with client_of(app, key) as client:
        return await client.request(method, path, headers=headers)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("key", [KEY, None, "pk_unknown"])
async def test_every_answer_has_the_headers(path: str, key: str | None) -> None:
    answer = await asked(CLOSED, "GET", path, key=key)
    for name, value in HEADERS.items():
        assert answer.headers.get_list(name) == [value]
    assert answer.headers["x-request-id"]
    assert "server" not in answer.headers


@pytest.mark.parametrize(("mode", "told"), [("production", True), ("development", False)])
async def test_only_production_insists_on_tls(mode: Any, *, told: bool) -> None:
    for path in PATHS:
        assert ("strict-transport-security" in (await asked(Exposure(mode=mode), "GET", path)).headers) is told


async def test_a_route_may_know_better() -> None:
    page = await asked(CORS, "GET", "/docs")
    assert "script-src 'self'" in page.headers.get_list("content-security-policy")[0]
    assert len(page.headers.get_list("content-security-policy")) == 1


@pytest.mark.parametrize("path", DOCUMENTATION)
async def test_documentation_is_not_there_in_production(path: str) -> None:
    assert (await asked(CLOSED, "GET", path)).status_code == 404
    assert (await asked(Exposure(docs=True), "GET", path)).status_code == 200


@pytest.mark.parametrize(
    ("exposure", "authorization", "status"),
    [
        (CLOSED, None, 404),
        (CLOSED, "Bearer ", 404),
        (Exposure(mode="development"), None, 200),
        (Exposure(metrics_token=TOKEN), None, 401),
        (Exposure(metrics_token=TOKEN), f"Bearer {TOKEN}x", 401),
        (Exposure(metrics_token=TOKEN), "Bearer ", 401),
        (Exposure(metrics_token=TOKEN), "Bearer é", 401),
        (Exposure(metrics_token=TOKEN), f"Basic {TOKEN}", 401),
        (Exposure(metrics_token=TOKEN), f"Bearer {KEY}", 401),
        (Exposure(metrics_token=TOKEN), f"Bearer {TOKEN}", 200),
        (Exposure(mode="development", metrics_token=TOKEN), None, 401),
    ],
)
async def test_metrics_need_their_token(exposure: Exposure, authorization: str | None, status: int) -> None:
    headers = {} if authorization is None else {"Authorization": authorization.encode("latin-1")}
    answer = await asked(exposure, "GET", "/metrics", headers, key=None)  # type: ignore[arg-type]  # httpx takes bytes
    assert answer.status_code == status
    assert ("parlance_" in answer.text) is (status == 200)


async def test_token_of_the_metrics_opens_nothing_else() -> None:
    exposure = Exposure(metrics_token=TOKEN)
    assert (await asked(exposure, "GET", JOB, {"Authorization": f"Bearer {TOKEN}"}, key=None)).status_code == 401


@pytest.mark.parametrize("host", ["evil.example", "api.example.org.evil.example", "127.0.0.1", ""])
@pytest.mark.parametrize("path", ["/api/languages", "/nowhere", JOB, "/metrics"])
async def test_foreign_host_is_refused_whatever_the_path(host: str, path: str) -> None:
    answer = await asked(HOSTS, "GET", path, {"Host": host})
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    problem = answer.json()
    assert (problem["code"], problem["request_id"]) == ("host_unknown", answer.headers["x-request-id"])
    assert answer.headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize("host", ["api.example.org", "API.example.org:8443", "a.example.net"])
async def test_host_of_ours_is_answered(host: str) -> None:
    assert (await asked(HOSTS, "GET", "/api/languages", {"Host": host})).status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
async def test_probes_come_under_any_name(path: str) -> None:
    assert (await asked(HOSTS, "GET", path, {"Host": "10.1.2.3:8000"})).status_code in {200, 503}


async def test_two_hosts_are_none() -> None:
    async with client_of(application(lonely_resources(), HOSTS)) as client:
        both = [("Host", "api.example.org"), ("Host", "evil.example")]
        assert (await client.get("/api/languages", headers=both)).status_code == 400


def cross(origin: str, method: str = "POST") -> dict[str, str]:
    """What a browser asks before it lets a page call us."""
    return {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization, content-type, idempotency-key",
    }


async def test_browser_is_told_that_a_listed_page_may_call() -> None:
    answer = await asked(CORS, "OPTIONS", "/api/generation/articles", cross(PAGE), key=None)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == PAGE
    assert {"authorization", "idempotency-key"} <= set(
        answer.headers["access-control-allow-headers"].lower().split(", ")
    )
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "https://app.example.org.evil.example",
        "https://app.example.orgevil",
        "http://app.example.org",
        "https://appXexample.org",
        "https://app.example.org:8443",
        "null",
        "",
    ],
)
async def test_other_pages_may_not(origin: str) -> None:
    before = await asked(CORS, "OPTIONS", "/api/generation/articles", cross(origin), key=None)
    assert (before.status_code, before.headers["content-type"]) == (403, "application/problem+json")
    assert before.json()["code"] == "origin_refused"
    for path in (JOB, "/nowhere", "/api/languages"):
        assert "access-control-allow-origin" not in (await asked(CORS, "GET", path, {"Origin": origin})).headers


@pytest.mark.parametrize("path", [JOB, "/nowhere", "/break"])
async def test_listed_page_may_read_errors_too(path: str) -> None:
    answer = await asked(CORS, "GET", path, {"Origin": PAGE})
    assert answer.headers["access-control-allow-origin"] == PAGE
    assert "origin" in answer.headers["vary"].lower()
    assert "Retry-After" in answer.headers["access-control-expose-headers"]


async def test_unknown_method_is_refused_to_pages() -> None:
    assert (await asked(CORS, "OPTIONS", JOB, cross(PAGE, "TRACE"), key=None)).status_code == 403


@pytest.mark.parametrize("path", [JOB, "/api/languages"])
async def test_without_origins_no_page_is_told_anything(path: str) -> None:
    for method in ("GET", "OPTIONS"):
        answer = await asked(CLOSED, method, path, cross(PAGE))
        assert not [name for name in answer.headers if name.startswith("access-control-")]


def guarded_paths() -> list[str]:
    """All paths of which no method is public."""
    routes = [route for route in application(lonely_resources()).routes if isinstance(route, HTTPRoute)]
    return sorted(
        re.sub(r"\{\w+\}", "01a1f8df-018e-74d4-b709-c0ad51c3514f", route.path_format.replace("{day}", "2026-03-01"))
        for route in routes
        if not any(handler.opt.get("public") for handler in route.route_handlers)
    )


async def test_options_need_a_key_like_any_other_method() -> None:
    paths = guarded_paths()
    assert "/api/generation/articles" in paths
    async with client_of(application(lonely_resources()), key=None) as client:
        answers = {path: (await client.options(path)).status_code for path in paths}
    assert set(answers.values()) == {401}, answers
