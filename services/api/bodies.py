"""What a request body may be at all, before anybody looks into it."""

from http import HTTPStatus
from typing import Any

import msgspec
from anyio import to_thread
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from services.api.faults import faults
from services.api.problems import ApiError, FieldError, input_invalid

MOST_BYTES = 600_000
"""40 000 characters of source text, should a client escape each as a surrogate pair of twelve bytes, and the rest."""

QUICKLY_READ = 50_000
"""Bytes of a body that are read at once; a larger one, whose mistakes may take long to name, holds up nobody else."""


async def require_json(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """The guard of routes that read JSON. Litestar takes any type of content for JSON, and fails on some of it.

    Raises:
        ApiError: 415, it is not said to be JSON; 400, it is not UTF-8, no JSON, nested too deeply or not as described.
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
    """Decode the body; the request keeps the result, so the route does not decode it again."""
    try:
        await request.json()
    except msgspec.DecodeError as error:
        raise input_invalid([FieldError("body", f"is no valid JSON: {error}")]) from error
    except RecursionError as error:
        raise input_invalid([FieldError("body", "is nested too deeply")]) from error


class StrictRequest(Request[Any, Any, Any]):
    """A request whose JSON is what the route says. Litestar alone takes the text "120" for a number."""

    __slots__ = ("_decoded",)

    async def json(self) -> Any:  # noqa: ANN401 - what the route says
        """The body as the type of the route's `data`.

        Raises:
            ApiError: 400, it is not of that type; every bad field is named.
            msgspec.DecodeError: It is no JSON.
        """
        if not hasattr(self, "_decoded"):
            body, kind = await self.body() or b"null", _type_of_body(self.route_handler)
            if len(body) > QUICKLY_READ:
                self._decoded = await to_thread.run_sync(_decoded, body, kind)
            else:
                self._decoded = _decoded(body, kind)
        return self._decoded


def _decoded(body: bytes, kind: Any) -> Any:  # noqa: ANN401 - as above
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        # Untyped, of two members with one name the last counts: then the fault was in the first.
        twice = FieldError("body", "names a member twice, once with a wrong value")
        raise input_invalid(faults(msgspec.json.decode(body), kind) or [twice]) from error


def _type_of_body(handler: BaseRouteHandler) -> Any:  # noqa: ANN401 - as above
    field = handler.parsed_fn_signature.parameters.get("data")
    return Any if field is None else field.annotation
