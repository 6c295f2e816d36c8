"""What is refused before anybody looks at the path: foreign names of ours, and web pages that may not call us. Pure."""

import re
from http import HTTPStatus

from litestar.config.cors import CORSConfig
from litestar.datastructures import Headers
from litestar.types import HTTPScope, Method

from services.api.exposure import Exposure
from services.api.problems import ApiError

PROBES = frozenset({"/healthz", "/readyz"})
"""Whoever watches over our processes calls them by their address, whatever name they have."""
METHODS: tuple[Method, ...] = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")
EXPOSED = (
    "ETag",
    "Idempotency-Replayed",
    "Location",
    "Preference-Applied",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "X-Request-ID",
)
"""Headers of answers that a web page may read."""
_HOST = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[^:\[\]]+)(?::[0-9]{1,5})?")


def refusal(scope: HTTPScope, exposure: Exposure) -> ApiError | None:
    """Why a request is not even looked at; null if it is."""
    headers = Headers.from_scope(scope)
    if exposure.allowed_hosts and scope["path"] not in PROBES:
        hosts = headers.getall("host", [])
        if len(hosts) != 1 or not is_allowed_host(hosts[0], exposure.allowed_hosts):
            return ApiError(HTTPStatus.BAD_REQUEST, "host_unknown", "There is no such host here.")
    origin = headers.get("origin")
    if exposure.cors_origins and origin is not None and scope["method"] == "OPTIONS":
        method = headers.get("access-control-request-method", "GET")
        if origin not in exposure.cors_origins or method not in METHODS:
            return ApiError(HTTPStatus.FORBIDDEN, "origin_refused", "Pages of this origin may not do this.")
    return None


def is_allowed_host(host: str, allowed: tuple[str, ...]) -> bool:
    """Whether the value of `Host`, with or without a port, is one of `allowed`."""
    found = _HOST.fullmatch(host)
    if found is None:
        return False
    name = found["name"].lower().removesuffix(".")
    return any(name.endswith(known[1:]) if known.startswith("*.") else name == known for known in allowed)


def cors_config(exposure: Exposure) -> CORSConfig | None:
    """For pages of the listed origins; without any, browsers keep all pages out by themselves.

    No credentials: nothing of ours is a cookie, and a page that has a key sends it itself.
    """
    if not exposure.cors_origins:
        return None
    return CORSConfig(
        allow_origins=list(exposure.cors_origins),
        allow_methods=list(METHODS),
        allow_headers=["*"],
        expose_headers=list(EXPOSED),
        max_age=600,
    )
