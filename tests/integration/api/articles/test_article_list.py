"""Lists of articles: the caller's own, without texts, by token or by counting."""

from typing import Any
from uuid import uuid4

import pytest

from shared.articles.model import NarratedParagraph, Narration, Provenance
from shared.articles.store import save_narration
from tests.integration.api.conftest import Api
from tests.support.written import finished, minute

BY = Provenance(provider="gemini", model="m")


async def listed(api: Api, query: str = "") -> list[dict[str, Any]]:
    """The items of the first page."""
    answer = await api.mine.get(f"/api/articles{query}")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def five(api: Api) -> list[str]:
    """Five articles, oldest first, two of them of the same moment."""
    moments = (1, 2, 2, 3, 4)
    return [str(finished(api.engine, api.key.owner_id, created_at=minute(at))[1]) for at in moments]


async def test_a_list_shows_no_text_but_what_tells_articles_apart(api: Api) -> None:
    job_id, article_id = finished(api.engine, api.key.owner_id)
    (item,) = await listed(api)
    assert item == {
        "id": str(article_id),
        "job_id": str(job_id),
        "language": "de",
        "native_language": None,
        "level": "A1",
        "title": "Katzen",
        "words": None,
        "has_audio": False,
        "duration_ms": None,
        "created_at": "2026-03-01T12:00:00Z",
    }


async def test_words_and_audio_are_told_once_they_are_there(api: Api) -> None:
    _, article_id = finished(api.engine, api.key.owner_id)
    connection = api.engine.connection
    connection.execute(
        "INSERT INTO article_annotations (article_id, engine, sentences, profile, useful_words, provenance)"
        " VALUES ($1, 'e', '[]', '{\"words\": 6}', '[]', '{}')",
        (article_id,),
    )
    paragraphs = [NarratedParagraph(key="p", offset_ms=0, duration_ms=900)]
    narration = Narration(key="a.mp3", duration_ms=900, voice="Kore", paragraphs=paragraphs, provenance=BY)
    save_narration(connection, article_id, narration)
    (item,) = await listed(api)
    assert (item["words"], item["has_audio"], item["duration_ms"]) == (6, True, 900)


async def test_articles_of_somebody_else_are_in_no_list(api: Api) -> None:
    finished(api.engine, uuid4())
    for query in ("", "?language=de", "?skip=0"):
        assert await listed(api, query) == []


async def test_filters_take_several_values(api: Api) -> None:
    for language, level in (("de", "A1"), ("fr", "A1"), ("ja", "B2")):
        finished(api.engine, api.key.owner_id, language=language, level=level)
    assert {item["language"] for item in await listed(api, "?language=fr&language=ja")} == {"fr", "ja"}
    assert [item["language"] for item in await listed(api, "?level=B2")] == ["ja"]
    assert await listed(api, "?language=de&level=B2") == []


async def test_a_walk_by_token_meets_every_article_once(api: Api) -> None:
    before = five(api)
    seen: list[str] = []
    query = "?page_size=2"
    while query:
        page = (await api.mine.get(f"/api/articles{query}")).json()
        seen += [item["id"] for item in page["items"]]
        finished(api.engine, api.key.owner_id, created_at=minute(59))
        # The row that the token names may be gone: the walk goes on behind its place.
        api.engine.connection.execute("DELETE FROM articles WHERE id = $1", (seen[-1],))
        query = f"?page_size=2&page_token={page['next_page_token']}" if page["next_page_token"] else ""
    assert sorted(seen) == sorted(before)
    assert (seen[0], seen[-1]) == (before[-1], before[0])


async def test_counting_clients_skip_and_may_go_on_by_token(api: Api) -> None:
    newest_first = [item["id"] for item in await listed(api)] or five(api)[::-1]
    order = [item["id"] for item in await listed(api)]
    assert set(order) == set(newest_first)
    assert [item["id"] for item in await listed(api, "?skip=1&limit=2")] == order[1:3]
    assert [item["id"] for item in await listed(api, "?skip=4")] == order[4:]
    token = (await api.mine.get("/api/articles?skip=1&limit=2")).json()["next_page_token"]
    assert [item["id"] for item in await listed(api, f"?page_token={token}")] == order[3:]


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("skip=1&page_size=2", ["skip"]),
        ("skip=1&limit=2&page_token=x", ["skip", "limit"]),
        ("limit=0", ["limit"]),
        ("skip=-1", ["skip"]),
        ("skip=99999999999999999999", ["skip"]),
        ("level=Z1", ["level"]),
        ("language=de%00", ["language"]),
        ("page_token=x", ["page_token"]),
    ],
)
async def test_bad_parameters_are_named(api: Api, query: str, fields: list[str]) -> None:
    answer = await api.mine.get(f"/api/articles?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "input_invalid")
    assert [error["field"].partition("[")[0] for error in answer.json()["errors"]] == fields
