"""What a request body may be at all, before anybody looks into it."""

from http import HTTPStatus
from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.exceptions import SerializationException
from litestar.handlers import BaseRouteHandler

from services.api.problems import ApiError, FieldError, input_invalid

MOST_BYTES = 600_000
"""40 000 characters of source text, should a client escape each as a surrogate pair of twelve bytes, and the rest."""


async def require_json(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """The guard of routes that read JSON. Litestar takes any type of content for JSON, and fails on some of it.

    Raises:
        ApiError: 415, it is not said to be JSON; 400, it is not UTF-8, not JSON, or nested too deeply.
    """
    content_type = connection.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != "application/json":
        detail = "The body must be JSON: Content-Type: application/json."
        raise ApiError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", detail)
    if isinstance(connection, Request):
        _require_utf8(await connection.body())
        await _require_sound(connection)


def _require_utf8(body: bytes) -> None:
    try:
        body.decode()
    except UnicodeDecodeError as error:
        raise input_invalid([FieldError("body", f"is not UTF-8 at byte {error.start}")]) from error


async def _require_sound(request: Request[Any, Any, Any]) -> None:
    """Decode the body; Litestar keeps the result, so the route does not decode it again."""
    try:
        await request.json()
    except SerializationException as error:
        raise input_invalid([FieldError("body", f"is no valid JSON: {error.detail}")]) from error
    except RecursionError as error:
        raise input_invalid([FieldError("body", "is nested too deeply")]) from error
