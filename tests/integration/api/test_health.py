import httpx
import pytest

from services.api.docs.description import VERSION
from shared.jobs.claims import WorkerBeat, beat_worker
from shared.jobs.kinds import SERVICES
from tests.integration.api.conftest import Api
from tests.support.api import application, client_of, lonely_resources

EVERYBODY = ("dispatcher", *SERVICES)
DEPENDENCIES = {"postgres", "redis", "objects", *EVERYBODY}


def beat(api: Api, *services: str) -> None:
    """Let these services have been seen just now."""
    for service in services:
        beat_worker(api.engine.connection, WorkerBeat(f"{service}@here", service, "1", 8, 0, draining=False))


def wrong(answer: httpx.Response) -> set[str]:
    """The dependencies that are not well."""
    return {name for name, result in answer.json()["checks"].items() if result != "ok"}


async def test_ready_when_everything_answers_and_everybody_was_seen(api: Api) -> None:
    beat(api, *EVERYBODY)
    answer = await api.mine.get("/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (200, True)
    assert set(answer.json()["checks"]) == DEPENDENCIES


@pytest.mark.parametrize("missing", EVERYBODY)
async def test_missing_service_is_named(api: Api, missing: str) -> None:
    beat(api, *(set(EVERYBODY) - {missing}))
    answer = await api.mine.get("/readyz")
    assert (answer.status_code, answer.json()["ready"], wrong(answer)) == (503, False, {missing})


async def test_service_that_was_last_seen_long_ago_is_missing(api: Api) -> None:
    beat(api, *EVERYBODY)
    api.engine.connection.execute(
        "UPDATE workers SET seen_at = clock_timestamp() - interval '16 seconds' WHERE service = 'tts'"
    )
    assert wrong(await api.mine.get("/readyz")) == {"tts"}


@pytest.mark.parametrize("draining", SERVICES)
async def test_service_that_only_drains_takes_no_work(api: Api, draining: str) -> None:
    beat(api, *(set(EVERYBODY) - {draining}))
    beat_worker(api.engine.connection, WorkerBeat(f"{draining}@here", draining, "1", 8, 3, draining=True))
    answer = await api.mine.get("/readyz")
    assert (answer.status_code, wrong(answer)) == (503, {draining})
    assert answer.json()["checks"][draining] == "every process is draining"
    beat_worker(api.engine.connection, WorkerBeat(f"{draining}@there", draining, "2", 8, 0, draining=False))
    assert (await api.mine.get("/readyz")).status_code == 200


async def test_one_of_two_processes_of_a_service_is_enough(api: Api) -> None:
    beat(api, *EVERYBODY)
    beat_worker(api.engine.connection, WorkerBeat("tts@there", "tts", "1", 8, 0, draining=False))
    api.engine.connection.execute("UPDATE workers SET seen_at = 'epoch' WHERE name = 'tts@here'")
    assert (await api.mine.get("/readyz")).status_code == 200


async def test_process_lives_while_everything_else_is_away() -> None:
    async with client_of(application(lonely_resources()), key=None) as client:
        assert (await client.get("/healthz")).json() == {"status": "ok"}
        assert (await client.get("/")).json() == {"name": "Parlance", "version": VERSION}
        answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert wrong(answer) == DEPENDENCIES - {"objects"}
    assert "127.0.0.1" not in answer.text
