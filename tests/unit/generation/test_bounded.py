import httpcore2
import pytest

from services.generation.bounded import SLICE, BoundedBackend, TimeLeft
from shared.jobs.errors import StepStoppedError
from tests.support.canned_web import CannedStream


class SilentStream(CannedStream):
    """Never has anything to read; remembers how long it was waited for."""

    def __init__(self) -> None:
        super().__init__(b"")
        self.waits: list[float | None] = []

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self.waits.append(timeout)
        raise httpcore2.ReadTimeout(str(max_bytes))


class OneStream(httpcore2.NetworkBackend):
    """Connects to one stream; remembers how long that might take."""

    def __init__(self, stream: httpcore2.NetworkStream) -> None:
        self.stream = stream
        self.timeouts: list[float | None] = []

    def connect_tcp(
        self,
        host: str,  # noqa: ARG002 - httpcore's signature
        port: int,  # noqa: ARG002 - httpcore's signature
        timeout: float | None = None,
        *_: object,
        **__: object,
    ) -> httpcore2.NetworkStream:
        self.timeouts.append(timeout)
        return self.stream


def countdown(*left: float) -> TimeLeft:
    waiting = list(left)

    def time_left() -> float:
        if not waiting:
            raise StepStoppedError
        return waiting.pop(0)

    return time_left


def test_silence_is_cut_into_slices_and_ends_when_the_step_must_stop() -> None:
    silent = SilentStream()
    backend = BoundedBackend(OneStream(silent))
    with backend.bounded_by(countdown(9, 9, 9, 9)):
        stream = backend.connect_tcp("example.org", 80)
        with pytest.raises(StepStoppedError):
            stream.read(10, 60.0)
    assert silent.waits == [SLICE, SLICE]


def test_no_operation_may_take_longer_than_is_left() -> None:
    silent = SilentStream()
    inner = OneStream(silent)
    backend = BoundedBackend(inner)
    with backend.bounded_by(countdown(3, 0.2, 0.2)):
        stream = backend.connect_tcp("example.org", 80, 60.0)
        with pytest.raises(StepStoppedError):
            stream.read(10, 60.0)
    assert inner.timeouts == [3]
    assert silent.waits == [pytest.approx(0.2, abs=0.01)]


def test_read_timeout_of_the_client_still_holds() -> None:
    backend = BoundedBackend(OneStream(SilentStream()))
    with backend.bounded_by(lambda: 60.0):
        stream = backend.connect_tcp("example.org", 80)
        with pytest.raises(httpcore2.ReadTimeout):
            stream.read(10, 0.0)


def test_connection_without_a_clock_is_a_mistake() -> None:
    backend = BoundedBackend(OneStream(CannedStream(b"abc")))
    with backend.bounded_by(lambda: 60.0):
        stream = backend.connect_tcp("example.org", 80)
        assert stream.read(10) == b"abc"
    with pytest.raises(RuntimeError):
        stream.read(10)
