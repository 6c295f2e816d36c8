"""A request as the routes see it: who asks, under which name, and what is there to answer with."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Request

from services.api.auth import caller_of
from services.api.request_ids import request_id
from services.api.resources import Resources


class Visit(msgspec.Struct, frozen=True):
    """One caller's request. One dependency and not three: Litestar starts a task for each of several."""

    owner_id: UUID
    request_id: str
    resources: Resources


def visit_of(request: Request[Any, Any, Any]) -> Visit:
    """The visit that the guard has let in."""
    return Visit(caller_of(request.scope).owner_id, request_id(request.scope), request.app.state.resources)
