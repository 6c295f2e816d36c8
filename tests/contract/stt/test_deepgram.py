"""Deepgram's SDK and everything that can go wrong with it."""

import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from services.stt.deepgram import DeepgramListener
from shared.jobs.errors import PermanentError, StepError, TransientError
from shared.languages import LANGUAGES
from shared.ledger.ports import Reply
from shared.settings import ProviderSettings
from tests.support.ports import free_port
from tests.support.raw_server import RawServer, run_raw_server, trickling_server
from tests.support.sandbox import RunningSandbox

__all__ = ["trickling_server"]

pytestmark = pytest.mark.filterwarnings(
    # The SDK's WebSocket part, which is imported along and which we do not use.
    "ignore:websockets.legacy is deprecated:DeprecationWarning",
    "ignore:websockets.exceptions.InvalidStatusCode is deprecated:DeprecationWarning",
)

GERMAN = LANGUAGES["de"]


@contextmanager
def deepgram(address: str) -> Iterator[DeepgramListener]:
    settings = ProviderSettings(api_key="sandbox", base_url=address, model="")
    with closing(DeepgramListener(settings)) as listener:
        yield listener


@pytest.fixture
def listener(sandbox: RunningSandbox) -> Iterator[DeepgramListener]:
    with deepgram(sandbox.base_url("deepgram")) as listener:
        yield listener


def failed(listener: DeepgramListener, seconds: float = 20) -> StepError:
    with pytest.raises(StepError) as caught:
        listener.listen(b"audio", GERMAN, seconds=seconds)
    return caught.value


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (400, PermanentError, "input_invalid"),
        (401, PermanentError, "provider_auth"),
        (402, PermanentError, "provider_quota_exhausted"),
        (403, PermanentError, "provider_auth"),
        (404, PermanentError, "model_retired"),
        (429, TransientError, "provider_rate_limited"),
        (500, TransientError, "provider_unavailable"),
        (503, TransientError, "provider_unavailable"),
        (504, TransientError, "provider_timeout"),
    ],
)
def test_a_failed_call_is_made_once_and_has_its_code(
    sandbox: RunningSandbox, listener: DeepgramListener, status: int, kind: type[StepError], code: str
) -> None:
    sandbox.fault("deepgram", "status", status=status, always=True)
    error = failed(listener)
    assert (type(error), error.code) == (kind, code)
    assert sandbox.calls("deepgram")["faulted"] == 1


def test_the_time_to_wait_is_handed_on(sandbox: RunningSandbox, listener: DeepgramListener) -> None:
    sandbox.fault("deepgram", "status", status=429, retry_after=17)
    error = failed(listener)
    assert isinstance(error, TransientError)
    assert error.retry_after == 17


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("dropped", "provider_unavailable"),
        ("dropped_midway", "provider_unavailable"),
        ("truncated", "provider_bad_response"),
    ],
)
def test_a_broken_answer_is_transient_and_the_next_call_works(
    sandbox: RunningSandbox, listener: DeepgramListener, fault: str, code: str
) -> None:
    listener.listen(b"audio", GERMAN, seconds=20)
    sandbox.fault("deepgram", fault)
    error = failed(listener)
    assert (type(error), error.code) == (TransientError, code)
    assert listener.listen(b"audio", GERMAN, seconds=20).model == "sandbox"


def test_an_answer_that_trickles_ends_in_time(sandbox: RunningSandbox, listener: DeepgramListener) -> None:
    sandbox.fault("deepgram", "slow", seconds=0.2)
    began = time.monotonic()
    error = failed(listener, seconds=1)
    assert (type(error), error.code) == (TransientError, "provider_timeout")
    assert time.monotonic() - began < 2


def test_headers_that_trickle_end_in_time(trickling_server: RawServer) -> None:
    began = time.monotonic()
    with deepgram(trickling_server.url) as listener:
        assert failed(listener, seconds=1).code == "provider_timeout"
    assert time.monotonic() - began < 2


def test_a_server_that_says_nothing_is_given_up_in_time() -> None:
    with run_raw_server([b"x"], pause=60) as server, deepgram(server.url) as listener:
        began = time.monotonic()
        assert failed(listener, seconds=0.5).code == "provider_timeout"
        assert time.monotonic() - began < 1.5


def test_a_server_that_is_not_there_is_unavailable() -> None:
    with deepgram(f"http://127.0.0.1:{free_port()}") as listener:
        assert failed(listener).code == "provider_unavailable"


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"request_id": "accepted"}', b'"text"', b"null", b'{"results": 1}'])
def test_an_odd_document_is_a_bad_response(body: bytes) -> None:
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n".encode()
    with run_raw_server([head + body]) as server, deepgram(server.url) as listener:
        error = failed(listener)
    assert (type(error), error.code) == (TransientError, "provider_bad_response")


def test_threads_listen_at_once_each_with_its_own_client(sandbox: RunningSandbox, listener: DeepgramListener) -> None:
    replies: list[Reply] = []
    threads = [
        threading.Thread(target=lambda: replies.append(listener.listen(b"audio", GERMAN, seconds=20))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(replies) == 8
    assert sandbox.calls("deepgram")["answered"] == 8
    assert len({id(line.client) for line in listener._lines}) == 8
