"""Ordering a batch, and what is read of it."""

import asyncio
import base64
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest

from services.api.batches import answers
from services.api.batches.admission import MOST_BYTES
from shared.jobs import store
from tests.integration.api.conftest import Api
from tests.support.waiting import becomes, soon

BATCHES = "/api/generation/batches"
ORDER = {"language": "de", "level": "A2", "topic": "cats", "narrate": False}


def orders(count: int, **changes: object) -> list[dict[str, object]]:
    """So many sound orders, each with a topic of its own."""
    return [{**ORDER, "topic": f"cats {index}", **changes} for index in range(count)]


async def ordered(api: Api, count: int = 3, **batch: object) -> dict[str, Any]:
    """A batch of the caller, just created."""
    answer = await api.mine.post(BATCHES, json={"items": orders(count), **batch})
    assert answer.status_code == 202, answer.text
    return dict(answer.json())


def jobs(api: Api, batch: dict[str, Any]) -> list[UUID]:
    """The first job of each item, in the items' order."""
    rows = api.engine.connection.execute(
        "SELECT id FROM jobs WHERE batch_id = $1 AND retry_of IS NULL ORDER BY batch_item", (batch["id"],)
    )
    return [row["id"] for row in rows]


def stored(api: Api) -> tuple[int, int]:
    """How many batches and jobs there are."""
    row = api.engine.connection.execute(
        "SELECT (SELECT count(*) FROM batches) AS batches, (SELECT count(*) FROM jobs) AS jobs"
    ).fetchone()
    assert row is not None
    return row["batches"], row["jobs"]


async def seen(api: Api, batch: dict[str, Any]) -> dict[str, Any]:
    """The batch as it is now."""
    return dict((await api.mine.get(f"{BATCHES}/{batch['id']}")).json())


def nonzero(batch: dict[str, Any]) -> dict[str, int]:
    return {status: count for status, count in batch["counts"].items() if count}


async def test_batch_is_committed_with_all_its_jobs_and_belongs_to_the_caller(api: Api) -> None:
    answer = await api.mine.post(
        BATCHES, json={"name": "animals", "items": orders(3)}, headers={"X-Request-ID": "trace-7"}
    )
    assert answer.status_code == 202
    batch = answer.json()
    url = f"{BATCHES}/{batch['id']}"
    assert (answer.headers["location"], answer.headers["retry-after"]) == (url, "1")
    assert answer.headers["etag"].startswith('W/"')
    assert (batch["name"], batch["done"], nonzero(batch)) == ("animals", False, {"total": 3, "queued": 3})
    assert (batch["errors"], batch["cost"]["micro_usd"], batch["cost"]["calls"]) == ([], 0, 0)
    assert batch["links"] == {"self": url, "items": f"{url}/items", "cancel": f"{url}/cancel", "retry": None}
    rows = api.engine.connection.execute("SELECT * FROM jobs ORDER BY batch_item").fetchall()
    assert [(row["owner_id"], str(row["batch_id"]), row["batch_item"], row["bulk"]) for row in rows] == [
        (api.key.owner_id, batch["id"], item, True) for item in range(3)
    ]
    assert {row["request_id"] for row in rows} == {"trace-7"}
    assert [row["input"]["topic"] for row in rows] == ["cats 0", "cats 1", "cats 2"]


async def test_bulk_work_is_left_to_the_relay(api: Api) -> None:
    batch = await ordered(api)
    row = api.engine.row(jobs(api, batch)[0], "write_text")
    assert (row["queue"], row["published_at"]) == ("generation.bulk", None)
    assert api.publisher.published == []


async def test_every_mistake_of_every_item_is_named_and_nothing_is_created(api: Api) -> None:
    items: list[Any] = [*orders(5), "nonsense", ORDER]
    items[1] = {**ORDER, "level": "Z9", "lenght": 3}
    items[3] = {**ORDER, "topic": " "}
    items[4] = {**ORDER, "language": "xx"}
    answer = await api.mine.post(BATCHES, json={"items": items, "nmae": "x", "name": "\0"})
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (400, "input_invalid")
    assert [error["field"] for error in problem["errors"]] == [
        "nmae",
        "name",
        "items[1].level",
        "items[1].lenght",
        "items[3].topic",
        "items[4].language",
        "items[5]",
    ]
    assert problem["detail"].startswith("7 mistakes: nmae: ")
    assert stored(api) == (0, 0)


