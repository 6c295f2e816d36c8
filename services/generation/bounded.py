"""Connections that obey a step's clock.

Time-outs of HTTP libraries hold for one read each: a server that sends a byte every two seconds can keep a worker for
ever. Here every read asks first how much time the whole exchange has left, and waits in slices, so that a cancelled
step hears of it soon although the server is silent.
"""

import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import httpcore2

TimeLeft = Callable[[], float]
"""Seconds that the exchange may still take; raises if there are none or the step must stop."""

SLICE = 0.5  # seconds of waiting after which the clock is asked again
_LEAST = 0.01  # seconds; a time-out of nothing would mean not to wait, or for ever


class BoundedBackend(httpcore2.NetworkBackend):
    """A network backend whose connections obey the clock set by `bounded_by`. For one thread.

    Args:
        inner: Makes the connections.
    """

    def __init__(self, inner: httpcore2.NetworkBackend | None = None) -> None:
        self._inner = inner or httpcore2.SyncBackend()
        self._time_left: TimeLeft | None = None

    @contextmanager
    def bounded_by(self, time_left: TimeLeft) -> Iterator[None]:
        """All reading, writing and connecting inside ends when `time_left` says so."""
        self._time_left = time_left
        try:
            yield
        finally:
            self._time_left = None

    def seconds(self, timeout: float | None) -> float:
        """How long one operation may take: the least of `timeout` and the time left.

        Raises:
            RuntimeError: Used outside `bounded_by`.
        """
        if self._time_left is None:
            message = "a bounded connection is used without a clock"
            raise RuntimeError(message)
        left = self._time_left()
        return max(_LEAST, left if timeout is None else min(timeout, left))

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        """Connect, bounded."""
        seconds = self.seconds(timeout)
        return _BoundedStream(
            self._inner.connect_tcp(host, port, seconds, local_address, socket_options=socket_options), self
        )


class _BoundedStream(httpcore2.NetworkStream):
    """A connection whose every operation asks its backend for the time left."""

    def __init__(self, inner: httpcore2.NetworkStream, backend: BoundedBackend) -> None:
        self._inner = inner
        self._backend = backend

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Some bytes, as soon as there are any; waits in slices."""
        end = time.monotonic() + self._backend.seconds(timeout)
        while True:
            remaining = end - time.monotonic()
            try:
                return self._inner.read(max_bytes, min(SLICE, self._backend.seconds(remaining)))
            except httpcore2.ReadTimeout:
                if remaining <= SLICE and time.monotonic() >= end:
                    self._backend.seconds(None)
                    raise

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all of `buffer`."""
        self._inner.write(buffer, self._backend.seconds(timeout))

    def close(self) -> None:
        """Hang up."""
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        """The same connection, encrypted."""
        seconds = self._backend.seconds(timeout)
        return _BoundedStream(self._inner.start_tls(ssl_context, server_hostname, seconds), self._backend)

    def get_extra_info(self, info: str) -> object:
        """What httpcore asks of a connection, such as whether it is readable."""
        return self._inner.get_extra_info(info)
