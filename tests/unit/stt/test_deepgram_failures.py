"""Every status of the Deepgram API has its meaning."""

import pytest

from services.stt.deepgram_failures import failure
from shared.jobs.errors import PermanentError, TransientError


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "input_invalid"),
        (401, "provider_auth"),
        (402, "provider_quota_exhausted"),
        (403, "provider_auth"),
        (404, "model_retired"),
        (413, "input_invalid"),
    ],
)
def test_permanent_statuses(status: int, code: str) -> None:
    error = failure(status, {"err_code": "X", "err_msg": "x"}, None)
    assert isinstance(error, PermanentError)
    assert error.code == code


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (None, "provider_bad_response"),
        (200, "provider_bad_response"),
        (408, "provider_timeout"),
        (429, "provider_rate_limited"),
        (500, "provider_unavailable"),
        (503, "provider_unavailable"),
        (504, "provider_timeout"),
    ],
)
@pytest.mark.parametrize("body", [{"err_msg": "no such model"}, {}, "text", None])
def test_transient_statuses_whatever_the_body(status: int | None, code: str, body: object) -> None:
    error = failure(status, body, None)
    assert isinstance(error, TransientError)
    assert (error.code, error.retry_after) == (code, None)


@pytest.mark.parametrize("status", [429, 503])
def test_the_time_to_wait_is_handed_on(status: int) -> None:
    error = failure(status, {}, "7.5")
    assert isinstance(error, TransientError)
    assert error.retry_after == 7.5


@pytest.mark.parametrize("value", ["Wed, 21 Oct 2026 07:28:00 GMT", "-1", "nan", "inf", "0", ""])
def test_a_time_that_is_no_number_of_seconds_is_not_handed_on(value: str) -> None:
    error = failure(429, {}, value)
    assert isinstance(error, TransientError)
    assert error.retry_after is None


def test_a_model_that_is_gone_is_told_by_its_message() -> None:
    body = {"err_code": "Bad Request", "err_msg": "Bad Request: No such model/language/tier combination found."}
    error = failure(400, body, None)
    assert isinstance(error, PermanentError)
    assert error.code == "model_retired"
