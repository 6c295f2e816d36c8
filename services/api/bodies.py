"""What a request body may be at all, before anybody looks into it."""

from http import HTTPStatus
from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from services.api.problems import ApiError, FieldError, input_invalid

MOST_BYTES = 600_000
"""40 000 characters of source text, should a client escape each as a surrogate pair of twelve bytes, and the rest."""


async def require_json(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """The guard of routes that read JSON. Litestar reads any type of content as JSON, and fails on bad UTF-8.

    Raises:
        ApiError: 415, it is not JSON; 400, it is not UTF-8.
    """
    content_type = connection.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != "application/json":
        detail = "The body must be JSON: Content-Type: application/json."
        raise ApiError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", detail)
    if isinstance(connection, Request):
        _require_utf8(await connection.body())


def _require_utf8(body: bytes) -> None:
    try:
        body.decode()
    except UnicodeDecodeError as error:
        raise input_invalid([FieldError("body", f"is not UTF-8 at byte {error.start}")]) from error
