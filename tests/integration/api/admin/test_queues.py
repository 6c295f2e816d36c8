"""Operators see, pause and resume queues."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from shared.jobs import claims
from shared.jobs.claims import WorkerBeat, beat_worker
from tests.integration.api.conftest import Api
from tests.support.fleet import Fleet
from tests.support.jobs import Engine, step
from tests.support.processes import eventually

QUEUES = "/api/admin/queues"
NAMES = ["generation", "generation.bulk", "tts", "tts.bulk", "stt", "stt.bulk", "nlp", "nlp.bulk"]
WHY = {"reason": "maintenance"}


async def queue(operator: httpx.AsyncClient, name: str = "nlp") -> dict[str, Any]:
    """One queue as the list shows it."""
    answer = await operator.get(QUEUES)
    assert answer.status_code == 200, answer.text
    return next(row for row in answer.json() if row["name"] == name)


def worker(engine: Engine, name: str, **changes: Any) -> None:
    """A worker of nlp with four slots on the register."""
    beat_worker(engine.connection, WorkerBeat(name, "nlp", "1", 4, 0, **{"draining": False, **changes}))


async def test_all_queues_are_there_also_when_nothing_waits(api: Api, operator: httpx.AsyncClient) -> None:
    answer = await operator.get(QUEUES)
    assert [row["name"] for row in answer.json()] == NAMES
    assert answer.json()[0] == {
        "name": "generation",
        "ready": 0,
        "due": 0,
        "published": 0,
        "oldest_ready_s": None,
        "running": 0,
        "slots": 0,
        "paused": None,
    }
    assert api.engine.connection.execute("SELECT count(*) AS n FROM queues").fetchone() == {"n": 0}


async def test_a_queue_says_what_waits_since_when_and_what_runs(api: Api, operator: httpx.AsyncClient) -> None:
    running, old, sent, later, _ = (api.engine.submit(step("a")) for _ in range(5))
    api.engine.submit(step("a"), bulk=True)
    api.engine.token(running, "a")
    for job, seconds in ((old, -90), (later, 3600)):
        api.engine.connection.execute(
            "UPDATE job_steps SET run_at = clock_timestamp() + make_interval(secs => $2) WHERE job_id = $1",
            (job, seconds),
        )
    api.engine.connection.execute("UPDATE job_steps SET published_at = clock_timestamp() WHERE job_id = $1", (sent,))
    seen = await queue(operator)
    assert (seen["ready"], seen["due"], seen["published"], seen["running"]) == (4, 3, 1, 1)
    assert 90 <= seen["oldest_ready_s"] < 120
    assert (await queue(operator, "nlp.bulk"))["ready"] == 1


async def test_slots_are_those_of_live_workers_that_do_not_drain(api: Api, operator: httpx.AsyncClient) -> None:
    for name in ("here", "there", "asked", "gone"):
        worker(api.engine, name)
    worker(api.engine, "leaving", draining=True)
    api.engine.connection.execute("UPDATE workers SET asked_to_drain = true WHERE name = 'asked'")
    api.engine.connection.execute("UPDATE workers SET seen_at = seen_at - interval '31 seconds' WHERE name = 'gone'")
    assert (await queue(operator))["slots"] == 8
    assert (await queue(operator, "nlp.bulk"))["slots"] == 8
    assert (await queue(operator, "tts"))["slots"] == 0


async def test_a_paused_queue_gives_nothing_until_it_is_resumed(api: Api, operator: httpx.AsyncClient) -> None:
    running, waiting, bulk = (api.engine.submit(step("a"), bulk=bulk) for bulk in (False, False, True))
    token = api.engine.token(running, "a")
    answer = await operator.post(f"{QUEUES}/nlp/pause", json=WHY)
    assert answer.status_code == 200, answer.text
    assert answer.json()["paused"] == {"until": None, "reason": "maintenance", "by": "operator"}
    assert (await queue(operator))["paused"] == answer.json()["paused"]
    assert api.engine.claim(waiting, "a") == "paused queue"
    assert not isinstance(api.engine.claim(bulk, "a"), str), "bulk is another queue"
    assert api.engine.succeed(running, "a", token).verdict == "applied", "what runs goes on"
    answer = await operator.post(f"{QUEUES}/nlp/resume")
    assert (answer.status_code, answer.json()["paused"]) == (200, None)
    assert not isinstance(api.engine.claim(waiting, "a"), str)


async def test_a_pause_of_so_many_seconds_says_when_it_ends(operator: httpx.AsyncClient) -> None:
    answer = await operator.post(f"{QUEUES}/tts.bulk/pause", json=WHY | {"seconds": 604_800})
    until = datetime.fromisoformat(answer.json()["paused"]["until"])
    assert abs(until - datetime.now(UTC) - timedelta(days=7)) < timedelta(minutes=1)


async def test_the_second_pause_takes_the_place_of_the_first(operator: httpx.AsyncClient) -> None:
    await operator.post(f"{QUEUES}/nlp/pause", json=WHY)
    answer = await operator.post(f"{QUEUES}/nlp/pause", json={"reason": "only a moment", "seconds": 60})
    assert answer.json()["paused"]["reason"] == "only a moment"
    assert answer.json()["paused"]["until"] is not None


async def test_an_operators_pause_that_is_over_holds_nobody_up(api: Api, operator: httpx.AsyncClient) -> None:
    jobs = [api.engine.submit(step("a")) for _ in range(3)]
    await operator.post(f"{QUEUES}/nlp/pause", json=WHY | {"seconds": 60})
    assert api.engine.claim(jobs[0], "a") == "paused queue"
    api.engine.connection.execute("UPDATE queues SET paused_until = clock_timestamp()")
    assert (await queue(operator))["paused"] is None
    assert not [claim for claim in (api.engine.claim(job, "a") for job in jobs) if isinstance(claim, str)]
    claims.pause_for_provider(api.engine.connection, "nlp", "provider_overloaded", 60.0)
    paused = (await queue(operator))["paused"]
    assert (paused["by"], paused["reason"]) == ("provider", "provider_overloaded")
    assert api.engine.claim(api.engine.submit(step("a")), "a") == "paused queue"


async def test_a_wake_up_too_early_after_a_pause_that_is_over_is_no_paused_queue(api: Api) -> None:
    job = api.engine.submit(step("a"))
    api.engine.pause("nlp", seconds=0.001)
    api.engine.connection.execute("UPDATE job_steps SET run_at = clock_timestamp() + interval '1 hour'")
    assert eventually(lambda: api.engine.claim(job, "a") == "duplicate wake-up")


async def test_a_providers_pause_is_shown_until_a_step_has_succeeded_and_can_be_ended(
    api: Api, operator: httpx.AsyncClient
) -> None:
    claims.pause_for_provider(api.engine.connection, "nlp", "provider_rate_limited", 60.0)
    api.engine.connection.execute("UPDATE queues SET paused_until = clock_timestamp()")
    assert (await queue(operator))["paused"]["by"] == "provider"
    answer = await operator.post(f"{QUEUES}/nlp/resume")
    assert answer.json()["paused"] is None
    assert (await queue(operator, "nlp.bulk"))["paused"] is not None


async def test_to_resume_what_is_not_paused_changes_nothing(operator: httpx.AsyncClient) -> None:
    answer = await operator.post(f"{QUEUES}/nlp/resume")
    assert (answer.status_code, answer.json()["paused"]) == (200, None)


@pytest.mark.parametrize("verb", ["pause", "resume"])
@pytest.mark.parametrize("name", ["celery", "NLP", "nlp.bulk.bulk", "%00", "nlp%20"])
async def test_an_unknown_queue_is_not_found(api: Api, operator: httpx.AsyncClient, name: str, verb: str) -> None:
    answer = await operator.post(f"{QUEUES}/{name}/{verb}", json=WHY)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert "tts.bulk" in answer.json()["detail"]
    assert api.engine.connection.execute("SELECT count(*) AS n FROM queues").fetchone() == {"n": 0}


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["reason"]),
        ({"reason": ""}, ["reason"]),
        ({"reason": "x" * 201}, ["reason"]),
        ({"reason": " ", "seconds": 0}, ["reason", "seconds"]),
        ({"reason": "a\0b", "seconds": 604_801}, ["reason", "seconds"]),
        ({"reason": "x", "seconds": "soon"}, ["seconds"]),
        ({"reason": "x", "until": "tomorrow"}, ["until"]),
    ],
)
async def test_a_pause_that_cannot_be_names_its_fields_and_pauses_nothing(
    api: Api, operator: httpx.AsyncClient, body: dict[str, object], fields: list[str]
) -> None:
    answer = await operator.post(f"{QUEUES}/nlp/pause", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "input_invalid")
    assert [error["field"] for error in answer.json()["errors"]] == fields
    assert api.engine.connection.execute("SELECT count(*) AS n FROM queues").fetchone() == {"n": 0}


@pytest.mark.parametrize("name", ["nlp", "celery"])
async def test_a_student_may_do_none_of_it_whatever_the_name(api: Api, name: str) -> None:
    answers = [
        await api.mine.get(QUEUES),
        await api.mine.post(f"{QUEUES}/{name}/pause", json=WHY),
        await api.mine.post(f"{QUEUES}/{name}/resume"),
    ]
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(403, "forbidden")}
    assert api.engine.connection.execute("SELECT count(*) AS n FROM queues").fetchone() == {"n": 0}


async def test_real_workers_leave_a_paused_queue_alone_and_begin_soon_after_it_is_resumed(
    operator: httpx.AsyncClient, fleet: Fleet
) -> None:
    fleet.worker()
    fleet.dispatcher()
    running = fleet.submit(naps=10)
    assert fleet.begins(running), fleet.logs()
    await operator.post(f"{QUEUES}/nlp/pause", json=WHY)
    waiting = [fleet.submit() for _ in range(3)]
    # One whose wake-up was sent, and lost because the queue is paused.
    fleet.engine.connection.execute(
        "UPDATE job_steps SET published_at = clock_timestamp() WHERE job_id = $1", (waiting[0],)
    )
    bulk = fleet.submit(bulk=True)
    assert fleet.ends(running), fleet.logs()
    assert fleet.ends(bulk), fleet.logs()
    assert [fleet.engine.row(job, "work")["attempt"] for job in waiting] == [0, 0, 0]
    resumed = fleet.engine.connection.execute("SELECT clock_timestamp() AS at").fetchone()
    assert resumed is not None
    await operator.post(f"{QUEUES}/nlp/resume")
    assert all(fleet.ends(job) for job in waiting), fleet.logs()
    claimed = [fleet.engine.row(job, "work")["claimed_at"] for job in waiting]
    # The relay looks twice a second and takes a wake-up for lost after one; what is more is a busy machine.
    assert max(claimed) - resumed["at"] < timedelta(seconds=8), fleet.logs()
