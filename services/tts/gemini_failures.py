"""What a failed answer of the Gemini API means to a step. Pure."""

from http import HTTPStatus
from typing import Any

from shared.jobs.errors import PermanentError, StepError, TransientError

_PERMANENT: dict[int, str] = {
    HTTPStatus.UNAUTHORIZED: "provider_auth",
    HTTPStatus.PAYMENT_REQUIRED: "provider_quota_exhausted",
    HTTPStatus.FORBIDDEN: "provider_auth",
    HTTPStatus.NOT_FOUND: "model_retired",
}
_TRANSIENT: dict[int, str] = {
    HTTPStatus.REQUEST_TIMEOUT: "provider_timeout",
    HTTPStatus.GATEWAY_TIMEOUT: "provider_timeout",
}


def failure(status: int, body: Any, retry_after: str | None) -> StepError:  # noqa: ANN401 - any JSON at all
    """The step error for an HTTP answer that is not 200.

    Args:
        status: The HTTP status.
        body: The JSON of the answer, `{"error": {"status", "message", "details": [...]}}` if all is well.
        retry_after: The header of that name.
    """
    details = _details(body)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return _too_many(details, retry_after)
    if any(detail.get("reason") == "API_KEY_INVALID" for detail in details):  # which comes with a 400
        return PermanentError("provider_auth", "Gemini does not know this API key.")
    detail = f"Gemini answered {status}."
    if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR and status not in _TRANSIENT:
        return PermanentError(_PERMANENT.get(status, "input_invalid"), detail)
    default = "provider_unavailable" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "provider_bad_response"
    return TransientError(_TRANSIENT.get(status, default), detail, retry_after=_seconds(retry_after))


def _too_many(details: list[dict[str, Any]], retry_after: str | None) -> StepError:
    """429 is both "slower, please" and "no more today"; the violated quota's name says which."""
    violations = [violation for detail in details for violation in _dicts(detail.get("violations"))]
    if any("PerDay" in str(violation.get("quotaId")) for violation in violations):
        return PermanentError("provider_quota_exhausted", "Gemini's quota for today is used up.")
    delays = [str(detail["retryDelay"]).removesuffix("s") for detail in details if "retryDelay" in detail]
    wait = _seconds(retry_after) or next(filter(None, map(_seconds, delays)), None)
    return TransientError("provider_rate_limited", "Gemini asks us to be slower.", retry_after=wait)


def _details(body: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - any JSON at all
    error = body.get("error") if isinstance(body, dict) else None
    return _dicts(error.get("details")) if isinstance(error, dict) else []


def _dicts(value: object) -> list[dict[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _seconds(value: str | None) -> float | None:
    """A number of seconds; null for anything else (an HTTP date is left to our own back-off)."""
    try:
        seconds = float(value or "")
    except ValueError:
        return None
    return seconds if 0 < seconds < float("inf") else None
