"""HTTP for the Deepgram SDK with one deadline for the whole exchange (see `shared.deadlines`)."""

from typing import TYPE_CHECKING, cast

import httpcore
import httpx

from shared.deadlines import Backend, Countdown, TimedBackend

if TYPE_CHECKING:
    from httpcore import NetworkBackend

IDLE = 30.0  # seconds a connection is kept for the next paragraph


class DeadlineTransport(httpx.BaseTransport):
    """Reads each answer whole within `countdown`. For one thread; proxies of the environment are not used.

    Raises:
        TimeoutError: The time is over.
        ConnectionError: The connection could not be made, or broke.
    """

    def __init__(self, countdown: Countdown) -> None:
        backend = TimedBackend(cast("Backend", httpcore.SyncBackend()), countdown)
        self._pool = httpcore.ConnectionPool(
            network_backend=cast("NetworkBackend", backend), keepalive_expiry=IDLE, max_connections=1
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send `request`, read the whole answer."""
        try:
            answer = self._pool.request(
                request.method,
                str(request.url),
                headers=request.headers.raw,
                content=request.read(),
                extensions=request.extensions,
            )
        except httpcore.TimeoutException as error:
            raise TimeoutError(str(error)) from error
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise ConnectionError(str(error)) from error
        return httpx.Response(answer.status, headers=answer.headers, content=answer.content)

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()
