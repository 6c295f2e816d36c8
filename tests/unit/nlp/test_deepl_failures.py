"""What DeepL's statuses mean to a step."""

import pytest

from services.nlp.deepl_failures import failure
from shared.jobs.errors import PermanentError, TransientError


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (400, PermanentError, "input_invalid"),
        (401, PermanentError, "provider_auth"),
        (403, PermanentError, "provider_auth"),
        (404, PermanentError, "provider_bad_response"),
        (408, TransientError, "provider_timeout"),
        (413, PermanentError, "input_invalid"),
        (429, TransientError, "provider_rate_limited"),
        (456, PermanentError, "provider_quota_exhausted"),
        (500, TransientError, "provider_unavailable"),
        (503, TransientError, "provider_unavailable"),
        (504, TransientError, "provider_timeout"),
        (529, TransientError, "provider_rate_limited"),
        (302, TransientError, "provider_bad_response"),
    ],
)
def test_each_status_has_its_code(status: int, kind: type[Exception], code: str) -> None:
    error = failure(status, None)
    assert (type(error), error.code) == (kind, code)
    assert error.detail


@pytest.mark.parametrize(
    ("header", "seconds"), [("3", 3.0), ("0.5", 0.5), (None, None), ("-1", None), ("inf", None), ("soon", None)]
)
def test_the_wait_that_was_asked_for_is_passed_on(header: str | None, seconds: float | None) -> None:
    error = failure(429, header)
    assert isinstance(error, TransientError)
    assert error.retry_after == seconds
