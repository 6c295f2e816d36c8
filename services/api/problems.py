"""What a client gets when a request fails: RFC 9457 problem details with a stable `code` and the request's id."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec


class FieldError(msgspec.Struct, frozen=True):
    """What is wrong with one field of the request."""

    field: str
    """Its name, with dots and brackets below the top (`words_to_use[3]`); `body` for the body as a whole."""
    message: str


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A problem+json document (RFC 9457). New members may appear."""

    type: str = "about:blank"
    title: str
    status: int
    code: str
    """Stable, for programs: `input_invalid`, `not_found`, `job_already_finished` ..."""
    detail: str
    request_id: str
    errors: list[FieldError] = []
    """For `input_invalid` and `unsupported_language`: which fields, and why."""
    job_id: str | None = None
    """The job that a conflict is about."""
    job_status: str | None = None
    """Its status."""


class ApiError(Exception):
    """A request that cannot be fulfilled.

    Args:
        status: The HTTP status.
        code: Stable, for programs.
        detail: One plain sentence for people.
        errors: The fields that are wrong.
        headers: Sent with the answer (`Retry-After` ...).
        members: Further members of the problem document.
    """

    def __init__(
        self,
        status: HTTPStatus,
        code: str,
        detail: str,
        *,
        errors: list[FieldError] | None = None,
        headers: Mapping[str, str] | None = None,
        members: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(status, code, detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = errors or []
        self.headers = dict(headers or {})
        self.members = dict(members or {})

    def problem(self, request_id: str) -> Problem:
        """The document that is sent."""
        return Problem(
            title=self.status.phrase,
            status=self.status,
            code=self.code,
            detail=self.detail,
            request_id=request_id,
            errors=self.errors,
            **self.members,
        )


def input_invalid(errors: list[FieldError], code: str = "input_invalid") -> ApiError:
    """The request says something that cannot be: 400, naming the fields."""
    detail = "; ".join(f"{error.field}: {error.message}" for error in errors)
    return ApiError(HTTPStatus.BAD_REQUEST, code, detail, errors=errors)


def not_found(what: str) -> ApiError:
    """There is no such `what`, or it is somebody else's: the two look the same."""
    return ApiError(HTTPStatus.NOT_FOUND, "not_found", f"There is no such {what}.")


def database_away() -> ApiError:
    """Postgres does not answer right now: 503, try again in a moment."""
    return unavailable("The database does not answer.", retry_after_s=2)


def object_store_away() -> ApiError:
    """The object store does not answer right now: 503, try again in a moment."""
    return unavailable("The object store does not answer.", retry_after_s=2)


def contended() -> ApiError:
    """Somebody else holds the lock for too long: 503, try again at once."""
    return unavailable("Somebody else is changing this right now.", retry_after_s=1)


def unavailable(detail: str, retry_after_s: int) -> ApiError:
    """Not right now: 503, try again after so many seconds."""
    headers = {"Retry-After": str(retry_after_s)}
    return ApiError(HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", detail, headers=headers)
