"""Every exception becomes a problem document; an unforeseen one a 500 that tells nothing but the request's id."""

import re
from http import HTTPStatus
from typing import Any

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.types import ExceptionHandlersMap

from services.api.faults import sentence_of
from services.api.problems import ApiError, FieldError, input_invalid
from services.api.request_ids import request_id

PROBLEM_JSON = "application/problem+json"
AnyRequest = Request[Any, Any, Any]
log = structlog.get_logger(__name__)

_REFUSALS = {
    HTTPStatus.NOT_FOUND: ("not_found", "There is nothing at this address."),
    HTTPStatus.METHOD_NOT_ALLOWED: ("method_not_allowed", "This address does not know the method; see `Allow`."),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("body_too_large", "The body is too large."),
}
"""Code and sentence of what the framework refuses."""
GONE = "client disconnected prematurely"
"""How Litestar says, with a 500, that who asked went away before the body was there: no mistake of ours."""
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<field>.*)`\Z")
_MISSING = re.compile(r"Object missing required field `(?P<field>.*)`\Z")
_NO_PARAMETER = re.compile(r"Missing required \w+ parameter '(?P<field>.+?)' for path ")


def answer(request: AnyRequest, error: ApiError) -> Response[Any]:
    """Send `error` as problem+json."""
    problem = error.problem(request_id(request.scope))
    return Response(problem, status_code=error.status, media_type=PROBLEM_JSON, headers=error.headers)


def on_api_error(request: AnyRequest, error: ApiError) -> Response[Any]:
    """A refusal of our own."""
    return answer(request, error)


def on_invalid(request: AnyRequest, error: ValidationException) -> Response[Any]:
    """A parameter or a body that does not fit its type."""
    entries = error.extra if isinstance(error.extra, list) else []
    errors = [_field_error(request, entry.get("key", ""), entry["message"]) for entry in entries]
    if missing := _NO_PARAMETER.match(error.detail):
        errors.append(FieldError(missing["field"], "is required"))
    return answer(request, input_invalid(errors or [FieldError("body", "is not as described")]))


def on_http_error(request: AnyRequest, error: HTTPException) -> Response[Any]:
    """A refusal of the framework: no such path, wrong method, body too large, broken JSON."""
    status = HTTPStatus(error.status_code)
    if error.detail == GONE:
        return answer(request, input_invalid([FieldError("body", "ended too early")]))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return on_unforeseen(request, error)
    if status is HTTPStatus.BAD_REQUEST:
        return answer(request, input_invalid([FieldError("body", f"is no valid JSON: {error.detail}")]))
    code, detail = _REFUSALS.get(status, ("refused", f"{status.phrase}."))
    if status is HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        detail = f"The body is larger than {request.route_handler.resolve_request_max_body_size()} bytes."
    return answer(request, ApiError(status, code, detail, headers=error.headers))


def on_unforeseen(request: AnyRequest, error: Exception) -> Response[Any]:
    """A mistake of ours: logged in full, told to nobody."""
    log.error("request failed", request_id=request_id(request.scope), exc_info=error)
    detail = "Something went wrong on our side; the request id helps to find it in the logs."
    return answer(request, ApiError(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", detail))


def _field_error(request: AnyRequest, key: str, message: str) -> FieldError:
    parent = "" if key == "data" else key.rstrip("_")  # a parameter `from` is `from_` in Python
    for pattern, sentence in ((_UNKNOWN, "there is no such field"), (_MISSING, "is required")):
        if found := pattern.match(message):
            if found["field"] == "data":
                return FieldError("body", "a JSON object is required")
            return FieldError(f"{parent}.{found['field']}".lstrip("."), sentence)
    if message == "'data'":  # how Litestar says that the body is empty
        return FieldError("body", "a JSON object is required")
    parameter = request.route_handler.parsed_fn_signature.parameters.get(key)
    return FieldError(parent or "body", sentence_of(message, parameter.annotation if parameter else str))


EXCEPTION_HANDLERS: ExceptionHandlersMap = {
    ApiError: on_api_error,
    ValidationException: on_invalid,
    HTTPException: on_http_error,
    Exception: on_unforeseen,
}