async def test_mistakes_that_only_meaning_shows_are_named_too(api: Api) -> None:
    items = orders(4)
    items[1] = {**ORDER, "source_text": "both"}
    items[3] = {**ORDER, "voice": "Kore"}
    problem = (await api.mine.post(BATCHES, json={"items": items})).json()
    assert [error["field"] for error in problem["errors"]] == ["items[1].source_text", "items[3].voice"]
    assert stored(api) == (0, 0)


async def test_language_that_we_do_not_have_is_said_to_be_that(api: Api) -> None:
    problem = (await api.mine.post(BATCHES, json={"items": [ORDER, {**ORDER, "language": "xx"}]})).json()
    assert (problem["code"], problem["errors"][0]["field"]) == ("unsupported_language", "items[1].language")


async def test_first_hundred_of_many_mistakes_are_named_and_all_are_counted(api: Api) -> None:
    for wrong in ({"level": "Z9"}, {"topic": ""}):
        problem = (await api.mine.post(BATCHES, json={"items": orders(1000, **wrong)})).json()
        assert len(problem["errors"]) == 100
        assert problem["errors"][99]["field"] == f"items[99].{next(iter(wrong))}"
        assert problem["detail"].startswith("1000 mistakes: ")


@pytest.mark.parametrize("items", [[], orders(1001)])
async def test_batch_of_none_or_too_many_is_refused(api: Api, items: list[object]) -> None:
    answer = await api.mine.post(BATCHES, json={"items": items})
    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (400, ["items"])
    assert stored(api) == (0, 0)


@pytest.mark.parametrize("body", ["", "[]", "{", "{}", '{"items": null}', '{"items": {"0": 1}}', "\ud800"])
async def test_body_that_is_no_batch_is_refused(api: Api, body: str) -> None:
    content = body.encode("utf-8", "surrogatepass")
    answer = await api.mine.post(BATCHES, content=content, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "input_invalid")
    assert answer.json()["errors"]


async def test_plan_bounds_the_number_of_items(api: Api) -> None:
    api.engine.connection.execute("INSERT INTO plans VALUES ('tiny', 6000, 600, 2)")
    api.engine.connection.execute("UPDATE accounts SET plan = 'tiny' WHERE id = $1", (api.key.owner_id,))
    answer = await api.mine.post(BATCHES, json={"items": orders(3)})
    assert (answer.status_code, answer.json()["code"]) == (403, "plan_limit")
    assert stored(api) == (0, 0)
    assert (await api.mine.post(BATCHES, json={"items": orders(2)})).status_code == 202


async def test_thousand_items_with_word_lists_fit(api: Api) -> None:
    words = [f"Straßenbahnhaltestelle{number}" for number in range(50)]
    answer = await soon(api.mine.post(BATCHES, json={"items": orders(1000, words_to_use=words, narrate=True)}))
    assert len(answer.request.content) > 1_400_000
    assert (answer.status_code, answer.json()["counts"]["queued"]) == (202, 1000)
    assert stored(api) == (1, 1000)


