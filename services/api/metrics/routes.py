"""Numbers for Prometheus. Like `/readyz` it needs no key and says nothing of anybody's data: keep it internal."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from services.api.auth import PUBLIC
from services.api.metrics.queries import WorkMetrics
from services.api.metrics.requests import RequestMetrics
from services.api.resources import Resources


@get("/metrics", opt=PUBLIC, include_in_schema=False)
async def show_metrics(request: Request[Any, Any, Any], resources: NamedDependency[Resources]) -> Response[bytes]:
    """The text format of Prometheus."""
    requests: RequestMetrics = request.app.state.request_metrics
    work: WorkMetrics = request.app.state.work_metrics
    await work.refresh(resources.database)
    # As a header: Litestar would add a second charset to a media type, and Prometheus refuses such an answer.
    return Response(generate_latest(requests.registry), headers={"content-type": CONTENT_TYPE_LATEST})
