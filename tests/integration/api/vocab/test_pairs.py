"""Language pairs: supported ones only, each once, exactly one active."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from tests.integration.api.conftest import Api
from tests.integration.api.vocab.conftest import Learner, word


async def add(api: Api, language: str, native_language: str = "en") -> dict[str, Any]:
    answer = await api.mine.post("/api/vocab/pairs", json={"language": language, "native_language": native_language})
    assert answer.status_code == 201, answer.text
    pair: dict[str, Any] = answer.json()
    return pair


async def active(api: Api) -> list[str]:
    """The languages of the active pairs, of which there should be one."""
    return [item["language"] for item in (await api.mine.get("/api/vocab/pairs")).json()["items"] if item["active"]]


async def test_the_first_pair_becomes_active_and_the_list_begins_with_the_newest(api: Api) -> None:
    first, second = await add(api, "de"), await add(api, "fr", "tr")
    assert (first["active"], second["active"]) == (True, False)
    listed = (await api.mine.get("/api/vocab/pairs")).json()
    assert listed == {"items": [second, first], "next_page_token": ""}
    assert (await api.theirs.get("/api/vocab/pairs")).json()["items"] == []


async def test_pages_of_pairs_go_on(api: Api) -> None:
    made = [(await add(api, language))["id"] for language in ("de", "fr", "it")]
    page = (await api.mine.get("/api/vocab/pairs?page_size=2")).json()
    rest = (await api.mine.get(f"/api/vocab/pairs?page_token={page['next_page_token']}")).json()
    assert [item["id"] for item in page["items"] + rest["items"]] == made[::-1]


async def test_a_pair_is_added_once_a_learner(api: Api) -> None:
    await add(api, "de")
    again = await api.mine.post("/api/vocab/pairs", json={"language": "de", "native_language": "en"})
    assert (again.status_code, again.json()["code"]) == (409, "pair_exists")
    theirs = await api.theirs.post("/api/vocab/pairs", json={"language": "de", "native_language": "en"})
    assert theirs.status_code == 201


async def test_of_pairs_that_are_added_at_once_one_is_active(api: Api) -> None:
    await asyncio.gather(*(add(api, language) for language in ("de", "fr", "it", "es")))
    assert len(await active(api)) == 1


@pytest.mark.parametrize(
    ("language", "native_language", "code", "field"),
    [
        ("tr", "en", "unsupported_language", "language"),
        ("de", "xx", "unsupported_language", "native_language"),
        ("de", "de", "input_invalid", "native_language"),
    ],
)
async def test_pairs_that_cannot_be_taught_are_refused(
    api: Api, language: str, native_language: str, code: str, field: str
) -> None:
    answer = await api.mine.post("/api/vocab/pairs", json={"language": language, "native_language": native_language})
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_unknown_fields_are_refused(api: Api) -> None:
    answer = await api.mine.post("/api/vocab/pairs", json={"language": "de", "native_language": "en", "active": True})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "active")


async def test_another_pair_is_made_the_active_one(api: Api) -> None:
    await add(api, "de")
    french = await add(api, "fr")
    for _ in range(2):
        answer = await api.mine.put(f"/api/vocab/pairs/{french['id']}/active")
        assert (answer.status_code, answer.json()) == (200, {**french, "active": True})
        assert await active(api) == ["fr"]


async def test_a_pair_that_is_not_there_leaves_the_active_one_as_it_is(api: Api) -> None:
    await add(api, "de")
    assert (await api.mine.put(f"/api/vocab/pairs/{uuid4()}/active")).json()["code"] == "not_found"
    assert await active(api) == ["de"]


async def test_a_deleted_pair_takes_its_bank_with_it_and_hands_over_to_the_oldest(learner: Learner) -> None:
    await add(learner.api, "fr")
    await add(learner.api, "it")
    shared = word(learner.engine, "Hund")
    learner.card((await learner.add("Hund"))["id"])
    await learner.add("Quatschwort")
    assert (await learner.http.delete(f"/api/vocab/pairs/{learner.pair_id}")).status_code == 204
    assert await active(learner.api) == ["fr"]
    assert [learner.count(table) for table in ("word_bank", "cards", "words")] == [0, 0, 0]
    row = learner.engine.connection.execute("SELECT count(*) AS n FROM words WHERE id = $1", (shared,)).fetchone()
    assert row == {"n": 1}
    assert (await learner.http.delete(f"/api/vocab/pairs/{learner.pair_id}")).status_code == 404


async def test_deleting_a_pair_that_is_not_active_changes_nothing_else(api: Api) -> None:
    await add(api, "de")
    french, italian = await add(api, "fr"), await add(api, "it")
    await api.mine.put(f"/api/vocab/pairs/{french['id']}/active")
    assert (await api.mine.delete(f"/api/vocab/pairs/{italian['id']}")).status_code == 204
    assert await active(api) == ["fr"]


async def test_pairs_of_somebody_else_are_hidden(learner: Learner) -> None:
    theirs = learner.api.theirs
    assert (await theirs.put(f"/api/vocab/pairs/{learner.pair_id}/active")).status_code == 404
    assert (await theirs.delete(f"/api/vocab/pairs/{learner.pair_id}")).status_code == 404
    assert await active(learner.api) == ["de"]
