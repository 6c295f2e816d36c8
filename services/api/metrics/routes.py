"""Numbers for Prometheus. They say nothing of anybody's data, but much of us: who reads them needs a token.

In development nobody does. The token is no API key: a scraper must not be able to do anything else.
"""

import secrets
from http import HTTPStatus
from typing import Any

from litestar import Request, Response, get
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from services.api.auth import PUBLIC
from services.api.exposure import Exposure
from services.api.limits.quotas import UNLIMITED
from services.api.metrics.process import ProcessMetrics
from services.api.metrics.queries import WorkMetrics
from services.api.metrics.requests import RequestMetrics
from services.api.problems import ApiError
from services.api.resources import Resources


def require_token(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """The guard of the metrics.

    Raises:
        ApiError: 404, closed: production without a token; 401, another token or none.
    """
    exposure: Exposure = connection.app.state.exposure
    if exposure.metrics_token is None:
        if exposure.production:
            raise ApiError(HTTPStatus.NOT_FOUND, "not_found", "There is nothing at this address.")
        return
    scheme, _space, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secrets.compare_digest(token.encode(), exposure.metrics_token.encode()):
        headers = {"WWW-Authenticate": 'Bearer realm="metrics"'}
        raise ApiError(
            HTTPStatus.UNAUTHORIZED, "unauthenticated", "The token of the metrics is needed.", headers=headers
        )


@get("/metrics", opt=PUBLIC | UNLIMITED, guards=[require_token], include_in_schema=False)
async def show_metrics(request: Request[Any, Any, Any], resources: NamedDependency[Resources]) -> Response[bytes]:
    """The text format of Prometheus."""
    requests: RequestMetrics = request.app.state.request_metrics
    work: WorkMetrics = request.app.state.work_metrics
    process: ProcessMetrics = request.app.state.process_metrics
    process.look(resources.database, resources.watch)
    await work.refresh(resources.database)
    # As a header: Litestar would add a second charset to a media type, and Prometheus refuses such an answer.
    return Response(generate_latest(requests.registry), headers={"content-type": CONTENT_TYPE_LATEST})
