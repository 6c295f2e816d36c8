import asyncio
from uuid import UUID, uuid4

import httpx
import pytest
from redis.asyncio import Redis

from shared.db.session import connect
from shared.queue.publisher import JOB_CHANNEL
from tests.integration.api.conftest import Api, subscribed
from tests.support.jobs import step
from tests.support.waiting import becomes, soon

STEPS = (step("write_text"), step("narrate_text", "write_text", optional=True))


def submitted(api: Api) -> UUID:
    """A job of the caller with one required and one optional step."""
    return api.engine.submit(*STEPS, owner_id=api.key.owner_id)


def failed(api: Api) -> UUID:
    """A job that has failed."""
    job_id = submitted(api)
    api.engine.fail(job_id, "write_text", "output_refused")
    return job_id


async def waiting(api: Api, path: str, **headers: str) -> asyncio.Task[httpx.Response]:
    """A request that is on its way and waits."""
    task = asyncio.create_task(api.mine.get(path, headers=headers))
    await becomes(lambda: len(api.resources.watch) == 1)
    return task


async def test_poll_shows_the_steps(api: Api) -> None:
    job_id = submitted(api)
    token = api.engine.token(job_id, "write_text")
    answer = await api.mine.get(f"/api/jobs/{job_id}")
    assert answer.status_code == 200
    assert answer.headers["retry-after"] == "1"
    job = answer.json()
    assert (job["id"], job["status"], job["done"], job["result"]) == (str(job_id), "running", False, None)
    assert job["started_at"].endswith("Z")
    writing, narrating = job["progress"]["steps"]
    assert (writing["status"], writing["service"], writing["attempt"]) == ("running", "nlp", 1)
    assert (narrating["status"], narrating["optional"], narrating["seconds"]) == ("blocked", True, None)
    assert job["cost"] == {"micro_usd": 0, "charged_micro_usd": 0, "calls": 0, "sandbox": False}
    api.engine.succeed(job_id, "write_text", token)
    writing = (await api.mine.get(f"/api/jobs/{job_id}")).json()["progress"]["steps"][0]
    assert writing["status"] == "succeeded"
    assert writing["seconds"] >= 0


async def test_cost_is_the_sum_over_the_jobs_calls(api: Api) -> None:
    job_id, other = submitted(api), submitted(api)
    for job, sandbox, cost in ((job_id, True, 700), (job_id, False, 300), (other, False, 5)):
        api.engine.connection.execute(
            "INSERT INTO provider_calls (id, job_id, step, provider, model, units, micro_usd, sandbox, request_hash,"
            " response_key) VALUES ($1, $2, 'write_text', 'anthropic', 'm', '{}', $3, $4, $5, 'k')",
            (uuid4(), job, cost, sandbox, uuid4().hex),
        )
    job = (await api.mine.get(f"/api/jobs/{job_id}")).json()
    assert job["cost"] == {"micro_usd": 1000, "charged_micro_usd": 300, "calls": 2, "sandbox": True}


async def test_unchanged_job_is_304_until_a_claim(api: Api) -> None:
    job_id = submitted(api)
    etag = (await api.mine.get(f"/api/jobs/{job_id}")).headers["etag"]
    unchanged = await api.mine.get(f"/api/jobs/{job_id}", headers={"If-None-Match": etag})
    assert (unchanged.status_code, unchanged.content, unchanged.headers["etag"]) == (304, b"", etag)
    assert unchanged.headers["retry-after"] == "1"
    api.engine.token(job_id, "write_text")
    changed = await api.mine.get(f"/api/jobs/{job_id}", headers={"If-None-Match": etag})
    assert (changed.status_code, changed.json()["status"]) == (200, "running")
    assert changed.headers["etag"] != etag


async def test_waiting_client_is_woken_by_the_message_when_the_job_is_done(api: Api, listening: Redis) -> None:
    job_id = submitted(api)
    task = await waiting(api, f"/api/jobs/{job_id}?wait=60")
    api.engine.fail(job_id, "write_text", "output_refused")
    assert not task.done()
    await listening.publish(JOB_CHANNEL, str(job_id))
    job = (await soon(task)).json()
    assert (job["status"], job["error"]["code"], job["error"]["step"]) == ("failed", "output_refused", "write_text")


