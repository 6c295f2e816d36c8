"""Lists of jobs: the caller's own, every row once, filters that agree with what is shown."""

import json
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from services.api.jobs.schemas import JobStatus
from services.api.jobs.summaries import PAGE, STATUS, of_owner, with_status
from shared.jobs import store
from shared.jobs.ids import uuid7
from shared.jobs.statements import SQL
from shared.jobs.submission import Batch, batch_document, submit_document
from tests.integration.api.conftest import Api
from tests.support.jobs import step, submission
from tests.support.written import STEPS, finished, ordered, write

MANY = 100_000


async def listed(api: Api, query: str = "") -> list[dict[str, Any]]:
    """The items of the first page."""
    answer = await api.mine.get(f"/api/jobs{query}")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def one_of_each(api: Api) -> dict[str, UUID]:
    """A job of the caller with each status."""
    engine, owner = api.engine, api.key.owner_id
    jobs = {status: ordered(engine, owner) for status in ("queued", "running", "cancelling", "failed", "cancelled")}
    engine.token(jobs["running"], "write_text")
    engine.token(jobs["cancelling"], "write_text")
    engine.fail(jobs["failed"], "write_text", "output_refused")
    for name in ("cancelling", "cancelled"):
        store.cancel(engine.database, jobs[name], owner)
    jobs["succeeded"], _ = finished(engine, owner)
    jobs["partial"], _ = finished(engine, owner, narrated=False)
    jobs["expired"] = ordered(engine, owner)
    engine.connection.execute("UPDATE jobs SET expires_at = now() WHERE id = $1", (jobs["expired"],))
    store.expire_job(engine.connection, jobs["expired"])
    return jobs


async def test_newest_come_first_with_all_that_a_list_needs(api: Api) -> None:
    old = ordered(api.engine, api.key.owner_id)
    job_id, article_id = finished(api.engine, api.key.owner_id, narrated=False)
    items = await listed(api)
    assert [item["id"] for item in items] == [str(job_id), str(old)]
    whole = (await api.mine.get(f"/api/jobs/{job_id}")).json()
    same = ("id", "kind", "status", "done", "created_at", "started_at", "finished_at", "error", "retry_of", "links")
    assert {name: items[0][name] for name in same} == {name: whole[name] for name in same}
    assert (items[0]["percent"], items[0]["article_id"]) == (100, str(article_id))
    assert (items[0]["batch_id"], items[0]["batch_item"]) == (None, None)
    assert set(items[0]) == {*same, "percent", "article_id", "batch_id", "batch_item"}


async def test_each_status_is_found_by_its_filter_alone(api: Api) -> None:
    jobs = one_of_each(api)
    assert set(jobs) == set(msgspec.inspect.type_info(JobStatus).values)  # type: ignore[attr-defined]
    for status, job_id in jobs.items():
        (found,) = await listed(api, f"?status={status}")
        polled = (await api.mine.get(f"/api/jobs/{job_id}")).json()
        assert (found["id"], found["status"], found["done"]) == (str(job_id), status, polled["done"])
        assert (polled["status"], polled["progress"]["percent"]) == (status, found["percent"])
    assert {item["status"] for item in await listed(api, "?status=running&status=failed")} == {"running", "failed"}
    assert len(await listed(api)) == len(jobs)


async def test_jobs_of_somebody_else_are_in_no_list(api: Api) -> None:
    finished(api.engine, uuid4())
    ordered(api.engine, uuid4())
    for query in ("", "?status=queued", "?kind=write_article"):
        assert await listed(api, query) == []


