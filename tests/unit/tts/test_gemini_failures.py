"""Every status of the Gemini API has its meaning."""

from typing import Any

import pytest

from services.tts.gemini_failures import failure
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
    error = failure(status, {"error": {"code": status}}, None)
    assert isinstance(error, PermanentError)
    assert error.code == code


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (301, "provider_bad_response"),
        (408, "provider_timeout"),
        (429, "provider_rate_limited"),
        (500, "provider_unavailable"),
        (503, "provider_unavailable"),
        (504, "provider_timeout"),
    ],
)
@pytest.mark.parametrize("body", [{"error": {"code": 1}}, {}, [], "text", None, {"error": "text"}])
def test_transient_statuses_whatever_the_body(status: int, code: str, body: object) -> None:
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


def detailed(detail: dict[str, Any]) -> dict[str, Any]:
    return {"error": {"status": "RESOURCE_EXHAUSTED", "details": ["odd", detail]}}


def test_a_time_to_wait_in_the_body_counts_too() -> None:
    error = failure(429, detailed({"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "12s"}), None)
    assert isinstance(error, TransientError)
    assert error.retry_after == 12


def test_a_daily_quota_is_no_reason_to_try_again() -> None:
    violation = {"quotaId": "GenerateRequestsPerDayPerProjectPerModel"}
    error = failure(429, detailed({"violations": [violation]}), "5")
    assert isinstance(error, PermanentError)
    assert error.code == "provider_quota_exhausted"


def test_a_quota_of_the_minute_is() -> None:
    violation = {"quotaId": "GenerateRequestsPerMinutePerProjectPerModel"}
    assert failure(429, detailed({"violations": [violation]}), None).code == "provider_rate_limited"


def test_an_unknown_key_is_an_authentication_failure_though_it_comes_with_a_400() -> None:
    error = failure(400, detailed({"reason": "API_KEY_INVALID"}), None)
    assert isinstance(error, PermanentError)
    assert error.code == "provider_auth"