async def test_waiting_client_that_knows_a_state_is_woken_by_the_next(api: Api, listening: Redis) -> None:
    job_id = submitted(api)
    etag = (await api.mine.get(f"/api/jobs/{job_id}")).headers["etag"]
    task = await waiting(api, f"/api/jobs/{job_id}?wait=60", **{"If-None-Match": etag})
    api.engine.token(job_id, "write_text")
    await listening.publish(JOB_CHANNEL, str(job_id))
    assert (await soon(task)).json()["status"] == "running"


async def test_wait_that_runs_out_gives_what_is(api: Api) -> None:
    job_id = submitted(api)
    answer = await api.mine.get(f"/api/jobs/{job_id}?wait=1")
    assert (answer.status_code, answer.json()["done"]) == (200, False)


async def test_no_connection_is_held_while_waiting(api: Api, listening: Redis) -> None:
    job_id = submitted(api)
    tasks = [asyncio.create_task(api.mine.get(f"/api/jobs/{job_id}?wait=60")) for _ in range(40)]
    await becomes(lambda: len(api.resources.watch) == 40)
    pool = api.resources.database._pool
    await becomes(lambda: pool.get_idle_size() == pool.get_size() > 0)
    assert not any(task.done() for task in tasks)
    api.engine.fail(job_id, "write_text")
    await listening.publish(JOB_CHANNEL, str(job_id))
    assert {(await soon(task)).json()["status"] for task in tasks} == {"failed"}


async def test_interrupted_subscription_makes_everybody_read_again(api: Api, listening: Redis) -> None:
    job_id = submitted(api)
    task = await waiting(api, f"/api/jobs/{job_id}?wait=60")
    api.engine.fail(job_id, "write_text")  # its message is lost with the connection
    await listening.client_kill_filter(_type="pubsub")
    assert (await soon(task)).json()["status"] == "failed"
    await becomes(lambda: subscribed(listening))


async def test_message_that_is_no_id_is_survived(api: Api, listening: Redis) -> None:
    job_id = submitted(api)
    task = await waiting(api, f"/api/jobs/{job_id}?wait=60")
    await listening.publish(JOB_CHANNEL, "nonsense \xff")
    api.engine.fail(job_id, "write_text")
    await listening.publish(JOB_CHANNEL, str(job_id))
    assert (await soon(task)).json()["done"] is True


async def test_order_that_waits_is_answered_when_its_job_is_done(api: Api, listening: Redis) -> None:
    order = {"language": "de", "level": "A2", "topic": "cats", "narrate": False}
    task = asyncio.create_task(api.mine.post("/api/generation/articles", json=order, headers={"Prefer": "wait=60"}))
    await becomes(lambda: len(api.resources.watch) == 1)
    (job_id,) = (wakeup.job_id for wakeup in api.publisher.published)
    api.engine.fail(job_id, "write_text")
    await listening.publish(JOB_CHANNEL, str(job_id))
    answer = await soon(task)
    assert (answer.status_code, answer.json()["status"]) == (202, "failed")
    assert answer.headers["preference-applied"] == "wait=60"


async def test_cancel_stops_what_has_not_begun_and_tells_who_waits(api: Api) -> None:
    job_id = submitted(api)
    answer = await api.mine.post(f"/api/jobs/{job_id}/cancel")
    assert (answer.status_code, answer.headers["location"]) == (202, f"/api/jobs/{job_id}")
    job = answer.json()
    assert (job["status"], job["done"], job["error"]["code"]) == ("cancelled", True, "cancelled")
    assert api.publisher.notified == [job_id]


async def test_cancel_of_a_running_job_is_under_way(api: Api) -> None:
    job_id = submitted(api)
    api.engine.token(job_id, "write_text")
    for _ in range(2):  # asking again changes nothing
        job = (await api.mine.post(f"/api/jobs/{job_id}/cancel")).json()
        assert (job["status"], job["done"]) == ("cancelling", False)
        assert job["cancel_requested_at"] is not None


async def test_cancel_of_an_ended_job_is_409_with_its_status(api: Api) -> None:
    job_id = failed(api)
    answer = await api.mine.post(f"/api/jobs/{job_id}/cancel")
    assert answer.status_code == 409
    problem = answer.json()
    assert (problem["code"], problem["job_id"], problem["job_status"]) == (
        "job_already_finished",
        str(job_id),
        "failed",
    )