async def test_filters_narrow_the_list(api: Api) -> None:
    owner = api.key.owner_id
    other = api.engine.submit(step("a"), owner_id=owner)
    batch = Batch(owner_id=owner, name="b", items=1)
    job = submission(STEPS, owner_id=owner, batch_id=batch.id, batch_item=0)
    api.engine.connection.execute(SQL["submit"], (submit_document([job]), False, batch_document(batch)))
    first, last = sorted(await listed(api), key=lambda item: str(item["created_at"]))
    assert [item["id"] for item in await listed(api, "?kind=made_up")] == [str(job.id), str(other)]
    assert await listed(api, "?kind=sweep_objects") == []
    (found,) = await listed(api, f"?batch_id={batch.id}")
    assert (found["id"], found["batch_id"], found["batch_item"]) == (str(job.id), str(batch.id), 0)
    assert await listed(api, f"?batch_id={uuid4()}") == []
    assert await listed(api, f"?created_after={last['created_at']}") == [last]
    assert await listed(api, f"?created_before={last['created_at']}") == [first]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("status=done", "status"),
        ("status=queued&status=nothing", "status"),
        ("created_after=yesterday", "created_after"),
        ("created_before=2026-03-01T12:00:00", "created_before"),
        ("created_after=0", "created_after"),
        ("created_after=0001-01-01T00:00:00%2B14:00", "created_after"),
        ("batch_id=7", "batch_id"),
        ("kind=A%00", "kind"),
        ("page_size=-1", "page_size"),
        ("page_token=made-up", "page_token"),
    ],
)
async def test_bad_filters_are_named(api: Api, query: str, field: str) -> None:
    answer = await api.mine.get(f"/api/jobs?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "input_invalid")
    assert [error["field"].partition("[")[0] for error in answer.json()["errors"]] == [field]


async def test_a_walk_meets_every_job_once_while_others_are_added(api: Api) -> None:
    owner = api.key.owner_id
    before = [str(api.engine.submit(step("a"), owner_id=owner)) for _ in range(7)]
    # Two were created in the same microsecond: then the ids decide.
    api.engine.connection.execute(
        "UPDATE jobs SET created_at = (SELECT created_at FROM jobs WHERE id = $1) WHERE id = $2",
        (before[2], before[3]),
    )
    seen: list[str] = []
    query = "?page_size=3"
    while query:
        page = (await api.mine.get(f"/api/jobs{query}")).json()
        seen += [item["id"] for item in page["items"]]
        api.engine.submit(step("a"), owner_id=owner)
        query = f"?page_size=3&page_token={page['next_page_token']}" if page["next_page_token"] else ""
    assert sorted(seen) == sorted(before)
    assert (seen[0], seen[-1]) == (before[-1], before[0])


async def test_a_token_is_of_no_use_with_other_filters_or_to_others(api: Api) -> None:
    for _ in range(2):
        ordered(api.engine, api.key.owner_id)
    token = (await api.mine.get("/api/jobs?page_size=1")).json()["next_page_token"]
    assert (await api.mine.get(f"/api/jobs?page_token={token}")).status_code == 200
    assert (await api.mine.get(f"/api/jobs?page_token={token}&status=queued")).status_code == 400
    assert (await api.theirs.get(f"/api/jobs?page_token={token}")).status_code == 400


async def test_the_deleted_article_of_a_job_is_no_longer_named(api: Api) -> None:
    job_id = ordered(api.engine, api.key.owner_id)
    article_id = write(api.engine, job_id, api.key.owner_id)
    assert (await listed(api))[0]["article_id"] == str(article_id)
    api.engine.connection.execute("DELETE FROM articles WHERE id = $1", (article_id,))
    assert (await listed(api))[0]["article_id"] is None


def plan_nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    """All nodes of a plan."""
    return [plan, *(node for below in plan.get("Plans", ()) for node in plan_nodes(below))]


@pytest.mark.parametrize("statuses", [[], ["failed"]])
async def test_an_owners_list_among_many_reads_an_index(api: Api, statuses: list[JobStatus]) -> None:
    owners = [uuid7() for _ in range(20)]
    api.engine.connection.execute(
        "INSERT INTO jobs (id, owner_id, kind, input, state, expires_at, created_at, finished_at)"
        " SELECT gen_random_uuid(), ($1::uuid[])[1 + n % 20], 'made_up', '{}',"
        "        CASE WHEN n % 3 = 0 THEN 'failed' ELSE 'succeeded' END,"
        "        now(), now() - make_interval(secs => n), now() FROM generate_series(1, $2::integer) AS n",
        (owners, MANY),
    )
    api.engine.connection.execute("ANALYZE jobs")
    conditions = of_owner(owners[3])
    with_status(conditions, statuses)
    limit = conditions.place(51)
    sql = PAGE.format(status=STATUS, where=conditions.where, order="job.created_at DESC, job.id", limit=limit, also="")
    row = await api.resources.database.row("EXPLAIN (ANALYZE, FORMAT JSON) " + sql, *conditions.values)
    assert row is not None
    nodes = plan_nodes(json.loads(row["QUERY PLAN"])[0]["Plan"])
    on_jobs = [node for node in nodes if node.get("Relation Name") == "jobs"]
    assert [(node["Node Type"], node["Index Name"]) for node in on_jobs] == [("Index Scan", "ix_jobs_owner")]
    assert on_jobs[0]["Actual Rows"] == 51