async def test_larger_body_is_refused_while_it_is_read(api: Api) -> None:
    async def endless() -> Any:
        for _ in range(MOST_BYTES // 100_000):
            yield b" " * 100_000
        yield b" "
        pytest.fail("the rest was read")

    for content in (b" " * (MOST_BYTES + 1), endless()):
        answer = await api.mine.post(BATCHES, content=content, headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
        assert str(MOST_BYTES) in answer.json()["detail"]


async def mixed(api: Api) -> dict[str, Any]:
    """A batch of eight whose items stand everywhere; item 1 has failed, was retried, and failed again otherwise."""
    batch = await ordered(api, 8)
    engine, ids = api.engine, jobs(api, batch)
    engine.token(ids[0], "write_text")  # running: its row still says queued
    engine.fail(ids[1], "write_text", "output_refused")
    again = UUID((await api.mine.post(f"/api/jobs/{ids[1]}/retry")).json()["id"])
    engine.fail(again, "write_text", "input_invalid")
    for name in ("write_text", "annotate_text"):
        engine.succeed(ids[2], name)
    engine.fail(ids[3], "write_text", "input_invalid")
    await api.mine.post(f"/api/jobs/{ids[4]}/cancel")
    engine.token(ids[5], "write_text")
    await api.mine.post(f"/api/jobs/{ids[5]}/cancel")
    engine.connection.execute(
        "UPDATE jobs SET expires_at = clock_timestamp() - interval '1 second' WHERE id = $1", (ids[6],)
    )
    store.expire_job(engine.connection, ids[6])
    return batch


async def test_counts_are_over_the_latest_job_of_each_item(api: Api) -> None:
    batch = await seen(api, await mixed(api))
    assert nonzero(batch) == {
        "total": 8,
        "running": 1,
        "failed": 2,
        "succeeded": 1,
        "cancelled": 1,
        "cancelling": 1,
        "expired": 1,
        "queued": 1,
    }
    assert (batch["done"], batch["links"]["cancel"] is None, batch["links"]["retry"] is None) == (False, False, False)
    assert batch["errors"][0] == {"code": "input_invalid", "count": 2}
    assert sum(error["count"] for error in batch["errors"]) == 4


async def test_items_agree_with_the_counts_and_show_their_latest_job(api: Api) -> None:
    batch = await mixed(api)
    url = f"{BATCHES}/{batch['id']}/items"
    items = (await api.mine.get(url)).json()["items"]
    assert [item["item"] for item in items] == list(range(8))
    assert [item["input"]["topic"] for item in items] == [f"cats {index}" for index in range(8)]
    statuses = [item["job"]["status"] for item in items]
    assert statuses == ["running", "failed", "succeeded", "failed", "cancelled", "cancelling", "expired", "queued"]
    assert (items[1]["job"]["retry_of"], items[1]["job"]["error"]["code"]) == (
        str(jobs(api, batch)[1]),
        "input_invalid",
    )
    for status in set(statuses):
        some = (await api.mine.get(url, params={"status": status})).json()["items"]
        assert [item["item"] for item in some] == [index for index, one in enumerate(statuses) if one == status]
    some = (await api.mine.get(f"{url}?status=failed&status=queued")).json()["items"]
    assert [item["item"] for item in some] == [1, 3, 7]


async def test_items_come_in_pages_in_their_order(api: Api) -> None:
    batch = await ordered(api, 5)
    found: list[int] = []
    token = ""
    while True:
        page = (await api.mine.get(f"{BATCHES}/{batch['id']}/items?page_size=2&page_token={token}")).json()
        found += [item["item"] for item in page["items"]]
        token = page["next_page_token"]
        if not token:
            break
    assert found == [0, 1, 2, 3, 4]


async def test_forged_token_leads_behind_the_last_item(api: Api) -> None:
    batch = await ordered(api)
    url = f"{BATCHES}/{batch['id']}/items"
    token = (await api.mine.get(f"{url}?page_size=1")).json()["next_page_token"]
    filters = msgspec.json.decode(base64.urlsafe_b64decode(token + "=="))[0]
    forged = base64.urlsafe_b64encode(msgspec.json.encode([filters, UUID(int=2**128 - 1)])).decode()
    answer = await api.mine.get(url, params={"page_token": forged})
    assert (answer.status_code, answer.json()) == (200, {"items": [], "next_page_token": ""})


@pytest.mark.parametrize(("path", "field"), [("/items?status=lost", "status"), ("/items?page_token=x", "page_token")])
async def test_bad_question_about_items_is_400(api: Api, path: str, field: str) -> None:
    batch = await ordered(api)
    answer = await api.mine.get(f"{BATCHES}/{batch['id']}{path}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"].startswith(field)


async def test_cost_is_of_all_jobs_also_of_those_that_were_retried(api: Api) -> None:
    batch = await mixed(api)
    other = await ordered(api, 1)
    rows = api.engine.connection.execute("SELECT id FROM jobs WHERE batch_id = $1", (batch["id"],)).fetchall()
    assert len(rows) == 9
    for job_id, sandbox in [*((row["id"], False) for row in rows), (rows[0]["id"], True), (jobs(api, other)[0], False)]:
        api.engine.connection.execute(
            "INSERT INTO provider_calls (id, job_id, step, provider, model, units, micro_usd, sandbox, request_hash,"
            " response_key) VALUES ($1, $2, 'write_text', 'anthropic', 'm', '{}', 100, $3, $4, 'k')",
            (uuid4(), job_id, sandbox, uuid4().hex),
        )
    cost = {"micro_usd": 1000, "charged_micro_usd": 900, "calls": 10, "sandbox": True}
    assert (await seen(api, batch))["cost"] == cost


async def test_batches_are_listed_newest_first_in_pages(api: Api) -> None:
    ids = [(await ordered(api, 1, name=f"n{index}"))["id"] for index in range(3)]
    await api.theirs.post(BATCHES, json={"items": orders(1)})
    first = (await api.mine.get(f"{BATCHES}?page_size=2")).json()
    second = (await api.mine.get(f"{BATCHES}?page_size=2&page_token={first['next_page_token']}")).json()
    assert [batch["id"] for batch in first["items"] + second["items"]] == ids[::-1]
    assert (second["next_page_token"], first["items"][0]["counts"]["queued"]) == ("", 1)
    refused = await api.theirs.get(f"{BATCHES}?page_size=2&page_token={first['next_page_token']}")
    assert refused.status_code == 400


async def test_unchanged_batch_is_304_until_an_item_changes_its_status(api: Api) -> None:
    batch = await ordered(api)
    url = f"{BATCHES}/{batch['id']}"
    etag = (await api.mine.get(url)).headers["etag"]
    same = await api.mine.get(url, headers={"If-None-Match": etag})
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", etag)
    api.engine.token(jobs(api, batch)[0], "write_text")
    changed = await api.mine.get(url, headers={"If-None-Match": etag})
    assert (changed.status_code, changed.json()["counts"]["running"]) == (200, 1)


async def waiting(api: Api, url: str, **headers: str) -> asyncio.Task[httpx.Response]:
    """A request that is on its way and waits."""
    task = asyncio.create_task(api.mine.get(url, headers=headers))
    await becomes(lambda: len(api.resources.watch) == 1)
    return task


async def test_waiting_client_counts_again_by_himself(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "REREAD", 0.02)
    batch = await ordered(api, 2)
    url, ids = f"{BATCHES}/{batch['id']}", jobs(api, batch)
    knows = await waiting(api, f"{url}?wait=60", **{"If-None-Match": (await api.mine.get(url)).headers["etag"]})
    api.engine.fail(ids[0], "write_text")
    answer = await soon(knows)
    assert (answer.json()["done"], answer.json()["counts"]["failed"]) == (False, 1)
    patient = await waiting(api, f"{url}?wait=60")
    api.engine.fail(ids[1], "write_text")
    answer = await soon(patient)
    assert (answer.json()["done"], answer.json()["counts"]["failed"]) == (True, 2)
    assert "retry-after" not in answer.headers


async def test_wait_that_runs_out_gives_what_is(api: Api) -> None:
    batch = await ordered(api)
    answer = await api.mine.get(f"{BATCHES}/{batch['id']}?wait=1")
    assert (answer.status_code, answer.json()["done"]) == (200, False)
    assert (await api.mine.get(f"{BATCHES}/{batch['id']}?wait=61")).status_code == 400


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "", {}),
        ("GET", "?wait=60", {"If-None-Match": "*"}),
        ("GET", "/items", {}),
        ("POST", "/cancel", {}),
        ("POST", "/retry", {}),
    ],
)
async def test_batch_of_somebody_else_or_of_nobody_is_not_there(
    api: Api, method: str, path: str, headers: dict[str, str]
) -> None:
    batch = await ordered(api)
    api.engine.fail(jobs(api, batch)[0], "write_text")
    before = await seen(api, batch)
    for client, batch_id in ((api.theirs, batch["id"]), (api.mine, uuid4())):
        answer = await soon(client.request(method, f"{BATCHES}/{batch_id}{path}", headers=headers))
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert await seen(api, batch) == before
    assert stored(api) == (1, 3)
