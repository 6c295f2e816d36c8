"""A whole exchange ends in time, however its bytes arrive."""

import ssl
from collections.abc import Iterable
from typing import Any

import pytest

from shared.deadlines import SOCKET_PIECE, Countdown, TimedBackend


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class SlowStream:
    """Each operation takes two seconds and notes the time-out it was given."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.timeouts: list[float | None] = []
        self.written: list[int] = []
        self.closed = False

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._pass(timeout)
        return b"x"[:max_bytes]

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.written.append(len(buffer))
        self._pass(timeout)

    def close(self) -> None:
        self.closed = True

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,  # noqa: ARG002 - the interface's own
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> "SlowStream":
        assert server_hostname == "host"
        self._pass(timeout)
        return self

    def get_extra_info(self, info: str) -> str:
        return info

    def _pass(self, timeout: float | None) -> None:
        self.timeouts.append(timeout)
        self.clock.now += 2


class SlowBackend:
    def __init__(self, stream: SlowStream) -> None:
        self.stream = stream
        self.slept = 0.0

    def connect_tcp(
        self,
        host: str,  # noqa: ARG002 - the interface's own
        port: int,  # noqa: ARG002 - the interface's own
        timeout: float | None = None,
        local_address: str | None = None,  # noqa: ARG002 - the interface's own
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002 - the interface's own
    ) -> SlowStream:
        self.stream.timeouts.append(timeout)
        return self.stream

    def connect_unix_socket(
        self,
        path: str,  # noqa: ARG002 - the interface's own
        timeout: float | None = None,
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002 - the interface's own
    ) -> SlowStream:
        self.stream.timeouts.append(timeout)
        return self.stream

    def sleep(self, seconds: float) -> None:
        self.slept += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def stream(clock: Clock) -> SlowStream:
    return SlowStream(clock)


def backend(stream: SlowStream, seconds: float) -> TimedBackend:
    countdown = Countdown(stream.clock)
    countdown.start(seconds)
    return TimedBackend(SlowBackend(stream), countdown)


def test_every_read_gets_what_is_left_and_the_last_one_none(stream: SlowStream) -> None:
    connection = backend(stream, 5).connect_tcp("host", 80)
    for _ in range(3):
        assert connection.read(10, timeout=60) == b"x"
    with pytest.raises(TimeoutError):
        connection.read(10, timeout=60)
    assert stream.timeouts == [5, 5, 3, 1]


def test_a_shorter_timeout_of_the_client_is_kept(stream: SlowStream) -> None:
    backend(stream, 60).connect_tcp("host", 80, timeout=4).read(1, timeout=3)
    assert stream.timeouts == [4, 3]


def test_a_large_body_is_written_in_pieces_that_share_the_time(stream: SlowStream) -> None:
    connection = backend(stream, 3).connect_tcp("host", 80)
    with pytest.raises(TimeoutError):
        connection.write(bytes(3 * SOCKET_PIECE))
    assert stream.written == [SOCKET_PIECE, SOCKET_PIECE]


def test_tls_is_within_the_time_too(stream: SlowStream) -> None:
    context = ssl.create_default_context()
    secured = backend(stream, 3).connect_tcp("host", 443).start_tls(context, "host", 60)
    secured.read(1)
    with pytest.raises(TimeoutError):
        secured.read(1)
    assert stream.timeouts == [3, 3, 1]


def test_without_a_start_only_the_clients_timeouts_count(stream: SlowStream) -> None:
    connection = TimedBackend(SlowBackend(stream), Countdown(stream.clock)).connect_unix_socket("path")
    connection.read(1)
    connection.read(1, timeout=7)
    assert stream.timeouts == [None, None, 7]


def test_a_new_start_gives_new_time(stream: SlowStream) -> None:
    countdown = Countdown(stream.clock)
    countdown.start(1)
    stream.clock.now += 2
    with pytest.raises(TimeoutError):
        countdown.within(None)
    countdown.start(4)
    assert countdown.within(None) == 4


def test_the_rest_is_the_connections_own(stream: SlowStream) -> None:
    inner = SlowBackend(stream)
    timed = TimedBackend(inner, Countdown(stream.clock))
    timed.sleep(0.5)
    connection = timed.connect_tcp("host", 80)
    assert connection.get_extra_info("is_readable") == "is_readable"
    connection.close()
    assert stream.closed
    assert inner.slept == 0.5
