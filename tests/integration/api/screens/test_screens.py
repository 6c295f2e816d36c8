"""Screens: one request each, few statements, the caller's own data, and no way to change anything."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.integration.api.conftest import Api
from tests.support.api import NOW
from tests.support.written import finished, minute, ordered, write

SCREENS = ("/bff/articles", "/bff/articles/0190a6c2-8f5e-7b1a-9c3d-2e4f6a8b0c1d", "/bff/jobs")
MOST_STATEMENTS = 4
LONG = "Die Katze schläft. " * 40


async def screen(api: Api, path: str) -> Any:
    """What a screen shows."""
    answer = await api.mine.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_cards_show_how_the_article_begins_and_its_newest_job(api: Api) -> None:
    job_id, article_id = finished(api.engine, api.key.owner_id, narrated=False, text=LONG)
    retry = (await api.mine.post(f"/api/jobs/{job_id}/retry")).json()["id"]
    (card,) = (await screen(api, "/bff/articles"))["items"]
    summary = (await screen(api, "/api/articles"))["items"][0]
    assert card == summary | {"excerpt": card["excerpt"], "job": card["job"]}
    assert card["excerpt"].startswith("Die Katze schläft. Die Katze")
    assert 150 < len(card["excerpt"]) <= 200
    assert (card["id"], card["job"]["id"], card["job"]["retry_of"]) == (str(article_id), retry, str(job_id))
    assert (card["job"]["done"], card["job"]["article_id"]) == (False, str(article_id))


async def test_what_is_not_written_yet_stands_on_the_first_page(api: Api) -> None:
    owner = api.key.owner_id
    ordered(api.engine, uuid4())
    waiting = ordered(api.engine, owner, topic="Hunde", language="fr", level="B1")
    pasted = ordered(api.engine, owner, topic=None, source_text=LONG)
    failed = ordered(api.engine, owner)
    api.engine.fail(failed, "write_text", "output_refused")
    write(api.engine, ordered(api.engine, owner), owner, created_at=minute(1))
    finished(api.engine, owner)
    first = await screen(api, "/bff/articles?page_size=1")
    assert [made["job"]["id"] for made in first["in_making"]] == [str(pasted), str(waiting)]
    assert first["in_making"][0]["subject"].startswith("Die Katze")
    dogs = first["in_making"][1]
    assert (dogs["subject"], dogs["language"], dogs["level"]) == ("Hunde", "fr", "B1")
    assert (dogs["job"]["status"], dogs["job"]["percent"], dogs["job"]["article_id"]) == ("queued", 0, None)
    assert first["items"][0]["job"]["done"] is False
    second = await screen(api, f"/bff/articles?page_size=1&page_token={first['next_page_token']}")
    assert (second["in_making"], len(second["items"]), second["next_page_token"]) == ([], 1, "")


async def test_the_reader_has_the_article_its_job_and_its_neighbours(api: Api) -> None:
    moments = (1, 2, 2, 3)
    made = [finished(api.engine, api.key.owner_id, created_at=minute(at)) for at in moments]
    finished(api.engine, uuid4(), created_at=minute(2))
    order = [item["id"] for item in (await screen(api, "/api/articles"))["items"]]
    jobs = {str(article_id): str(job_id) for job_id, article_id in made}
    for place, article_id in enumerate(order):
        reader = await screen(api, f"/bff/articles/{article_id}")
        assert reader["article"] == await screen(api, f"/api/articles/{article_id}")
        assert reader["job"]["id"] == jobs[article_id]
        assert reader["previous_id"] == (order[place - 1] if place else None)
        assert reader["next_id"] == (order[place + 1] if place + 1 < len(order) else None)


async def test_open_jobs_come_before_ended_ones_and_all_are_counted(api: Api) -> None:
    owner = api.key.owner_id
    long_ago, old_open = ordered(api.engine, owner), ordered(api.engine, owner)
    api.engine.fail(long_ago, "write_text")
    for job_id in (long_ago, old_open):
        api.engine.connection.execute("UPDATE jobs SET created_at = '2020-01-01Z' WHERE id = $1", (job_id,))
    waiting, (ended, _) = ordered(api.engine, owner), finished(api.engine, owner)
    ordered(api.engine, uuid4())
    finished(api.engine, uuid4())
    shown = await screen(api, "/bff/jobs")
    assert [job["id"] for job in shown["open"]] == [str(waiting), str(old_open)]
    assert [job["id"] for job in shown["ended"]] == [str(ended)]
    assert shown["counts"] == [{"status": "queued", "count": 2}, {"status": "succeeded", "count": 1}]
    assert shown["since"] == "2026-02-22T00:00:00Z"
    assert NOW.isoformat() == "2026-03-01T12:00:00+00:00"


@pytest.mark.parametrize("path", ["/bff/articles", "/bff/jobs"])
async def test_an_unchanged_screen_is_304(api: Api, path: str) -> None:
    first = await api.mine.get(path)
    assert first.headers["cache-control"] == "private, no-cache"
    known = {"If-None-Match": first.headers["etag"]}
    unchanged = await api.mine.get(path, headers=known)
    assert (unchanged.status_code, unchanged.content, unchanged.headers["etag"]) == (304, b"", first.headers["etag"])
    ordered(api.engine, api.key.owner_id)
    assert (await api.mine.get(path, headers=known)).status_code == 200


async def test_screens_need_few_statements_and_change_nothing(api: Api, statements: list[str]) -> None:
    _, article_id = finished(api.engine, api.key.owner_id)
    ordered(api.engine, api.key.owner_id)
    for path in ("/bff/articles", f"/bff/articles/{article_id}", "/bff/jobs"):
        statements.clear()
        api.resources.key_ring.forget(api.key.id)
        await screen(api, path)
        assert 1 < len(statements) <= MOST_STATEMENTS, path
        assert not any(word in sql for sql in statements[1:] for word in ("INSERT", "UPDATE", "DELETE"))


@pytest.mark.parametrize("path", SCREENS)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_screens_can_only_be_looked_at(api: Api, path: str, method: str) -> None:
    answer = await api.mine.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    allowed = {verb.strip() for verb in answer.headers["allow"].split(",")}
    assert "GET" in allowed
    assert allowed.isdisjoint({"POST", "PUT", "PATCH", "DELETE"})


async def test_the_screens_of_somebody_else_stay_closed(api: Api) -> None:
    _, article_id = finished(api.engine, api.key.owner_id)
    ordered(api.engine, api.key.owner_id)
    assert (await api.theirs.get(f"/bff/articles/{article_id}")).json()["code"] == "not_found"
    articles, jobs = [(await api.theirs.get(path)).json() for path in ("/bff/articles", "/bff/jobs")]
    assert (articles["items"], articles["in_making"]) == ([], [])
    assert (jobs["open"], jobs["ended"], jobs["counts"]) == ([], [], [])


@pytest.mark.parametrize("query", ["level=Z1", "language=DE", "page_token=x", "page_size=-1"])
async def test_bad_parameters_are_named(api: Api, query: str) -> None:
    answer = await api.mine.get(f"/bff/articles?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "input_invalid")
    assert answer.json()["errors"][0]["field"].partition("[")[0] == query.partition("=")[0]


@pytest.mark.parametrize("path", SCREENS)
async def test_screens_need_a_caller(api: Api, path: str) -> None:
    transport = api.mine._transport
    async with httpx.AsyncClient(transport=transport, base_url="http://api.test") as stranger:
        assert (await stranger.get(path)).status_code == 401
