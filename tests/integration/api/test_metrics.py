from prometheus_client import CONTENT_TYPE_LATEST

from services.api.metrics.queries import WorkMetrics
from services.api.metrics.requests import RequestMetrics
from tests.integration.api.conftest import Api
from tests.support.api import application, client_of, lonely_resources
from tests.support.jobs import step


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


async def test_many_scrapes_are_one_count(api: Api) -> None:
    now = [100.0]
    requests = RequestMetrics()
    work = WorkMetrics(requests.registry, lambda: now[0])

    async def ready() -> float | None:
        await work.refresh(api.resources.database)
        return requests.registry.get_sample_value("parlance_ready_steps", {"queue": "nlp"})

    assert await ready() is None
    job_id = api.engine.submit(step("annotate_text"))
    now[0] += 4.9
    assert await ready() is None
    now[0] += 0.2
    assert await ready() == 1
    api.engine.token(job_id, "annotate_text")
    now[0] += 5.1
    assert await ready() is None  # an empty queue is no longer shown with its last number
