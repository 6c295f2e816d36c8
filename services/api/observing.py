"""Around every request, matched or not: its id, its log line, its metrics, and headers that every answer has.

What is refused whatever the path is refused here, too.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import msgspec
import structlog
from litestar import Litestar
from litestar.enums import ScopeType
from litestar.types import HTTPScope, LifeSpanScope, Message, Receive, Scope, Send
from litestar.types.asgi_types import LifeSpanReceive, LifeSpanSend

from services.api.doorstep import refusal
from services.api.errors import PROBLEM_JSON
from services.api.limits.guard import STATE as LIMIT_HEADERS
from services.api.metrics.requests import RequestMetrics
from services.api.problems import ApiError
from services.api.request_ids import HEADER, request_id
from services.api.response_headers import Header, completed, defaults

UNMATCHED = "unmatched"
"""The route label of paths that we do not have: anybody can make up paths."""
WAITED = "waited_s"
"""Where a handler notes how long it held an answer back because the client asked for it."""
LOGGER = "services.api.requests"
log = structlog.get_logger(LOGGER)


@contextmanager
def held_back(scope: Scope, seconds: int) -> Iterator[None]:
    """Keep the time in this block out of the request's duration, if the client asked to wait for `seconds`."""
    begun = time.perf_counter()
    try:
        yield
    finally:
        if seconds:
            scope["state"][WAITED] = time.perf_counter() - begun


class ObservedApi(Litestar):
    """A Litestar application whose requests are named, logged and counted.

    Middleware would not do: Litestar runs it for matched routes only, and a 404 needs its request id too.
    """

    async def __call__(
        self,
        scope: Scope | LifeSpanScope,
        receive: Receive | LifeSpanReceive,
        send: Send | LifeSpanSend,
    ) -> None:
        """Answer one ASGI connection."""
        if scope["type"] != ScopeType.HTTP:
            await super().__call__(scope, receive, send)
            return
        http = cast("HTTPScope", scope)
        answer = _Answer(http, cast("Send", send), defaults(self.state.exposure))
        begun = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=answer.request_id):
            try:
                refused = refusal(http, self.state.exposure)
                if refused is None:
                    await super().__call__(http, receive, answer.send)
                else:
                    await _refuse(answer, refused)
            finally:
                _note(self.state.request_metrics, http, answer.status, time.perf_counter() - begun)


class _Answer:
    """Passes an answer on, adding our headers and remembering its status."""

    def __init__(self, scope: HTTPScope, send: Send, headers: tuple[Header, ...]) -> None:
        self.request_id = request_id(scope)
        self.status = 500
        self._scope = scope
        self._send = send
        self._headers = headers

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = int(message["status"])
            message["headers"] = completed(message.get("headers", []), (*self._own(), *self._headers))
        await self._send(message)

    def _own(self) -> Iterator[Header]:
        yield HEADER, self.request_id.encode()
        limits: dict[str, str] = cast("dict[str, Any]", self._scope)["state"].get(LIMIT_HEADERS, {})
        for name, value in limits.items():
            yield name.lower().encode(), value.encode()


async def _refuse(answer: _Answer, error: ApiError) -> None:
    body = msgspec.json.encode(error.problem(answer.request_id))
    headers = [(b"content-type", PROBLEM_JSON.encode()), (b"content-length", str(len(body)).encode())]
    await answer.send({"type": "http.response.start", "status": int(error.status), "headers": headers})
    await answer.send({"type": "http.response.body", "body": body, "more_body": False})


def _note(metrics: RequestMetrics, scope: HTTPScope, status: int, seconds: float) -> None:
    known: dict[str, Any] = cast("dict[str, Any]", scope)
    route = known.get("path_template") or UNMATCHED
    seconds -= known["state"].get(WAITED, 0.0)
    metrics.record(scope["method"], route, status, seconds)
    # Polls and probes that went well are the bulk of all requests and tell nothing.
    quiet = scope["method"] == "GET" and status < 400  # noqa: PLR2004 - where errors begin
    if quiet and not logging.getLogger(LOGGER).isEnabledFor(logging.DEBUG):
        return  # a line that nobody reads is not put together
    (log.debug if quiet else log.info)(
        "answered", method=scope["method"], route=route, status=status, milliseconds=round(1000 * seconds, 1)
    )
