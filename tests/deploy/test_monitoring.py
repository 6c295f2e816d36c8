"""Dashboards and alerts speak of metrics, labels and values that the code has, and Prometheus asks where they are."""

import json
import re
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from functools import cache
from typing import Any

import pytest
import yaml
from prometheus_client import CollectorRegistry

from deploy.local.state import CHECKOUT
from services.api.app import build
from services.api.metrics.queries import EVERYBODY
from services.api.resources import Resources
from shared.jobs.kinds import QUEUES, SERVICES, both_queues
from shared.observability.metrics import OUTCOMES, DispatcherMetrics, WorkerMetrics
from tests.support.compose import example, read_compose
from tests.support.promql import Spoken, read_expression

GRAFANA = CHECKOUT / "deploy/grafana"
BOARDS = sorted((GRAFANA / "dashboards").glob("*.json"))
PROMETHEUS: dict[str, Any] = yaml.safe_load((CHECKOUT / "deploy/prometheus/prometheus.yml").read_text())
ALERTS: list[dict[str, Any]] = [
    rule
    for group in yaml.safe_load((CHECKOUT / "deploy/prometheus/alerts.yml").read_text())["groups"]
    for rule in group["rules"]
]
COMPOSE = read_compose(example())["services"]
SCRAPED = {"job", "instance"}
"""Labels that Prometheus itself gives."""
FUNCTIONS = {
    "absent",
    "histogram_quantile",
    "increase",
    "max",
    "min",
    "rate",
    "sum",
    "topk",
}


class Idle:
    """A pool that nobody uses."""

    in_use = idle = waiting = 0


def never() -> AbstractAsyncContextManager[Resources]:
    """The API is put together here, not started."""
    raise NotImplementedError


def registries() -> Iterator[CollectorRegistry]:
    worker = WorkerMetrics()
    worker.watch_pool(Idle)
    yield worker.registry
    yield DispatcherMetrics().registry
    yield build(never).state.request_metrics.registry


def labels_by_metric() -> dict[str, set[str]]:
    """Every series that our processes show, by name, with the labels it may have."""
    found: dict[str, set[str]] = {"up": set()}
    for registry in registries():
        for collector, names in registry._collector_to_names.items():
            labels = set(getattr(collector, "_labelnames", ()))
            samples = [sample for family in collector.collect() for sample in family.samples]
            labels |= {label for sample in samples for label in sample.labels}
            for name in {*names, *(sample.name for sample in samples)}:
                found.setdefault(name, set()).update(labels | ({"le"} if name.endswith("_bucket") else set()))
    return found


METRICS = labels_by_metric()


@cache
def source() -> str:
    """All of the services: who wants to know whether a code exists looks here."""
    return "".join(path.read_text() for path in (CHECKOUT / "services").rglob("*.py"))


def panels() -> Iterator[tuple[str, dict[str, Any]]]:
    for board in BOARDS:
        for panel in json.loads(board.read_text())["panels"]:
            yield board.stem, panel


def expressions() -> list[tuple[str, str]]:
    """Everything that Prometheus is asked, with where it stands."""
    told = [(rule["alert"], rule["expr"]) for rule in ALERTS]
    shown = [(f"{board}: {panel['title']}", target["expr"]) for board, panel in panels() for target in panel["targets"]]
    return told + shown


def spoken_of() -> dict[str, Spoken]:
    return {f"{where} {number}": read_expression(text) for number, (where, text) in enumerate(expressions())}


@pytest.mark.parametrize(("where", "text"), expressions())
def test_an_expression_speaks_of_what_the_code_has(where: str, text: str) -> None:
    spoken = read_expression(text)
    assert spoken.metrics, where
    assert sorted(spoken.metrics - METRICS.keys()) == []
    known = {label for name in spoken.metrics for label in METRICS[name]} | SCRAPED
    assert sorted(spoken.labels - known) == []
    assert sorted(spoken.functions - FUNCTIONS) == []
    assert text.count("(") == text.count(")")
    assert text.count("{") == text.count("}")


@pytest.mark.parametrize(("where", "text"), expressions())
def test_an_expression_compares_with_values_that_exist(where: str, text: str) -> None:
    matched = read_expression(text).matched
    jobs = {job["job_name"] for job in PROMETHEUS["scrape_configs"]}
    assert matched.get("outcome", set()) <= set(OUTCOMES), where
    assert matched.get("service", set()) <= set(EVERYBODY)
    assert matched.get("job", set()) <= jobs
    assert matched.get("sandbox", set()) <= {"true", "false"}
    for result in matched.get("result", set()) - {"answered", "memo", "stopped"}:
        assert f'"{result}"' in source(), result
    for pattern in matched.get("queue", set()):
        assert [queue for queue in QUEUES if re.fullmatch(pattern.replace("\\\\", "\\"), queue)] == [
            queue for service in SERVICES for queue in both_queues(service)[1:]
        ]


@pytest.mark.parametrize(
    "broken",
    [
        "sum(parlance_open_job)",
        "sum by (queues) (parlance_ready_steps)",
        'parlance_ready_steps{service="tts"}',
        "average(parlance_ready_steps)",
    ],
)
def test_a_slip_in_an_expression_is_seen(broken: str) -> None:
    with pytest.raises(AssertionError):
        test_an_expression_speaks_of_what_the_code_has("here", broken)


def test_every_metric_of_ours_is_watched() -> None:
    watched = {name for spoken in spoken_of().values() for name in spoken.metrics}
    bases = {re.sub(r"_(bucket|total|sum|count|created)$", "", name) for name in watched}
    ours = {re.sub(r"_(bucket|total|sum|count|created)$", "", name) for name in METRICS if name.startswith("parlance_")}
    assert ours - bases == set()


