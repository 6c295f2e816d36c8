"""What a failed answer of the DeepL API means to a step. Pure."""

from http import HTTPStatus

from shared.jobs.errors import PermanentError, StepError, TransientError

QUOTA_EXCEEDED = 456
TOO_MANY_REQUESTS = frozenset({HTTPStatus.TOO_MANY_REQUESTS, 529})
"""DeepL's documentation gives both."""

_PERMANENT: dict[int, tuple[str, str]] = {
    HTTPStatus.UNAUTHORIZED: ("provider_auth", "DeepL does not know this API key."),
    HTTPStatus.FORBIDDEN: ("provider_auth", "DeepL does not accept this API key."),
    HTTPStatus.NOT_FOUND: ("provider_bad_response", "DeepL has nothing at this address; check DEEPL_BASE_URL."),
    QUOTA_EXCEEDED: ("provider_quota_exhausted", "DeepL's characters for this month are used up."),
}


def failure(status: int, retry_after: str | None) -> StepError:
    """The step error for an HTTP answer that is not 200.

    Args:
        status: The HTTP status.
        retry_after: The header of that name.
    """
    if status in TOO_MANY_REQUESTS:
        return TransientError("provider_rate_limited", "DeepL asks us to be slower.", retry_after=_seconds(retry_after))
    if status in _PERMANENT:
        return PermanentError(*_PERMANENT[status])
    detail = f"DeepL answered {status}."
    if status in {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.GATEWAY_TIMEOUT}:
        return TransientError("provider_timeout", detail)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return TransientError("provider_unavailable", detail, retry_after=_seconds(retry_after))
    if status >= HTTPStatus.BAD_REQUEST:
        return PermanentError("input_invalid", detail)
    return TransientError("provider_bad_response", detail)


def _seconds(value: str | None) -> float | None:
    """A number of seconds; null for anything else (an HTTP date is left to our own back-off)."""
    try:
        seconds = float(value or "")
    except ValueError:
        return None
    return seconds if 0 < seconds < float("inf") else None
