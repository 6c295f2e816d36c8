"""The TCP connection below a request: dropped on demand, and waited on without outliving it."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

CONNECTION = "sandbox.connection"
"""Key in an ASGI scope's extensions under which the request's `Connection` is found."""


class Connection:
    """A client's connection."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self.gone = asyncio.Event()
        """Set when the client hung up, when we did, and when the server stops."""

    async def drop(self) -> None:
        """Close it without another byte."""
        self._transport.abort()
        await self.gone.wait()

    async def pause(self, seconds: float) -> bool:
        """Wait; false as soon as nobody is there any more to wait for."""
        try:
            await asyncio.wait_for(self.gone.wait(), seconds)
        except TimeoutError:
            return True
        return False


class ConnectionProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol, which also tells the application about its connection: ASGI alone cannot drop one."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Remember the connection."""
        super().connection_made(transport)
        self.connection = Connection(transport)

    def on_message_begin(self) -> None:
        """Hand it on with each request."""
        super().on_message_begin()
        extensions: dict[str, Any] = {CONNECTION: self.connection}
        self.scope["extensions"] = extensions

    def connection_lost(self, exc: Exception | None) -> None:
        """Wake whoever waits."""
        super().connection_lost(exc)
        self.connection.gone.set()

    def shutdown(self) -> None:
        """Wake whoever waits: a server that stops does not finish a slow answer."""
        self.connection.gone.set()
        super().shutdown()
