"""What is counted has a name, a meaning and a bounded set of labels."""

import re

from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from shared.db.session import PoolUse
from shared.observability import metrics
from shared.observability.metrics import OUTCOMES, DispatcherMetrics, WorkerMetrics

ROW = re.compile(r"^\| `(parlance_\w+)` \| ([\w, ]*)\|", re.MULTILINE)


def everything() -> tuple[WorkerMetrics, DispatcherMetrics]:
    """Both, with each label used once."""
    worker, dispatcher = WorkerMetrics(["nlp.work"]), DispatcherMetrics(["relay"])
    worker.watch_pool(lambda: PoolUse(2, 1, 3))
    worker.providers.called("deepl", "m", "answered", 0.3)
    worker.providers.paid("deepl", "m", 7, sandbox=True)
    worker.steps.claimed("nlp", "claimed")
    worker.steps.took("nlp.work", 1.0)
    dispatcher.lease_expired("nlp")
    dispatcher.relayed_due("nlp", -0.1)
    return worker, dispatcher


def shown(*registries: WorkerMetrics | DispatcherMetrics) -> dict[str, set[str]]:
    """Labels by metric, without those of the format itself."""
    found: dict[str, set[str]] = {}
    for each in registries:
        for family in text_string_to_metric_families(generate_latest(each.registry).decode()):
            if family.name.endswith("_created"):  # the format's own: when a series began
                continue
            name = family.name + ("_total" if family.type == "counter" else "")
            labels = {label for sample in family.samples for label in sample.labels}
            found[name] = found.get(name, set()) | (labels - {"le"})
    return found


def test_the_table_names_every_metric_with_its_labels() -> None:
    table = {
        name: {label.strip() for label in labels.split(",")} - {""}
        for name, labels in ROW.findall(metrics.__doc__ or "")
    }
    assert shown(*everything()) == table


def test_values_are_what_was_counted() -> None:
    worker, dispatcher = everything()
    value = worker.registry.get_sample_value
    assert value("parlance_database_pool_connections", {"state": "in_use"}) == 2
    assert value("parlance_database_pool_connections", {"state": "idle"}) == 1
    assert value("parlance_database_pool_waiting") == 3
    cost = {"provider": "deepl", "model": "m", "sandbox": "true"}
    assert value("parlance_provider_cost_micro_usd_total", cost) == 7
    lag = {"queue": "nlp"}
    assert dispatcher.registry.get_sample_value("parlance_relay_lag_seconds_sum", lag) == 0  # clocks may disagree


def test_a_cost_that_is_not_known_is_not_counted() -> None:
    worker = WorkerMetrics()
    worker.providers.paid("deepl", "m", None, sandbox=False)
    assert list(shown(worker)["parlance_provider_cost_micro_usd_total"]) == []


def test_outcomes_are_shown_before_the_first_of_a_kind() -> None:
    worker, dispatcher = everything()
    for outcome in OUTCOMES:
        labels = {"task": "nlp.work", "outcome": outcome}
        assert worker.registry.get_sample_value("parlance_steps_total", labels) == 0
    for result in ("sent", "failed", "dropped"):
        assert dispatcher.registry.get_sample_value("parlance_wakeups_sent_total", {"result": result}) == 0
    assert dispatcher.registry.get_sample_value("parlance_rounds_failed_total", {"loop": "relay"}) == 0
