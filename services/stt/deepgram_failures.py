"""What a failed answer of the Deepgram API means to a step. Pure."""

from http import HTTPStatus

from shared.jobs.errors import PermanentError, StepError, TransientError

_PERMANENT: dict[int, str] = {
    HTTPStatus.UNAUTHORIZED: "provider_auth",
    HTTPStatus.PAYMENT_REQUIRED: "provider_quota_exhausted",
    HTTPStatus.FORBIDDEN: "provider_auth",
    HTTPStatus.NOT_FOUND: "model_retired",
}
_TRANSIENT: dict[int, str] = {
    HTTPStatus.REQUEST_TIMEOUT: "provider_timeout",
    HTTPStatus.TOO_MANY_REQUESTS: "provider_rate_limited",
    HTTPStatus.GATEWAY_TIMEOUT: "provider_timeout",
}
_NO_MODEL = "no such model"
"""How Deepgram says, with a 400, that a model is gone or does not know the language."""


def failure(status: int | None, body: object, retry_after: str | None) -> StepError:
    """The step error for an answer that the SDK raised.

    Args:
        status: The HTTP status; 200 if the answer was no JSON.
        body: What the SDK made of the answer, `{"err_code", "err_msg", "request_id"}` if all is well.
        retry_after: The header of that name.
    """
    detail = f"Deepgram answered {status}."
    if status is None or status < HTTPStatus.BAD_REQUEST:
        return TransientError("provider_bad_response", "Deepgram's answer is not what its SDK can read.")
    if status in _TRANSIENT:
        return TransientError(_TRANSIENT[status], detail, retry_after=_seconds(retry_after))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return TransientError("provider_unavailable", detail, retry_after=_seconds(retry_after))
    if status == HTTPStatus.BAD_REQUEST and _NO_MODEL in str(body).lower():
        return PermanentError("model_retired", "Deepgram has no such model for this language.")
    return PermanentError(_PERMANENT.get(status, "input_invalid"), detail)


def _seconds(value: str | None) -> float | None:
    """A number of seconds; null for anything else (an HTTP date is left to our own back-off)."""
    try:
        seconds = float(value or "")
    except ValueError:
        return None
    return seconds if 0 < seconds < float("inf") else None
