import asyncio

from prometheus_client import CONTENT_TYPE_LATEST
from prometheus_client.parser import text_string_to_metric_families

from services.api.metrics.queries import WorkMetrics
from services.api.metrics.requests import RequestMetrics
from shared.jobs.claims import WorkerBeat, beat_worker, pause_for_provider
from tests.integration.api.conftest import Api
from tests.support.api import application, client_of, lonely_resources
from tests.support.jobs import step
from tests.support.waiting import becomes


async def test_work_is_counted(api: Api) -> None:
    for _ in range(2):
        api.engine.submit(step("annotate_text"))
    ended = api.engine.submit(step("annotate_text"))
    api.engine.fail(ended, "annotate_text")
    running = api.engine.submit(step("speak", service="tts"))
    api.engine.token(running, "speak")
    text = (await api.mine.get("/metrics")).text
    assert 'parlance_open_jobs{state="queued"} 3.0' in text
    assert 'parlance_ready_steps{queue="nlp"} 2.0' in text
    assert 'parlance_running_steps{queue="tts"} 1.0' in text
    assert 'parlance_oldest_ready_step_seconds{queue="nlp"}' in text
    assert "parlance_database_answers 1.0" in text
    assert "failed" not in text


async def test_requests_are_shown_without_a_key() -> None:
    async with client_of(application(lonely_resources()), key=None) as client:
        await client.get("/api/languages")
        answer = await client.get("/metrics")
    assert answer.headers["content-type"] == CONTENT_TYPE_LATEST  # with one charset: Prometheus refuses two
    assert 'parlance_http_requests_total{method="GET",route="/api/languages",status="200"} 1.0' in answer.text
    assert "parlance_database_answers 0.0" in answer.text


async def numbers(api: Api) -> dict[tuple[str, ...], float]:
    """Every sample by its name and the values of its labels."""
    families = text_string_to_metric_families((await api.mine.get("/metrics")).text)
    return {(sample.name, *sample.labels.values()): sample.value for family in families for sample in family.samples}


def beat(api: Api, name: str, running: int, *, draining: bool = False) -> None:
    beat_worker(api.engine.connection, WorkerBeat(name, "tts", "1", 8, running, draining=draining))


async def test_processes_and_their_slots_are_counted(api: Api) -> None:
    beat(api, "tts@one", 3)
    beat(api, "tts@two", 2)
    beat(api, "tts@drains", 5, draining=True)
    beat(api, "tts@gone", 7)
    api.engine.connection.execute("UPDATE workers SET seen_at = now() - interval '16 seconds' WHERE name = 'tts@gone'")
    shown = await numbers(api)
    assert shown["parlance_fresh_processes", "tts"] == 3
    assert (shown["parlance_slots", "tts"], shown["parlance_busy_slots", "tts"]) == (16, 5)
    for service in ("dispatcher", "generation", "nlp", "stt"):  # who alerts on 0 must see a 0
        assert shown["parlance_fresh_processes", service] == 0
        assert shown["parlance_slots", service] == 0


async def test_pauses_are_shown_while_they_last(api: Api) -> None:
    api.engine.pause("nlp")
    pause_for_provider(api.engine.connection, "tts", "provider_overloaded", 60.0)
    api.engine.connection.execute("UPDATE queues SET paused_until = now() WHERE name = 'tts.bulk'")
    api.engine.connection.execute("INSERT INTO queues VALUES ('no queue of ours', 'infinity', '', 'operator')")
    paused = {key[1:]: value for key, value in (await numbers(api)).items() if key[0] == "parlance_queue_paused"}
    assert paused == {("operator", "nlp"): 1, ("provider", "tts"): 1}


async def test_connections_and_waiting_clients_are_those_of_the_moment(api: Api) -> None:
    job_id = api.engine.submit(step("annotate_text"))

    async def never() -> int:
        return 0

    waiting = asyncio.create_task(api.resources.watch.until(job_id, never, lambda state: state > 0, 60.0))
    await becomes(lambda: len(api.resources.watch) == 1)
    await numbers(api)  # opens a connection
    shown = await numbers(api)
    assert shown["parlance_waiting_clients",] == 1
    connections = [shown["parlance_database_pool_connections", state] for state in ("in_use", "idle")]
    assert connections == list(api.resources.database.connections())
    assert sum(connections) >= 1
    api.resources.watch.close()
    await waiting


async def test_many_scrapes_are_one_count(api: Api) -> None:
    now = [100.0]
    requests = RequestMetrics()
    work = WorkMetrics(requests.registry, lambda: now[0])

    async def ready() -> float | None:
        await work.refresh(api.resources.database)
        return requests.registry.get_sample_value("parlance_ready_steps", {"queue": "nlp"})

    assert await ready() == 0
    job_id = api.engine.submit(step("annotate_text"))
    now[0] += 4.9
    assert await ready() == 0
    now[0] += 0.2
    assert await ready() == 1
    api.engine.token(job_id, "annotate_text")
    now[0] += 5.1
    assert await ready() == 0  # and no longer its last number
