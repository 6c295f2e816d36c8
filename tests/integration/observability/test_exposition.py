"""Metrics over HTTP, and counts of what happens in threads."""

import threading
from collections import Counter
from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from services.dispatcher import app
from services.dispatcher.app import Dispatcher, Loop
from services.dispatcher.settings import Settings
from shared.jobs.claims import WorkerBeat
from shared.jobs.submission import WakeUp
from shared.observability.exposition import serve_metrics
from shared.observability.metrics import WorkerMetrics
from shared.queue import heart, publisher
from shared.queue.app import make_celery
from shared.queue.heart import Heart
from shared.queue.publisher import Publisher
from shared.settings import MetricsSettings, SettingsError
from tests.support.jobs import Engine, step
from tests.support.performing import MemoryPublisher
from tests.support.ports import free_port
from tests.support.processes import eventually

NOWHERE = "redis://127.0.0.1:1/0"
AWAY = "postgresql://nobody:nothing@127.0.0.1:1/nowhere"


@pytest.fixture
def metrics() -> WorkerMetrics:
    return WorkerMetrics(["nlp.work"])


@pytest.fixture
def served(metrics: WorkerMetrics) -> Iterator[MetricsSettings]:
    """Where they are shown."""
    settings = MetricsSettings(port=free_port())
    end = serve_metrics(metrics.registry, settings)
    yield settings
    end()


def test_numbers_are_served_as_prometheus_reads_them(metrics: WorkerMetrics, served: MetricsSettings) -> None:
    metrics.steps.ended("nlp.work", "fenced")
    answer = httpx.get(f"http://127.0.0.1:{served.port}/metrics")
    families = {family.name: family for family in text_string_to_metric_families(answer.text)}
    values = {
        sample.labels["outcome"]: sample.value
        for sample in families["parlance_steps"].samples
        if "outcome" in sample.labels and sample.name.endswith("_total")
    }
    assert values["fenced"] == 1
    assert values["succeeded"] == 0


def test_a_port_in_use_is_one_sentence_at_the_start(metrics: WorkerMetrics, served: MetricsSettings) -> None:
    with pytest.raises(SettingsError, match=rf"^METRICS_PORT: nobody can listen at 127.0.0.1:{served.port}: [^\n]+\.$"):
        serve_metrics(metrics.registry, served)


def test_without_a_port_nothing_is_served(metrics: WorkerMetrics) -> None:
    before = threading.active_count()
    serve_metrics(metrics.registry, MetricsSettings())
    assert threading.active_count() == before


def wake_up() -> WakeUp:
    return WakeUp(uuid4(), "work", "nlp.work", "nlp")


def test_wake_ups_that_were_sent_are_counted_and_notices_are_not(redis_url: str) -> None:
    counted: Counter[str] = Counter()
    mine = Publisher(make_celery(redis_url), redis_url, lambda result: counted.update([result]))
    mine.publish([wake_up(), wake_up()])
    mine.notify([uuid4()])
    assert mine.flush(20.0)
    assert counted == {"sent": 2}


def test_wake_ups_that_redis_did_not_take_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_celery: object, _wakeup: WakeUp) -> None:
        raise OSError

    monkeypatch.setattr(publisher, "send", refused)
    counted: Counter[str] = Counter()
    mine = Publisher(make_celery(NOWHERE), NOWHERE, lambda result: counted.update([result]))
    mine.publish([wake_up()])
    mine.notify([uuid4()])
    assert mine.flush(20.0)
    assert counted == {"failed": 1}


def test_wake_ups_that_found_no_room_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publisher, "ROOM", 1)
    counted: Counter[str] = Counter()
    begun, go_on = threading.Event(), threading.Event()

    def stuck(_celery: object, _wakeup: WakeUp) -> None:
        begun.set()
        go_on.wait(20.0)

    monkeypatch.setattr(publisher, "send", stuck)
    mine = Publisher(make_celery(NOWHERE), NOWHERE, lambda result: counted.update([result]))
    mine.publish([wake_up()])
    assert begun.wait(20.0)
    mine.publish([wake_up(), wake_up()])
    assert counted == {"dropped": 1}
    go_on.set()
    assert eventually(lambda: counted == {"dropped": 1, "sent": 2})


def test_a_heartbeat_that_could_not_be_written_is_counted(
    monkeypatch: pytest.MonkeyPatch, metrics: WorkerMetrics
) -> None:
    monkeypatch.setattr(heart, "TICK", 0.01)
    worker = WorkerBeat("w", "nlp", "", 1, 0, draining=False)
    mine = Heart(AWAY, worker, MemoryPublisher(), lambda _: None, lambda: None, missed=metrics.steps.missed_heartbeat)
    mine.start()

    def missed() -> float:
        return metrics.registry.get_sample_value("parlance_heartbeats_missed_total") or 0.0

    assert eventually(lambda: missed() >= 2)
    mine.stop()


@pytest.mark.parametrize("fault", [OSError("away"), KeyError("ours")])
def test_a_round_that_breaks_off_is_counted(
    clean_database: str, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    monkeypatch.setattr(app, "INTERVAL", 0.01)
    failed: list[str] = []
    end = threading.Event()

    def turn(_: object) -> float:
        if len(failed) == 2:
            end.set()
            return 0.0
        raise fault

    settings = Settings(database_url=clean_database, redis_url="", log_level="INFO")
    loop = Loop("t", settings, end, turn, failed.append)
    loop.start()
    loop.join(20)
    assert failed == ["t", "t"]


def test_the_dispatcher_shows_its_own_numbers(engine: Engine, clean_database: str, redis_url: str) -> None:
    engine.submit(step("work"))
    port = free_port()
    settings = Settings(
        database_url=clean_database, redis_url=redis_url, log_level="INFO", metrics=MetricsSettings(port=port)
    )
    dispatcher = Dispatcher(settings)
    thread = threading.Thread(target=dispatcher.run)
    thread.start()

    def shown() -> str:
        try:
            return httpx.get(f"http://127.0.0.1:{port}/metrics").text
        except httpx.TransportError:
            return ""

    try:
        assert eventually(lambda: 'parlance_wakeups_sent_total{result="sent"} 1.0' in shown())
        assert 'parlance_relayed_steps_total{queue="nlp",reason="due"} 1.0' in shown()
        assert 'parlance_rounds_failed_total{loop="relay"} 0.0' in shown()
    finally:
        dispatcher.stop()
        thread.join(20)
