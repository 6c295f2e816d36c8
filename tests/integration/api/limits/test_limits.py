"""Rate limits over a real Redis, by several processes' worth of applications."""

from collections.abc import AsyncIterator
from typing import Any, cast
from unittest.mock import patch

import httpx
import pytest
from limits import RateLimitItemPerMinute
from litestar import Litestar

from services.api.limits import quotas, storage
from services.api.limits.storage import PATIENCE, Windows, redis_storage
from tests.integration.api.conftest import Api
from tests.support.api import application, client_of, started
from tests.support.jobs import step
from tests.support.people import Person, new_person

LIMIT = RateLimitItemPerMinute(3, namespace="test")
ORDER = {"language": "de", "level": "A2", "topic": "cats", "narrate": False}


@pytest.fixture
async def http(api: Api) -> AsyncIterator[httpx.AsyncClient]:
    """A client without credentials, of an application that has let nobody through yet."""
    async with client_of(application(api.resources), None) as client:
        yield client


def person(api: Api, requests: int = 1000, orders: int = 1000) -> Person:
    """Somebody who may ask for so much in a minute."""
    somebody = new_person(api.engine.connection, "somebody")
    plan = f"plan-{somebody.id}"
    api.engine.connection.execute("INSERT INTO plans VALUES ($1, $2, $3, 10)", (plan, requests, orders))
    api.engine.connection.execute("UPDATE accounts SET plan = $1 WHERE id = $2", (plan, somebody.id))
    return somebody


def from_address(app: Litestar, address: str) -> httpx.AsyncClient:
    """A client without credentials at this address."""
    transport = httpx.ASGITransport(cast("Any", app), client=(address, 4711))
    return httpx.AsyncClient(transport=transport, base_url="http://api.test")


async def test_account_is_refused_when_it_asks_too_often_and_told_when_to_come_back(
    api: Api, http: httpx.AsyncClient
) -> None:
    somebody = person(api, requests=3)
    path = f"/api/jobs/{api.engine.submit(step('a'), owner_id=somebody.id)}"
    answers = [await http.get(path, headers=somebody.headers()) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer.headers["ratelimit-policy"] for answer in answers] == ['"requests";q=3;w=60'] * 4
    assert [answer.headers["ratelimit"].split(";")[1] for answer in answers] == ["r=2", "r=1", "r=0", "r=0"]
    refused = answers[-1]
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["code"] == "rate_limited"
    assert 1 <= int(refused.headers["retry-after"]) <= 60


async def test_one_who_asks_too_often_does_not_disturb_others(api: Api, http: httpx.AsyncClient) -> None:
    loud, quiet = person(api, requests=1), person(api, requests=1)
    for _ in range(3):
        await http.get("/api/jobs/01a1f8df-018e-74d4-b709-c0ad51c3514f", headers=loud.headers())
    answer = await http.get("/api/jobs/01a1f8df-018e-74d4-b709-c0ad51c3514f", headers=quiet.headers())
    assert answer.status_code == 404


async def test_key_and_sign_in_of_one_account_share_its_limit(api: Api, http: httpx.AsyncClient) -> None:
    somebody = person(api, requests=1)
    path = "/api/jobs/01a1f8df-018e-74d4-b709-c0ad51c3514f"
    assert (await http.get(path, headers=somebody.headers())).status_code == 404
    assert (await http.get(path, headers=somebody.headers(signed_in=True))).status_code == 429


async def test_orders_have_a_limit_of_their_own(api: Api, http: httpx.AsyncClient) -> None:
    somebody = person(api, orders=2)
    answers = [await http.post("/api/generation/articles", json=ORDER, headers=somebody.headers()) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [202, 202, 429]
    assert '"orders";q=2;w=60' in answers[0].headers["ratelimit-policy"]
    assert "orders in a minute" in answers[-1].json()["detail"]
    assert (await http.get(answers[0].headers["location"], headers=somebody.headers())).status_code == 200
    assert len(list(api.engine.connection.execute("SELECT FROM jobs WHERE owner_id = $1", (somebody.id,)))) == 2


async def test_retries_are_orders_too(api: Api, http: httpx.AsyncClient) -> None:
    somebody = person(api, orders=1)
    job_id = api.engine.submit(step("a"), owner_id=somebody.id)
    api.engine.fail(job_id, "a")
    await http.post("/api/generation/articles", json=ORDER, headers=somebody.headers())
    assert (await http.post(f"/api/jobs/{job_id}/retry", headers=somebody.headers())).status_code == 429


async def test_request_that_waits_counts_once(api: Api, http: httpx.AsyncClient) -> None:
    somebody = person(api, requests=50)
    path = f"/api/jobs/{api.engine.submit(step('a'), owner_id=somebody.id)}"
    answer = await http.get(f"{path}?wait=1", headers=somebody.headers())
    assert answer.headers["ratelimit"].startswith('"requests";r=49;')


async def test_processes_count_together(api: Api) -> None:
    somebody = person(api, requests=4)
    path = "/api/jobs/01a1f8df-018e-74d4-b709-c0ad51c3514f"
    async with client_of(application(api.resources), None) as one, client_of(application(api.resources), None) as two:
        statuses = [(await each.get(path, headers=somebody.headers())).status_code for each in (one, two) * 3]
    assert sorted(statuses) == [404] * 4 + [429] * 2


async def test_strangers_are_counted_by_address(api: Api) -> None:
    app = application(api.resources)
    with patch.object(quotas, "STRANGERS_PER_MINUTE", 2):
        async with started(app), from_address(app, "192.0.2.1") as one, from_address(app, "192.0.2.2") as other:
            answers = [await one.get("/api/languages") for _ in range(3)]
            assert (await other.get("/api/languages")).status_code == 200
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1].json()["code"] == "rate_limited"
    assert answers[-1].headers["ratelimit-policy"] == '"address";q=2;w=60'


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
async def test_probes_are_never_refused(http: httpx.AsyncClient, path: str) -> None:
    with patch.object(quotas, "STRANGERS_PER_MINUTE", 1):
        answers = [await http.get(path) for _ in range(3)]
    assert all(answer.status_code != 429 and "ratelimit" not in answer.headers for answer in answers)


async def test_slow_redis_does_not_hold_requests_up_and_mixes_no_answers(api: Api) -> None:
    windows = Windows(redis_storage(api.resources.redis))
    assert (await windows.take(LIMIT, "anna")).remaining == 2
    await api.resources.redis.client_pause(3000)
    with patch.object(storage, "PAUSE", 0.0):
        alone = await windows.take(LIMIT, "anna")
        assert alone.remaining == 2  # this process's own count, after PATIENCE
        await api.resources.redis.client_unpause()
        assert [(await windows.take(LIMIT, "anna")).remaining for _ in range(2)] == [1, 0]
    assert PATIENCE < 0.3


async def test_limits_hold_while_redis_is_away(api: Api) -> None:
    somebody = person(api, requests=2)
    path = f"/api/jobs/{api.engine.submit(step('a'), owner_id=somebody.id)}"
    with patch.object(api.resources.windows._shared, "hit", side_effect=ConnectionRefusedError):
        async with client_of(application(api.resources), None) as http:
            statuses = [(await http.get(path, headers=somebody.headers())).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
