"""Operators see workers, and ask one to drain."""

from typing import Any
from urllib.parse import quote

import httpx
import pytest

from shared.jobs.claims import WorkerBeat, beat_worker
from tests.integration.api.conftest import Api
from tests.support.fleet import Fleet
from tests.support.jobs import Engine
from tests.support.waiting import becomes

WORKERS = "/api/admin/workers"
NAME = "nlp@host-1"


def register(engine: Engine, name: str = NAME, service: str = "nlp", *, draining: bool = False) -> bool:
    """A worker says that it lives; true if it is asked to drain."""
    return beat_worker(engine.connection, WorkerBeat(name, service, "1", 4, 2, draining=draining))


def silent(engine: Engine, seconds: float) -> None:
    """Let every worker have been silent for so long."""
    engine.connection.execute("UPDATE workers SET seen_at = clock_timestamp() - make_interval(secs => $1)", (seconds,))


async def drain(operator: httpx.AsyncClient, name: str = NAME) -> httpx.Response:
    return await operator.post(f"{WORKERS}/{quote(name, safe='')}/drain")


def asked(engine: Engine) -> list[str]:
    """Who is asked to drain."""
    rows = engine.connection.execute("SELECT name FROM workers WHERE asked_to_drain ORDER BY name").fetchall()
    return [row["name"] for row in rows]


async def test_every_process_on_the_register_is_there_and_the_silent_are_flagged(
    api: Api, operator: httpx.AsyncClient
) -> None:
    assert (await operator.get(WORKERS)).json() == []
    register(api.engine, "tts@host-2", "tts", draining=True)
    silent(api.engine, 31)
    register(api.engine)
    rows = (await operator.get(WORKERS)).json()
    seen = [row.pop("seen_at") for row in rows]
    assert all(seen)
    assert rows == [
        {
            "name": NAME,
            "service": "nlp",
            "version": "1",
            "slots": 4,
            "running": 2,
            "draining": False,
            "fresh": True,
        },
        {
            "name": "tts@host-2",
            "service": "tts",
            "version": "1",
            "slots": 4,
            "running": 2,
            "draining": True,
            "fresh": False,
        },
    ]


async def test_a_worker_that_is_asked_to_drain_hears_of_it_and_no_other_does(
    api: Api, operator: httpx.AsyncClient
) -> None:
    register(api.engine)
    register(api.engine, "nlp@host-2")
    answer = await drain(operator)
    assert answer.status_code == 202, answer.text
    assert (answer.json()["name"], answer.json()["draining"]) == (NAME, True)
    assert (register(api.engine), register(api.engine, "nlp@host-2")) == (True, False)
    shown = (await operator.get(WORKERS)).json()
    assert [row["draining"] for row in shown] == [True, False]


async def test_a_worker_is_asked_once(api: Api, operator: httpx.AsyncClient) -> None:
    register(api.engine)
    await drain(operator)
    again = await drain(operator)
    assert (again.status_code, again.json()["code"]) == (409, "worker_draining")
    register(api.engine, "nlp@host-2", draining=True)
    leaving = await drain(operator, "nlp@host-2")
    assert (leaving.status_code, leaving.json()["code"]) == (409, "worker_draining")
    assert asked(api.engine) == [NAME]


async def test_a_worker_that_is_silent_is_gone_and_is_not_asked(api: Api, operator: httpx.AsyncClient) -> None:
    register(api.engine)
    silent(api.engine, 31)
    answer = await drain(operator)
    assert (answer.status_code, answer.json()["code"]) == (409, "worker_gone")
    assert asked(api.engine) == []


async def test_a_dispatcher_has_nothing_to_drain(api: Api, operator: httpx.AsyncClient) -> None:
    register(api.engine, "dispatcher@host-1", "dispatcher")
    answer = await drain(operator, "dispatcher@host-1")
    assert (answer.status_code, answer.json()["code"]) == (409, "worker_not_drainable")
    assert asked(api.engine) == []


@pytest.mark.parametrize("name", ["nlp@host-10", "nlp", "%", "\0", "nlp@host-1 ", "nlp@höst"])
async def test_an_unknown_worker_is_not_found(api: Api, operator: httpx.AsyncClient, name: str) -> None:
    register(api.engine)
    answer = await drain(operator, name)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert asked(api.engine) == []


@pytest.mark.parametrize("name", [NAME, "nobody"])
async def test_a_student_may_do_none_of_it_whatever_the_name(api: Api, name: str) -> None:
    register(api.engine)
    answers = [await api.mine.get(WORKERS), await drain(api.mine, name)]
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(403, "forbidden")}
    assert asked(api.engine) == []


async def named(operator: httpx.AsyncClient, service: str) -> list[dict[str, Any]]:
    """The service's processes."""
    return [row for row in (await operator.get(WORKERS)).json() if row["service"] == service]


async def test_a_real_worker_drains_finishes_leaves_and_has_a_successor(
    operator: httpx.AsyncClient, fleet: Fleet
) -> None:
    fleet.dispatcher()
    worker = fleet.worker(WORKER_SLOTS="1")
    job = fleet.submit(naps=70)  # longer than until it hears of it
    assert fleet.begins(job), fleet.logs()
    (mine,) = await named(operator, "nlp")
    assert (await drain(operator, mine["name"])).status_code == 202
    late = fleet.submit()
    await becomes(lambda: worker.poll() is not None)
    assert worker.poll() == 0, fleet.logs()
    assert fleet.engine.state(job) == "succeeded"
    assert (fleet.engine.row(late, "work")["attempt"], fleet.engine.state(late)) == (0, "queued")
    assert await named(operator, "nlp") == []
    fleet.worker()
    assert fleet.ends(late), fleet.logs()
    (successor,) = await named(operator, "nlp")
    assert (successor["name"] == mine["name"], successor["draining"]) == (False, False)
