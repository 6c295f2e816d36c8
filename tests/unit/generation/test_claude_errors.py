from datetime import UTC, datetime

import pytest

from services.generation.claude_errors import LONGEST_WAIT, failure, retry_after
from shared.jobs.errors import PermanentError, StepError, TransientError

NOW = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)


def error(status: int, kind: str | None = None, error_code: str | None = None, **headers: str) -> StepError:
    return failure(
        status=status,
        kind=kind,
        error_code=error_code,
        message="Some message.",
        headers={name.replace("_", "-"): value for name, value in headers.items()},
        now=NOW,
    )


@pytest.mark.parametrize(
    ("status", "kind", "code", "permanent"),
    [
        (400, "invalid_request_error", "input_invalid", True),
        (400, "billing_error", "provider_quota_exhausted", True),
        (401, "authentication_error", "provider_auth", True),
        (402, "billing_error", "provider_quota_exhausted", True),
        (403, "permission_error", "provider_auth", True),
        (404, "not_found_error", "model_retired", True),
        (408, None, "provider_timeout", False),
        (409, "conflict_error", "provider_unavailable", False),
        (413, None, "input_invalid", True),
        (418, None, "provider_bad_response", False),
        (422, "invalid_request_error", "input_invalid", True),
        (429, "rate_limit_error", "provider_rate_limited", False),
        (500, "api_error", "provider_unavailable", False),
        (502, None, "provider_unavailable", False),
        (504, "timeout_error", "provider_timeout", False),
        (529, "overloaded_error", "provider_overloaded", False),
        (200, "overloaded_error", "provider_overloaded", False),
        (200, "api_error", "provider_unavailable", False),
        (200, "rate_limit_error", "provider_rate_limited", False),
        (200, "something_new", "provider_bad_response", False),
        (200, None, "provider_bad_response", False),
    ],
)
def test_error_answer_becomes_a_code(status: int, kind: str | None, code: str, *, permanent: bool) -> None:
    found = error(status, kind)
    assert found.code == code
    assert isinstance(found, PermanentError if permanent else TransientError)


def test_spend_limit_is_no_throttling() -> None:
    found = error(429, "rate_limit_error", "enforced_spend_limit_reached")
    assert (found.code, type(found)) == ("provider_quota_exhausted", PermanentError)


def test_message_is_told_for_a_refused_request_alone() -> None:
    assert "Some message." in error(400, "invalid_request_error").detail
    assert "Some message." not in error(401, "authentication_error").detail
    assert "Some message." not in error(500, "api_error").detail


def test_wait_of_the_server_is_handed_on() -> None:
    found = error(429, "rate_limit_error", retry_after="7")
    assert isinstance(found, TransientError)
    assert found.retry_after == 7.0


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        ("0.5", 0.5),
        ("0", 0.0),
        ("Fri, 20 Nov 2026 12:00:30 GMT", 30.0),
        ("Fri, 20 Nov 2026 11:00:00 GMT", None),
        ("Fri, 20 Nov 2026 12:00:30", None),
        ("99999999", LONGEST_WAIT),
        ("-1", None),
        ("nan", None),
        ("inf", LONGEST_WAIT),
        ("soon", None),
        ("", None),
    ],
)
def test_wait_is_read_as_seconds_or_as_a_date(value: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": value}, NOW) == seconds
