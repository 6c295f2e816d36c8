"""A name for each request: the client's own if it is well formed, else a new one; sent back, logged, stored on jobs."""

import re
from collections.abc import Iterable

from litestar.types import Scope

from shared.jobs.ids import uuid7

HEADER = b"x-request-id"
WELL_FORMED = re.compile(rb"[A-Za-z0-9._:-]{1,128}\Z")
_STATE = "request_id"


def request_id(scope: Scope) -> str:
    """The request's id; the same one however often it is asked for."""
    state = scope.setdefault("state", {})
    if _STATE not in state:
        state[_STATE] = chosen_id(scope["headers"])
    return str(state[_STATE])


def chosen_id(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """The client's id out of raw ASGI headers, or a new one if it sent none that is safe to repeat and to log."""
    for name, value in headers:
        if name == HEADER and WELL_FORMED.match(value):
            return value.decode("ascii")
    return str(uuid7())
