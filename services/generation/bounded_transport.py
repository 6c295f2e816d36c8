"""The HTTP transport that an SDK built on httpx2 gets, so that its connections obey a step's clock."""

from collections.abc import Iterable, Iterator
from typing import cast

import httpcore2
import httpx2

from services.generation.bounded import BoundedBackend


class BoundedTransport(httpx2.BaseTransport):
    """Sends requests over connections of `backend`; no proxies, no redirects, no retries.

    Errors of the connection stay those of httpcore2; what the clock raises passes through as it is.
    """

    def __init__(self, backend: BoundedBackend) -> None:
        self._pool = httpcore2.ConnectionPool(network_backend=backend, max_connections=1, http1=True, http2=False)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request and return as soon as the headers of its answer are there."""
        address = httpcore2.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        answer = self._pool.handle_request(
            httpcore2.Request(
                method=request.method,
                url=address,
                headers=request.headers.raw,
                content=cast("Iterable[bytes]", request.stream),
                extensions=request.extensions,
            )
        )
        return httpx2.Response(
            status_code=answer.status, headers=answer.headers, stream=_Body(answer), extensions=answer.extensions
        )

    def close(self) -> None:
        """Hang up."""
        self._pool.close()


class _Body(httpx2.SyncByteStream):
    """The body of an answer, as it arrives."""

    def __init__(self, answer: httpcore2.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        yield from self._answer.iter_stream()

    def close(self) -> None:
        """Read no further."""
        self._answer.close()