def test_alerts_are_of_the_right_shape() -> None:
    names = [rule["alert"] for rule in ALERTS]
    assert len(names) == len(set(names)) >= 15
    for rule in ALERTS:
        assert rule.keys() <= {"alert", "expr", "for", "labels", "annotations"}
        assert rule["labels"]["severity"] in {"critical", "warning"}
        assert rule["annotations"].keys() == {"summary", "description", "runbook"}
        assert all(text.strip() for text in rule["annotations"].values())
        assert re.fullmatch(r"\d+m", rule.get("for", "0m"))


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule["alert"])
def test_an_alert_says_only_what_it_knows(rule: dict[str, Any]) -> None:
    spoken = read_expression(rule["expr"])
    kept = spoken.grouped or SCRAPED
    told = set(re.findall(r"\$labels\.(\w+)", " ".join(rule["annotations"].values())))
    assert told <= kept


@pytest.mark.parametrize(
    "needed",
    [
        'parlance_fresh_processes{service="dispatcher"}',
        "parlance_oldest_ready_step_seconds",
        "parlance_leases_expired_total",
        'outcome="fenced"',
        "parlance_queue_paused",
        "provider_quota_exhausted",
        "provider_auth",
        'status=~"5.."',
        "parlance_http_request_seconds_bucket",
        "parlance_database_answers",
        "parlance_database_pool_waiting",
        "parlance_provider_cost_micro_usd_total",
    ],
)
def test_somebody_is_told_of(needed: str) -> None:
    assert any(needed in rule["expr"] for rule in ALERTS)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_without_any_process_is_told_of(service: str) -> None:
    (rule,) = [rule for rule in ALERTS if rule["alert"] == "NoFreshWorker"]
    assert f'absent(parlance_fresh_processes{{service="{service}"}})' in rule["expr"]


def test_prometheus_asks_every_process_at_its_port() -> None:
    jobs = {job["job_name"]: job for job in PROMETHEUS["scrape_configs"]}
    assert jobs.keys() == {"api", "flower", "prometheus", *EVERYBODY}
    for service in EVERYBODY:
        (found,) = jobs[service]["dns_sd_configs"]
        port = int(COMPOSE[service]["environment"]["METRICS_PORT"])
        assert (found["names"], found["type"], found["port"]) == ([service], "A", port)
    assert jobs["api"]["static_configs"] == [{"targets": [f"api:{COMPOSE['api']['environment']['API_PORT']}"]}]
    assert jobs["flower"]["static_configs"] == [
        {"targets": [f"flower:{COMPOSE['flower']['environment']['FLOWER_PORT']}"]}
    ]


def test_prometheus_is_told_only_what_it_understands() -> None:
    assert PROMETHEUS.keys() == {"global", "rule_files", "scrape_configs"}
    times = PROMETHEUS["global"]
    assert times.keys() == {"scrape_interval", "scrape_timeout", "evaluation_interval"}
    assert all(re.fullmatch(r"\d+s", str(time)) for time in times.values())
    assert int(times["scrape_timeout"][:-1]) <= int(times["scrape_interval"][:-1])
    for job in PROMETHEUS["scrape_configs"]:
        assert job.keys() <= {"job_name", "authorization", "static_configs", "dns_sd_configs"}
        assert job.get("authorization", {"type": "Bearer"})["type"] == "Bearer"


def test_prometheus_has_the_apis_token_from_a_file_that_its_start_writes() -> None:
    (api,) = [job for job in PROMETHEUS["scrape_configs"] if job["job_name"] == "api"]
    assert f"> {api['authorization']['credentials_file']}" in COMPOSE["prometheus"]["command"][0]
    given = COMPOSE["prometheus"]["environment"]["API_METRICS_TOKEN"]
    assert given == COMPOSE["api"]["environment"]["API_METRICS_TOKEN"]
    assert PROMETHEUS["rule_files"] == ["alerts.yml"]


def test_grafana_finds_prometheus_and_the_dashboards() -> None:
    sources = yaml.safe_load((GRAFANA / "provisioning/datasources/prometheus.yml").read_text())["datasources"]
    assert [(source["type"], source["url"]) for source in sources] == [("prometheus", "http://prometheus:9090")]
    (found,) = yaml.safe_load((GRAFANA / "provisioning/dashboards/parlance.yml").read_text())["providers"]
    assert f"./deploy/grafana/dashboards:{found['options']['path']}:ro" in COMPOSE["grafana"]["volumes"]
    assert "./deploy/grafana/provisioning:/etc/grafana/provisioning:ro" in COMPOSE["grafana"]["volumes"]


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.stem)
def test_a_dashboard_is_whole(board: Any) -> None:
    found = json.loads(board.read_text())
    assert found["uid"] == f"parlance-{board.stem}"
    assert [variable["type"] for variable in found["templating"]["list"]] == ["datasource"]
    ids = [panel["id"] for panel in found["panels"]]
    assert len(ids) == len(set(ids))
    for panel in found["panels"]:
        assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
        assert panel["title"]
        assert panel["description"]
    taken = [cell for panel in found["panels"] for cell in cells(panel["gridPos"])]
    assert len(taken) == len(set(taken))
    assert max(x for x, _ in taken) < 24


def cells(place: dict[str, int]) -> Iterator[tuple[int, int]]:
    for x in range(place["x"], place["x"] + place["w"]):
        for y in range(place["y"], place["y"] + place["h"]):
            yield x, y


def test_there_are_three_dashboards() -> None:
    assert [board.stem for board in BOARDS] == ["api", "engine", "providers"]
