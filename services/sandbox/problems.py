"""Answers that are errors: problem+json of the sandbox itself, and the shape each provider gives its own."""

from typing import Any
from xml.sax.saxutils import escape

import msgspec

from services.sandbox.faults import Provider

PROBLEM = "application/problem+json"


def problem(status: int, title: str, detail: str) -> bytes:
    """An RFC 9457 problem of the sandbox itself."""
    return msgspec.json.encode({"type": "about:blank", "title": title, "status": status, "detail": detail})


_ANTHROPIC_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    504: "timeout_error",
    529: "overloaded_error",
}
_GEMINI_STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}


def provider_error(provider: Provider, status: int, message: str) -> tuple[str, bytes]:
    """Content type and body of an error as `provider` would send it."""
    if provider == "s3":
        return "application/xml", s3_error(f"Sandbox{status}", message)
    document: dict[str, Any]
    if provider == "anthropic":
        kind = _ANTHROPIC_TYPES.get(status, "api_error")
        document = {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_sandbox"}
    elif provider == "gemini":
        name = _GEMINI_STATUSES.get(status, "UNKNOWN")
        document = {"error": {"code": status, "message": message, "status": name}}
    elif provider == "deepl":
        document = {"message": message}
    else:
        document = {"err_code": f"SANDBOX_{status}", "err_msg": message, "request_id": "sandbox"}
    return "application/json", msgspec.json.encode(document)


def s3_error(code: str, message: str) -> bytes:
    """S3's XML error document."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{escape(code)}</Code>'
        f"<Message>{escape(message)}</Message><RequestId>sandbox</RequestId></Error>"
    ).encode()
