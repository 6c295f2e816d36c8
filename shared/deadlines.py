"""A deadline for a whole HTTP exchange, however slowly its bytes arrive.

The read time-out of an HTTP client bounds the wait for the *next* bytes: a server that sends one byte every two
seconds holds a thread for hours. Here every single socket operation gets what is left of the whole exchange's time.
The classes speak the network back-end interface of httpcore and of its fork httpcore2 and import neither, so each
service hands in the one its SDK is built on.
"""

import ssl
import time
from collections.abc import Callable, Iterable
from typing import Any, Protocol

SOCKET_PIECE = 65_536  # bytes handed to one write, so that a slow reader cannot hold it for long


class Countdown:
    """The time left for the exchange that is under way. Not for use by two threads at once.

    Args:
        clock: Seconds from any fixed point, never going back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._ends = float("inf")

    def start(self, seconds: float) -> None:
        """Allow `seconds` from now for all that follows, until the next start."""
        self._ends = self._clock() + seconds

    def within(self, timeout: float | None) -> float | None:
        """The time-out for one socket operation: `timeout` (null is for ever) or what is left, if that is less.

        Raises:
            TimeoutError: Nothing is left.
        """
        left = self._ends - self._clock()
        if left <= 0:
            message = "the time for this exchange is over"
            raise TimeoutError(message)
        if left == float("inf"):
            return timeout
        return left if timeout is None else min(timeout, left)


class Stream(Protocol):
    """A connection as httpcore and httpcore2 know it."""

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Wait for some bytes, at most `max_bytes`."""

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all of `buffer`."""

    def close(self) -> None:
        """Close the socket."""

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> "Stream":
        """Shake hands for TLS; what comes back replaces this stream."""

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - the interface's own signature
        """Facts of the socket by name."""


class Backend(Protocol):
    """What opens connections for httpcore and httpcore2."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> Stream:
        """Connect to a host."""

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> Stream:
        """Connect to a socket in the file system."""

    def sleep(self, seconds: float) -> None:
        """Wait between two attempts to connect."""


class TimedStream:
    """A stream of which each operation ends when the exchange's time does."""

    def __init__(self, inner: Stream, countdown: Countdown) -> None:
        self._inner = inner
        self._countdown = countdown

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """As `Stream.read`."""
        return self._inner.read(max_bytes, self._countdown.within(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """As `Stream.write`, piece by piece."""
        for start in range(0, len(buffer), SOCKET_PIECE):
            self._inner.write(buffer[start : start + SOCKET_PIECE], self._countdown.within(timeout))

    def close(self) -> None:
        """As `Stream.close`."""
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> "TimedStream":
        """As `Stream.start_tls`."""
        inner = self._inner.start_tls(ssl_context, server_hostname, self._countdown.within(timeout))
        return TimedStream(inner, self._countdown)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - the interface's own signature
        """As `Stream.get_extra_info`."""
        return self._inner.get_extra_info(info)


class TimedBackend:
    """A back-end whose connections end when the exchange's time does."""

    def __init__(self, inner: Backend, countdown: Countdown) -> None:
        self._inner = inner
        self._countdown = countdown

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> TimedStream:
        """As `Backend.connect_tcp`."""
        bounded = self._countdown.within(timeout)
        stream = self._inner.connect_tcp(host, port, bounded, local_address, socket_options)
        return TimedStream(stream, self._countdown)

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> TimedStream:
        """As `Backend.connect_unix_socket`."""
        stream = self._inner.connect_unix_socket(path, self._countdown.within(timeout), socket_options)
        return TimedStream(stream, self._countdown)

    def sleep(self, seconds: float) -> None:
        """As `Backend.sleep`."""
        self._inner.sleep(seconds)
