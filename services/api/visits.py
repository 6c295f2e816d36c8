"""A request as the routes see it: who asks, under which name, and what is there to answer with."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Request

from services.api.auth import Caller, caller_of
from services.api.request_ids import request_id
from services.api.resources import Resources


class Visit(msgspec.Struct, frozen=True):
    """One caller's request. One dependency and not three: Litestar starts a task for each of several."""

    caller: Caller
    request_id: str
    resources: Resources

    @property
    def owner_id(self) -> UUID:
        """Whose data may be read and written: it stands in the WHERE of every query."""
        return self.caller.owner_id


def visit_of(request: Request[Any, Any, Any]) -> Visit:
    """The visit that the guard has let in."""
    return Visit(caller_of(request.scope), request_id(request.scope), request.app.state.resources)
