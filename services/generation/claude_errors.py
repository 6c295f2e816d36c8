"""What Anthropic's errors mean for a step. Pure; the SDK is not needed to read them.

Statuses, types and codes: https://platform.claude.com/docs/en/api/errors
"""

from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime

from shared.jobs.errors import PermanentError, StepError, TransientError

LONGEST_WAIT = 3600.0  # seconds; a server that asks for more is taken to mean this
_FIRST_ERROR = 400
_FIRST_SERVER_ERROR = 500
_LONGEST_MESSAGE = 200  # characters

_BY_STATUS = {
    400: "input_invalid",
    401: "provider_auth",
    402: "provider_quota_exhausted",
    403: "provider_auth",
    404: "model_retired",
    408: "provider_timeout",
    409: "provider_unavailable",
    413: "input_invalid",
    422: "input_invalid",
    429: "provider_rate_limited",
    504: "provider_timeout",
    529: "provider_overloaded",
}
_BY_TYPE = {
    "api_error": "provider_unavailable",
    "authentication_error": "provider_auth",
    "billing_error": "provider_quota_exhausted",
    "invalid_request_error": "input_invalid",
    "not_found_error": "model_retired",
    "overloaded_error": "provider_overloaded",
    "permission_error": "provider_auth",
    "rate_limit_error": "provider_rate_limited",
    "timeout_error": "provider_timeout",
}
_PERMANENT = {
    "input_invalid": "Anthropic refused the request",
    "model_retired": "Anthropic has no such model (any more)",
    "provider_auth": "Anthropic does not accept the key",
    "provider_quota_exhausted": "Anthropic's spend limit or credit is used up",
}
_TRANSIENT = {
    "provider_bad_response": "Anthropic gave an answer that makes no sense",
    "provider_overloaded": "Anthropic is overloaded",
    "provider_rate_limited": "Anthropic asks for fewer requests",
    "provider_timeout": "Anthropic did not answer in time",
    "provider_unavailable": "Anthropic is out of order",
}


def failure(
    *,
    status: int,
    kind: str | None,
    error_code: str | None,
    message: str | None,
    headers: Mapping[str, str],
    now: datetime,
) -> StepError:
    """The step's error for an error answer.

    Args:
        status: Of the HTTP answer; below 400 if the error came in the middle of a stream.
        kind: `error.type` of the body.
        error_code: `error.details.error_code` of the body.
        message: `error.message` of the body; told for a refused request alone.
        headers: Of the HTTP answer.
        now: For a `Retry-After` that is a date.
    """
    code = _code(status, kind, error_code)
    shown = f"{status} {kind or ''}".strip()
    if code in _PERMANENT:
        told = f": {message[:_LONGEST_MESSAGE]}" if code == "input_invalid" and message else f" ({shown})."
        return PermanentError(code, _PERMANENT[code] + told)
    return TransientError(code, f"{_TRANSIENT[code]} ({shown}).", retry_after=retry_after(headers, now))


def _code(status: int, kind: str | None, error_code: str | None) -> str:
    if error_code is not None and "spend_limit" in error_code:
        return "provider_quota_exhausted"
    if kind == "billing_error":
        return "provider_quota_exhausted"
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if status >= _FIRST_SERVER_ERROR:
        return "provider_unavailable"
    return _BY_TYPE.get(kind or "", "provider_bad_response") if status < _FIRST_ERROR else "provider_bad_response"


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds that a server asks to wait: `Retry-After` as seconds or a date (RFC 9110, 10.2.3), at most an hour."""
    value = headers.get("retry-after", "").strip()
    try:
        seconds = float(value)
    except ValueError:
        date = _date(value)
        seconds = -1.0 if date is None else (date - now).total_seconds()
    return min(seconds, LONGEST_WAIT) if seconds >= 0 else None


def _date(value: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(value)
    except ValueError:
        return None
    return date if date.tzinfo is not None else None
