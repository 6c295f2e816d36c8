from uuid import UUID

import httpx
import pytest


async def test_request_id_of_the_client_comes_back(client: httpx.AsyncClient) -> None:
    answer = await client.get("/healthz", headers={"X-Request-ID": "trace-7.a_b:c"})
    assert answer.headers["x-request-id"] == "trace-7.a_b:c"


@pytest.mark.parametrize("bad", ["", "two words", "x" * 129, 'quo"te', "a\x0bb"])
async def test_unsafe_request_id_is_replaced(client: httpx.AsyncClient, bad: str) -> None:
    answer = await client.get("/healthz", headers={"X-Request-ID": bad})
    assert UUID(answer.headers["x-request-id"]).version == 7


async def test_every_answer_has_a_request_id_and_errors_repeat_it(client: httpx.AsyncClient) -> None:
    for path in ("/nowhere", "/api/jobs/01a1f8df-018e-74d4-b709-c0ad51c3514f"):
        answer = await client.get(path)
        assert answer.json()["request_id"] == answer.headers["x-request-id"]


async def test_refused_key_has_a_request_id(stranger: httpx.AsyncClient) -> None:
    answer = await stranger.get("/api/jobs/01a1f8df-018e-74d4-b709-c0ad51c3514f", headers={"X-Request-ID": "mine"})
    assert answer.status_code == 401
    assert answer.headers["x-request-id"] == answer.json()["request_id"] == "mine"


async def test_two_requests_have_two_ids(client: httpx.AsyncClient) -> None:
    first, second = await client.get("/healthz"), await client.get("/healthz")
    assert first.headers["x-request-id"] != second.headers["x-request-id"]
