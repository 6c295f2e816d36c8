from services.api.metrics.requests import RequestMetrics


def count(metrics: RequestMetrics, **labels: str) -> float | None:
    return metrics.registry.get_sample_value("parlance_http_requests_total", labels)


def test_answers_are_counted_by_method_route_and_status() -> None:
    metrics = RequestMetrics()
    metrics.record("GET", "/api/jobs/{job_id}", 200, 0.02)
    metrics.record("GET", "/api/jobs/{job_id}", 200, 0.02)
    metrics.record("GET", "/api/jobs/{job_id}", 404, 0.02)
    assert count(metrics, method="GET", route="/api/jobs/{job_id}", status="200") == 2
    assert count(metrics, method="GET", route="/api/jobs/{job_id}", status="404") == 1


def test_made_up_methods_share_a_label() -> None:
    metrics = RequestMetrics()
    metrics.record("BREW", "unmatched", 405, 0.0)
    assert count(metrics, method="OTHER", route="unmatched", status="405") == 1
