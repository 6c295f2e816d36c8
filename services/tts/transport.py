"""HTTP for the Gemini SDK with one deadline for the whole exchange (see `shared.deadlines`)."""

from typing import TYPE_CHECKING, cast

import httpcore2
import httpx2

from shared.deadlines import Backend, Countdown, TimedBackend

if TYPE_CHECKING:
    from httpcore2 import NetworkBackend

IDLE = 30.0  # seconds a connection is kept for the next paragraph


class DeadlineTransport(httpx2.BaseTransport):
    """Reads each answer whole within `countdown`. For one thread; proxies of the environment are not used.

    Raises:
        TimeoutError: The time is over.
        ConnectionError: The connection could not be made, or broke.
    """

    def __init__(self, countdown: Countdown) -> None:
        backend = TimedBackend(cast("Backend", httpcore2.SyncBackend()), countdown)
        self._pool = httpcore2.ConnectionPool(
            network_backend=cast("NetworkBackend", backend), keepalive_expiry=IDLE, max_connections=1
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send `request`, read the whole answer."""
        try:
            answer = self._pool.request(
                request.method,
                str(request.url),
                headers=request.headers.raw,
                content=request.read(),
                extensions=request.extensions,
            )
        except httpcore2.TimeoutException as error:
            raise TimeoutError(str(error)) from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
            raise ConnectionError(str(error)) from error
        return httpx2.Response(answer.status, headers=answer.headers, content=answer.content)

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()
