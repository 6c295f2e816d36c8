"""The gate before all routes: counts calls, and makes faults happen that live below a provider's answer.

Faults inside an answer (a refusal, silent audio) are handed to the provider's route in the request's scope.
"""

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from services.sandbox.calls import CallBook, Calls, is_paid
from services.sandbox.connection import CONNECTION, Connection
from services.sandbox.faults import KINDS, Fault, FaultBook
from services.sandbox.problems import provider_error

_FAULT = "sandbox_fault"
_BELOW_THE_ANSWER = frozenset({"status", "latency", "dropped", "dropped_midway", "slow"})
_FIRST_ERROR = 400


def spoils(scope: Scope, kind: str) -> bool:
    """Whether a fault of this kind strikes the answer to this request."""
    fault: Fault | None = scope["state"].get(_FAULT)
    return fault is not None and fault.kind == kind


class FaultGate:
    """Wraps the application."""

    def __init__(self, app: ASGIApp, faults: FaultBook, calls: CallBook) -> None:
        self._app = app
        self._faults = faults
        self._calls = calls

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, unless a fault says otherwise."""
        provider = scope["path"].split("/")[1] if scope["type"] == ScopeType.HTTP else ""
        if provider not in KINDS:
            await self._app(scope, receive, send)
            return
        calls = self._calls.of(provider)
        counted = _counting(send, calls, paid=is_paid(provider, scope["path"]))
        fault = self._faults.take(provider, scope["path"])
        if fault is None:
            await self._app(scope, receive, counted)
            return
        calls.faulted += 1
        if fault.kind in _BELOW_THE_ANSWER:
            await self._strike(fault, scope, receive, counted)
        else:
            scope["state"][_FAULT] = fault
            await self._app(scope, receive, counted)

    async def _strike(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        connection: Connection = scope["extensions"][CONNECTION]  # type: ignore[index,assignment]  # set by ConnectionProtocol
        match fault.kind:
            case "status":
                await _read_all(receive)  # what is left unread would be taken for the connection's next request
                await _send_error(fault, send)
            case "dropped":
                await _read_all(receive)
                await connection.drop()
            case "latency":
                if await connection.pause(fault.seconds):
                    await self._app(scope, receive, send)
            case "dropped_midway":
                await self._app(scope, receive, _midway(send, connection))
            case _:
                await self._app(scope, receive, _trickling(send, connection, fault.seconds))


async def _read_all(receive: Receive) -> None:
    """Take the whole request, so that its client is waiting for the answer."""
    while (message := await receive())["type"] == "http.request" and message["more_body"]:
        pass


async def _send_error(fault: Fault, send: Send) -> None:
    status = fault.status or 500
    content_type, body = provider_error(fault.provider, status, f"The sandbox was asked to answer {status}.")
    headers = [(b"content-type", content_type.encode()), (b"content-length", str(len(body)).encode())]
    if fault.retry_after is not None:
        headers.append((b"retry-after", f"{fault.retry_after:g}".encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def _counting(send: Send, calls: Calls, *, paid: bool) -> Send:
    """Count the answer just before its last byte leaves, so that whoever has the answer finds it counted."""
    status = 0

    async def count_and_send(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        elif message["type"] == "http.response.body" and not message["more_body"]:
            if not paid:
                calls.free += 1
            elif status >= _FIRST_ERROR:
                calls.rejected += 1
            else:
                calls.answered += 1
        await send(message)

    return count_and_send


def _midway(send: Send, connection: Connection) -> Send:
    """Send the headers and half of the first part of the body, then hang up."""

    async def send_half(message: Message) -> None:
        if connection.gone.is_set():
            return
        if message["type"] == "http.response.body" and message["body"]:
            half = message["body"][: len(message["body"]) // 2]
            await send({"type": "http.response.body", "body": half, "more_body": True})
            await connection.drop()
        else:
            await send(message)

    return send_half


def _trickling(send: Send, connection: Connection, seconds: float) -> Send:
    """Send the body byte by byte with a pause before each."""

    async def send_slowly(message: Message) -> None:
        if message["type"] != "http.response.body":
            await send(message)
            return
        body = message["body"]
        for position in range(len(body)):
            if not await connection.pause(seconds):
                return
            part: Message = {"type": "http.response.body", "body": body[position : position + 1], "more_body": True}
            await send(part)
        await send({"type": "http.response.body", "body": b"", "more_body": message["more_body"]})

    return send_slowly
