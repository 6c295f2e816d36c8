"""Operators find anybody's jobs and act on them; nobody else does."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from tests.integration.api.conftest import Api
from tests.support.written import finished, ordered

JOBS = "/api/admin/jobs"


async def listed(operator: httpx.AsyncClient, query: str = "") -> list[str]:
    """The ids on the first page."""
    answer = await operator.get(f"{JOBS}{query}")
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


def failed(api: Api, owner_id: UUID, code: str = "output_refused") -> UUID:
    """A job whose text could not be written."""
    job_id = ordered(api.engine, owner_id)
    api.engine.fail(job_id, "write_text", code)
    return job_id


async def test_jobs_of_all_owners_are_listed_with_who_and_where(api: Api, operator: httpx.AsyncClient) -> None:
    other = uuid4()
    first, second = ordered(api.engine, api.key.owner_id), failed(api, other)
    api.engine.connection.execute("UPDATE jobs SET request_id = 'trace-7' WHERE id = $1", (second,))
    assert await listed(operator) == [str(second), str(first)]
    item = (await operator.get(JOBS)).json()["items"][0]
    assert (item["owner_id"], item["request_id"], item["failed_step"]) == (str(other), "trace-7", "write_text")
    assert (item["status"], item["error"]["code"]) == ("failed", "output_refused")
    assert item["links"] == {"self": f"{JOBS}/{second}", "cancel": None, "retry": f"{JOBS}/{second}/retry"}


async def test_filters_narrow_the_list(api: Api, operator: httpx.AsyncClient) -> None:
    owner = uuid4()
    refused, other, waiting = failed(api, owner), failed(api, uuid4(), "provider_auth"), ordered(api.engine, owner)
    api.engine.connection.execute("UPDATE jobs SET created_at = '2020-01-01Z' WHERE id = $1", (other,))
    assert await listed(operator, f"?owner_id={owner}") == [str(waiting), str(refused)]
    assert await listed(operator, "?status=failed") == [str(other), str(refused)]
    assert await listed(operator, "?status=queued&status=failed&code=output_refused") == [str(refused)]
    assert await listed(operator, "?code=provider_auth") == [str(other)]
    assert await listed(operator, "?older_than_s=3600") == [str(other)]
    assert await listed(operator, "?created_before=2021-01-01T00:00:00Z") == [str(other)]
    assert await listed(operator, "?created_after=2021-01-01T00:00:00Z&status=failed") == [str(refused)]
    assert await listed(operator, "?kind=sweep_objects") == []
    assert await listed(operator, "?order=oldest") == [str(refused), str(other), str(waiting)]


@pytest.mark.parametrize("order", ["newest", "oldest"])
async def test_a_walk_meets_every_job_once(api: Api, operator: httpx.AsyncClient, order: str) -> None:
    jobs = [str(ordered(api.engine, uuid4())) for _ in range(5)]
    seen: list[str] = []
    query = f"?order={order}&page_size=2"
    token = None
    while token != "":
        page = (await operator.get(f"{JOBS}{query}" + (f"&page_token={token}" if token else ""))).json()
        seen += [item["id"] for item in page["items"]]
        token = page["next_page_token"]
    assert seen == (jobs if order == "oldest" else jobs[::-1])


async def test_a_job_is_shown_with_its_steps_and_what_was_paid(api: Api, operator: httpx.AsyncClient) -> None:
    job_id = ordered(api.engine, uuid4())
    api.engine.fail(job_id, "write_text", "provider_timeout", transient=True)
    for paid_for in (job_id, ordered(api.engine, uuid4())):
        api.engine.connection.execute(
            "INSERT INTO provider_calls (id, job_id, step, provider, model, units, micro_usd, sandbox, request_hash,"
            " response_key, rejected)"
            " VALUES ($1, $2, 'write_text', 'anthropic', 'm', '{}', 700, false, 'h', 'k', 'bad')",
            (uuid4(), paid_for),
        )
    job = (await operator.get(f"{JOBS}/{job_id}")).json()
    assert (job["id"], job["status"], job["cancel_reason"]) == (str(job_id), "running", None)
    writing = job["steps"][0]
    assert (writing["name"], writing["task"], writing["queue"]) == ("write_text", "generation.write_text", "generation")
    assert (writing["state"], writing["attempt"], writing["failures"], writing["releases"]) == ("ready", 1, 1, 0)
    assert (writing["leased_by"], writing["lease_until"]) == ("a worker", None)
    assert writing["error"]["code"] == "provider_timeout"
    assert writing["run_at"] > job["created_at"]
    (call,) = job["calls"]
    assert (call["provider"], call["micro_usd"], call["rejected"], call["sandbox"]) == ("anthropic", 700, "bad", False)


async def test_an_operator_cancels_and_retries_for_the_owner(api: Api, operator: httpx.AsyncClient) -> None:
    job_id = ordered(api.engine, api.key.owner_id)
    cancelled = await operator.post(f"{JOBS}/{job_id}/cancel")
    assert (cancelled.status_code, cancelled.json()["status"]) == (202, "cancelled")
    assert (await operator.post(f"{JOBS}/{job_id}/cancel")).json()["code"] == "job_already_finished"
    retried = await operator.post(f"{JOBS}/{job_id}/retry")
    assert (retried.status_code, retried.json()["retry_of"]) == (202, str(job_id))
    assert retried.json()["owner_id"] == str(api.key.owner_id)
    assert retried.headers["location"] == f"{JOBS}/{retried.json()['id']}"
    assert (await api.mine.get(f"/api/jobs/{retried.json()['id']}")).status_code == 200


async def test_a_job_whose_article_was_deleted_is_not_retried(api: Api, operator: httpx.AsyncClient) -> None:
    job_id, article_id = finished(api.engine, api.key.owner_id, narrated=False)
    assert (await api.mine.delete(f"/api/articles/{article_id}")).status_code == 204
    refused = await operator.post(f"{JOBS}/{job_id}/retry")
    assert (refused.status_code, refused.json()["code"]) == (409, "job_not_retryable")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("status=done", "status"),
        ("owner_id=me", "owner_id"),
        ("order=random", "order"),
        ("code=%00", "code"),
        ("older_than_s=-1", "older_than_s"),
        ("older_than_s=99999999999999999999", "older_than_s"),
        ("created_before=2026-03-01T12:00:00", "created_before"),
        ("page_token=x", "page_token"),
    ],
)
async def test_bad_filters_are_named(operator: httpx.AsyncClient, query: str, field: str) -> None:
    answer = await operator.get(f"{JOBS}?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "input_invalid")
    assert [error["field"].partition("[")[0] for error in answer.json()["errors"]] == [field]


async def test_unknown_jobs_are_not_there(operator: httpx.AsyncClient) -> None:
    for method, path in (("GET", ""), ("POST", "/cancel"), ("POST", "/retry")):
        answer = await operator.request(method, f"{JOBS}/{uuid4()}{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_nobody_else_gets_in_whatever_the_id(api: Api) -> None:
    own = ordered(api.engine, api.key.owner_id)
    paths = [("GET", "")]
    for job_id in (own, uuid4()):
        paths += [("GET", f"/{job_id}"), ("POST", f"/{job_id}/cancel"), ("POST", f"/{job_id}/retry")]
    answers: list[Any] = [await api.mine.request(method, JOBS + path) for method, path in paths]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(403, "forbidden")] * len(paths)
    assert api.engine.state(own) == "queued"
