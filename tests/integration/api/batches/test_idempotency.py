"""The same request sent again: for one article and for a batch."""

import asyncio
from typing import Any

import httpx
import pytest

from services.api.problems import database_away
from tests.integration.api.batches.test_batches import BATCHES, ORDER, orders, stored
from tests.integration.api.conftest import Api

ARTICLES = "/api/generation/articles"
BODIES: dict[str, dict[str, Any]] = {ARTICLES: ORDER, BATCHES: {"items": orders(3)}}
OTHERS: dict[str, dict[str, Any]] = {ARTICLES: {**ORDER, "topic": "dogs"}, BATCHES: {"items": orders(2)}}
CREATED = {ARTICLES: (0, 1), BATCHES: (1, 3)}
both = pytest.mark.parametrize("url", [ARTICLES, BATCHES])


async def post(client: httpx.AsyncClient, url: str, key: str | bytes = "k", **changes: Any) -> httpx.Response:
    header = key if isinstance(key, bytes) else key.encode()
    return await client.post(url, json={**BODIES[url], **changes}, headers=[(b"Idempotency-Key", header)])


@both
async def test_same_request_is_answered_with_what_the_first_created(api: Api, url: str) -> None:
    first, second = await post(api.mine, url), await post(api.mine, url)
    assert (first.status_code, second.status_code) == (202, 202)
    assert (first.json()["id"], first.headers["location"]) == (second.json()["id"], second.headers["location"])
    assert ("idempotency-replayed" in first.headers, second.headers["idempotency-replayed"]) == (False, "true")
    assert stored(api) == CREATED[url]
    assert len(api.publisher.published) == (url == ARTICLES)


@both
async def test_of_twenty_at_once_one_creates(api: Api, url: str) -> None:
    answers = await asyncio.gather(*(post(api.mine, url) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1
    assert stored(api) == CREATED[url]


@both
async def test_key_of_another_order_is_refused_and_creates_nothing(api: Api, url: str) -> None:
    await post(api.mine, url)
    answer = await api.mine.post(url, json=OTHERS[url], headers={"Idempotency-Key": "k"})
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert stored(api) == CREATED[url]


@both
async def test_what_counts_is_the_order_and_not_how_it_is_written(api: Api, url: str) -> None:
    first = await post(api.mine, url)
    backwards = {name: BODIES[url][name] for name in reversed(BODIES[url])}
    if url == ARTICLES:
        backwards |= {"native_language": None, "words_to_use": []}
    again = await api.mine.post(url, content=json_with_spaces(backwards), headers=typed("k"))
    assert (again.status_code, again.json()["id"]) == (202, first.json()["id"])


def json_with_spaces(value: object) -> str:
    return httpx.Request("POST", "http://x", json=value).content.decode().replace(":", " : ")


def typed(key: str) -> dict[str, str]:
    return {"Content-Type": "application/json", "Idempotency-Key": key}


@both
async def test_keys_are_each_owners_own(api: Api, url: str) -> None:
    mine, theirs = await post(api.mine, url), await post(api.theirs, url)
    assert mine.json()["id"] != theirs.json()["id"]
    assert "idempotency-replayed" not in theirs.headers
    for client, first in ((api.mine, mine), (api.theirs, theirs)):
        again = await post(client, url)
        assert (again.status_code, again.json().get("id")) == (202, first.json()["id"])


async def test_key_of_an_article_says_nothing_of_a_batch(api: Api) -> None:
    answers = [await post(api.mine, url) for url in (ARTICLES, BATCHES)]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert stored(api) == (1, 4)


@both
async def test_without_a_key_each_request_creates(api: Api, url: str) -> None:
    first, second = [await api.mine.post(url, json=BODIES[url]) for _ in range(2)]
    assert first.json()["id"] != second.json()["id"]


@both
@pytest.mark.parametrize("key", ["", "x" * 256, "Schlüssel".encode(), b"a\tb", b"\x7f"])
async def test_key_that_is_none_is_refused(api: Api, url: str, key: str | bytes) -> None:
    answer = await post(api.mine, url, key)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "Idempotency-Key")
    assert stored(api) == (0, 0)


@both
@pytest.mark.parametrize("key", ["x" * 255, '~ {"a"}'])
async def test_any_other_key_is_taken(api: Api, url: str, key: str) -> None:
    assert [(await post(api.mine, url, key)).status_code for _ in range(2)] == [202, 202]
    assert stored(api) == CREATED[url]


@both
async def test_refused_order_does_not_use_up_its_key(api: Api, url: str) -> None:
    wrong = {**ORDER, "level": "Z9"}
    body = wrong if url == ARTICLES else {"items": [ORDER, wrong]}
    assert (await api.mine.post(url, json=body, headers={"Idempotency-Key": "k"})).status_code == 400
    answer = await post(api.mine, url)
    assert (answer.status_code, "idempotency-replayed" in answer.headers) == (202, False)


@both
async def test_answer_that_was_lost_after_the_commit_is_given_again(
    api: Api, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database goes away between the statement that creates and the one that reads."""
    rows = api.resources.database.rows

    async def no_row(*_: object) -> Any:
        raise database_away()

    async def only_new_rows(sql: str, *arguments: object) -> Any:
        if "INSERT INTO jobs" not in sql:
            raise database_away()
        return await rows(sql, *arguments)

    await api.mine.get("/api/jobs")  # from now on the key is known
    with monkeypatch.context() as patch:
        patch.setattr(api.resources.database, "row", no_row)
        patch.setattr(api.resources.database, "rows", only_new_rows)
        assert (await post(api.mine, url)).status_code == 503
    assert stored(api) == CREATED[url]
    answer = await post(api.mine, url)
    assert (answer.status_code, answer.headers["idempotency-replayed"]) == (202, "true")
    assert stored(api) == CREATED[url]


@both
async def test_winner_that_is_gone_went_with_its_account(api: Api, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    await post(api.mine, url)
    read = api.resources.database.row

    async def gone(sql: str, *arguments: object) -> Any:
        return None if "idempotency_hash" in sql else await read(sql, *arguments)

    monkeypatch.setattr(api.resources.database, "row", gone)
    answer = await post(api.mine, url)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


async def test_retried_job_does_not_inherit_the_key(api: Api) -> None:
    first = (await post(api.mine, ARTICLES)).json()
    api.engine.fail(first["id"], "write_text")
    second = (await api.mine.post(f"/api/jobs/{first['id']}/retry")).json()
    assert second["id"] != first["id"]
    again = await post(api.mine, ARTICLES)
    assert (again.json()["id"], again.json()["status"]) == (first["id"], "failed")


async def test_key_lives_as_long_as_its_job(api: Api) -> None:
    first = await post(api.mine, ARTICLES)
    api.engine.connection.execute("DELETE FROM jobs")
    second = await post(api.mine, ARTICLES)
    assert (second.status_code, "idempotency-replayed" in second.headers) == (202, False)
    assert first.json()["id"] != second.json()["id"]


async def test_order_that_waits_and_is_sent_again_waits_for_the_first_job(api: Api) -> None:
    first = (await post(api.mine, ARTICLES)).json()
    api.engine.fail(first["id"], "write_text")
    headers = {"Idempotency-Key": "k", "Prefer": "wait=60"}
    answer = await asyncio.wait_for(api.mine.post(ARTICLES, json=ORDER, headers=headers), 20)
    assert (answer.json()["id"], answer.json()["done"]) == (first["id"], True)
