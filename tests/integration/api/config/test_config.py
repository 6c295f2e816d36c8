"""Values for apps: operators set them, everybody reads those that are public."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from services.api.config import values
from tests.integration.api.admin.conftest import operator
from tests.integration.api.conftest import Api
from tests.support.api import client

__all__ = ["operator"]
URL, ADMIN = "/api/config", "/api/admin/config"


@pytest.fixture(name="stranger")
async def _stranger(api: Api) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody without a key."""
    async with client(api.mine._transport.app, None) as http:  # type: ignore[attr-defined]
        yield http


async def put(operator: httpx.AsyncClient, key: str, value: Any, **order: object) -> httpx.Response:
    return await operator.put(f"{ADMIN}/{key}", json={"value": value, **order})


async def public(client: httpx.AsyncClient) -> dict[str, Any]:
    answer = await client.get(URL)
    assert answer.status_code == 200, answer.text
    assert list(answer.json()) == ["values"]
    return dict(answer.json()["values"])


VALUES: list[Any] = [None, True, 0, -1.5, 10**30, "Grüße \U0001f600", [], {"a": [{"b": None}]}]


@pytest.mark.parametrize("value", VALUES, ids=repr)
async def test_any_json_comes_out_as_it_went_in(
    operator: httpx.AsyncClient, stranger: httpx.AsyncClient, value: Any
) -> None:
    answer = await put(operator, "a.value_1", value, public=True)
    assert (answer.status_code, answer.json()["key"], answer.json()["value"]) == (200, "a.value_1", value)
    assert await public(stranger) == {"a.value_1": value}


async def test_what_is_not_public_is_for_admins_alone(
    api: Api, operator: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    await put(operator, "open", 1, public=True)
    await put(operator, "secret", 2)
    for somebody in (stranger, api.mine, operator):
        assert await public(somebody) == {"open": 1}
    shown = (await operator.get(ADMIN)).json()
    assert [(each["key"], each["value"], each["public"]) for each in shown] == [("open", 1, True), ("secret", 2, False)]
    for method, path in (("GET", ADMIN), ("PUT", f"{ADMIN}/open"), ("DELETE", f"{ADMIN}/open")):
        assert (await stranger.request(method, path, json={"value": 3})).status_code == 401
        assert (await api.mine.request(method, path, json={"value": 3})).status_code == 403
    assert await public(stranger) == {"open": 1}


async def test_a_value_is_replaced_and_taken_back(operator: httpx.AsyncClient, stranger: httpx.AsyncClient) -> None:
    first = (await put(operator, "goal", 10, public=True)).json()
    second = (await put(operator, "goal", 20, public=True)).json()
    assert (await public(stranger), second["updated_at"] > first["updated_at"]) == ({"goal": 20}, True)
    await put(operator, "goal", 30)
    assert await public(stranger) == {}
    assert (await operator.delete(f"{ADMIN}/goal")).status_code == 204
    assert (await operator.delete(f"{ADMIN}/goal")).status_code == 404
    assert (await operator.get(ADMIN)).json() == []


async def test_an_answer_may_be_kept_and_asked_about(operator: httpx.AsyncClient, stranger: httpx.AsyncClient) -> None:
    await put(operator, "goal", 10, public=True)
    first = await stranger.get(URL)
    assert first.headers["Cache-Control"] == "public, max-age=60"
    assert first.headers["RateLimit-Policy"].startswith('"address"')
    same = await stranger.get(URL, headers={"If-None-Match": first.headers["ETag"]})
    assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", first.headers["ETag"])
    await put(operator, "goal", 20, public=True)
    changed = await stranger.get(URL, headers={"If-None-Match": first.headers["ETag"]})
    assert (changed.status_code, changed.json()["values"]) == (200, {"goal": 20})
    await put(operator, "hidden", 1)
    assert (await stranger.get(URL)).headers["ETag"] == changed.headers["ETag"]


@pytest.mark.parametrize("key", ["A", "1a", ".a", "a-b", "ä", "a%0A", "a" * 65, "a%2Fb", "a%00"])
async def test_a_name_that_cannot_be_is_refused(operator: httpx.AsyncClient, key: str) -> None:
    answer = await put(operator, key, 1)
    assert answer.status_code in {400, 404}, answer.text
    assert (await operator.get(ADMIN)).json() == []


async def test_the_longest_name_will_do(operator: httpx.AsyncClient) -> None:
    assert (await put(operator, "a" * 64, 1)).status_code == 200


WRONG: dict[str, bytes] = {
    "no value": b'{"public": true}',
    "more": b'{"value": 1, "why": 2}',
    "public is no text": b'{"value": 1, "public": "yes"}',
    "no json": b'{"value": }',
    "U+0000": b'{"value": "\\u0000"}',
    "U+0000 in a name": b'{"value": {"\\u0000": 1}}',
    "half a character": b'{"value": "\\ud800"}',
    "a number without end": b'{"value": 1e999}',
    "too large": b'{"value": "%s"}' % (b"x" * 16_383),
    "too large as it is stored": b'{"value": [%s]}' % b",".join([b"1e300"] * 60),
    "too deep": b'{"value": %s%s}' % (b"[" * 20_000, b"]" * 20_000),
}


@pytest.mark.parametrize("body", WRONG.values(), ids=WRONG)
async def test_a_value_that_cannot_be_is_refused(operator: httpx.AsyncClient, body: bytes) -> None:
    answer = await operator.put(f"{ADMIN}/a", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "input_invalid")
    assert (await operator.get(ADMIN)).json() == []


async def test_a_value_may_be_as_large_as_is_said(operator: httpx.AsyncClient) -> None:
    assert (await put(operator, "a", "x" * 16_382)).status_code == 200
    assert (await put(operator, "b", "\\u0000 is no U+0000")).status_code == 200


async def test_there_are_only_so_many_also_at_once(
    operator: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(values, "MOST_VALUES", 3)
    answers = await asyncio.gather(*(put(operator, f"key{number}", number) for number in range(6)))
    assert sorted(answer.status_code for answer in answers) == [200] * 3 + [409] * 3
    kept = (await operator.get(ADMIN)).json()
    assert len(kept) == 3
    assert (await put(operator, kept[0]["key"], "new")).status_code == 200
    full = await put(operator, "more", 1)
    assert (full.status_code, full.json()["code"]) == (409, "too_many_values")


async def test_it_is_logged_who_changed_what_and_not_what_to(operator: httpx.AsyncClient) -> None:
    with capture_logs() as logs:
        await put(operator, "goal", "a secret", public=True)
        await operator.delete(f"{ADMIN}/goal")
    told = [log for log in logs if log["event"].startswith("config value")]
    assert [(log["event"], log["key"]) for log in told] == [
        ("config value set", "goal"),
        ("config value deleted", "goal"),
    ]
    assert all(log["by"] for log in told)
    assert "a secret" not in str(logs)