async def test_retry_is_a_new_job_that_names_the_old_one(api: Api) -> None:
    job_id = failed(api)
    answer = await api.mine.post(f"/api/jobs/{job_id}/retry", headers={"X-Request-ID": "again"})
    assert answer.status_code == 202
    job = answer.json()
    assert (job["retry_of"], job["status"]) == (str(job_id), "queued")
    assert answer.headers["location"] == f"/api/jobs/{job['id']}" != f"/api/jobs/{job_id}"
    assert [(wakeup.job_id, wakeup.step) for wakeup in api.publisher.published] == [(UUID(job["id"]), "write_text")]
    row = api.engine.connection.execute("SELECT request_id FROM jobs WHERE retry_of = $1", (job_id,)).fetchone()
    assert row == {"request_id": "again"}


async def test_retry_asked_twice_is_the_same_new_job(api: Api) -> None:
    job_id = failed(api)
    first = await api.mine.post(f"/api/jobs/{job_id}/retry")
    second = await api.mine.post(f"/api/jobs/{job_id}/retry")
    assert (first.json()["id"], second.status_code) == (second.json()["id"], 202)
    assert len(api.publisher.published) == 1


async def test_retry_of_an_open_or_successful_job_is_409(api: Api) -> None:
    job_id = submitted(api)
    answer = await api.mine.post(f"/api/jobs/{job_id}/retry")
    assert (answer.status_code, answer.json()["code"], answer.json()["job_status"]) == (
        409,
        "job_not_retryable",
        "queued",
    )
    for name in ("write_text", "narrate_text"):
        api.engine.succeed(job_id, name)
    answer = await api.mine.post(f"/api/jobs/{job_id}/retry")
    assert (answer.status_code, answer.json()["job_status"]) == (409, "succeeded")


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "", {}),
        ("GET", "", {"If-None-Match": "*"}),
        ("GET", "?wait=60", {}),
        ("GET", "?wait=60", {"If-None-Match": "*"}),
        ("POST", "/cancel", {}),
        ("POST", "/retry", {}),
    ],
)
async def test_job_of_somebody_else_is_not_there_and_stays_as_it_is(
    api: Api, method: str, path: str, headers: dict[str, str]
) -> None:
    for job_id in (submitted(api), failed(api)):
        before = (await api.mine.get(f"/api/jobs/{job_id}")).text
        answer = await soon(api.theirs.request(method, f"/api/jobs/{job_id}{path}", headers=headers))
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        assert (await api.mine.get(f"/api/jobs/{job_id}")).text == before
    assert api.publisher.published == []


async def test_ended_job_that_is_known_already_is_not_waited_for(api: Api) -> None:
    path = f"/api/jobs/{failed(api)}"
    etag = (await api.mine.get(path)).headers["etag"]
    answer = await soon(api.mine.get(f"{path}?wait=60", headers={"If-None-Match": etag}))
    assert answer.status_code == 304
    assert "retry-after" not in answer.headers


@pytest.mark.parametrize("path", ["", "/cancel", "/retry"])
async def test_unknown_job_is_404(api: Api, path: str) -> None:
    answer = await api.mine.request("POST" if path else "GET", f"/api/jobs/{uuid4()}{path}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_lock_held_by_somebody_is_503_soon(api: Api, clean_database: str) -> None:
    job_id = submitted(api)
    with api.engine.database.connection() as pooled:  # the only one that is open, so the next to be used
        pooled.execute("SET lock_timeout = '20ms'")
    with connect(clean_database, "holder") as holder, holder.transaction():
        holder.execute("SELECT FROM jobs WHERE id = $1 FOR UPDATE", (job_id,))
        answer = await api.mine.post(f"/api/jobs/{job_id}/cancel")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert (await api.mine.get(f"/api/jobs/{job_id}")).json()["status"] == "queued"


async def test_restart_of_postgres_is_not_seen(api: Api) -> None:
    job_id = submitted(api)
    assert (await api.mine.get(f"/api/jobs/{job_id}")).status_code == 200
    killed = api.engine.connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'parlance-api'"
        " AND datname = current_database()"
    ).fetchall()
    assert killed
    pool = api.resources.database._pool
    await becomes(lambda: pool.get_size() == 0)
    assert (await api.mine.get(f"/api/jobs/{job_id}")).status_code == 200
