from typing import Any

import httpx
import structlog
from litestar import Request, get
from structlog.testing import capture_logs

from services.api.auth import PUBLIC
from services.api.metrics.requests import RequestMetrics
from services.api.observing import WAITED
from tests.support.api import KEY, application, client_of, lonely_resources

JOB = "/api/jobs/01a1f8df-018e-74d4-b709-c0ad51c3514f"


@get("/patient", opt=PUBLIC)
async def patient(request: Request[Any, Any, Any]) -> str:
    request.scope["state"][WAITED] = 3600.0
    return str(structlog.contextvars.get_contextvars().get("request_id"))


def sample(app_metrics: RequestMetrics, name: str, **labels: str) -> float | None:
    return app_metrics.registry.get_sample_value(name, labels)


async def test_route_template_is_the_label_and_never_the_path() -> None:
    app = application(lonely_resources())
    async with client_of(app) as client:
        await client.get(JOB)
        await client.get("/made/up")
    metrics = app.state.request_metrics
    total = "parlance_http_requests_total"
    assert sample(metrics, total, method="GET", route="/api/jobs/{job_id}", status="503") == 1
    assert sample(metrics, total, method="GET", route="unmatched", status="404") == 1


async def test_time_a_client_asked_to_wait_is_not_counted() -> None:
    app = application(lonely_resources())
    app.register(patient)
    async with client_of(app) as client:
        await client.get("/patient")
    seconds = sample(app.state.request_metrics, "parlance_http_request_seconds_sum", method="GET", route="/patient")
    assert seconds == 0


async def test_request_id_is_bound_to_logs_and_cleared_afterwards() -> None:
    app = application(lonely_resources())
    app.register(patient)
    async with client_of(app) as client:
        answer = await client.get("/patient", headers={"X-Request-ID": "mine"})
    assert answer.text == "mine"
    assert "request_id" not in structlog.contextvars.get_contextvars()


async def test_log_line_says_what_happened_and_no_secret(client: httpx.AsyncClient) -> None:
    with capture_logs() as logs:
        await client.post(f"{JOB}/cancel?token=swordfish", headers={"X-API-Key": KEY})
    line = next(log for log in logs if log["event"] == "answered")
    assert (line["method"], line["route"], line["status"]) == ("POST", "/api/jobs/{job_id}/cancel", 503)
    assert "swordfish" not in str(logs)
    assert KEY not in str(logs)


async def test_polls_that_went_well_are_not_logged(client: httpx.AsyncClient) -> None:
    with capture_logs() as logs:
        await client.get("/healthz")
    assert logs == []


async def test_browsers_do_not_guess_types(client: httpx.AsyncClient) -> None:
    for path in ("/healthz", "/nowhere"):
        assert (await client.get(path)).headers["x-content-type-options"] == "nosniff"
