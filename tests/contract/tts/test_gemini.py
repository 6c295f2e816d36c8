"""Gemini's SDK and everything that can go wrong with it."""

import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import msgspec
import pytest

from services.tts.gemini import GeminiSpeech
from services.tts.ports import Passage, SpokenAnswer
from services.tts.recording import Samples, samples_of
from shared.jobs.errors import PermanentError, StepError, TransientError
from shared.settings import ProviderSettings
from tests.support.ports import free_port
from tests.support.raw_server import RawServer, run_raw_server, trickling_server
from tests.support.sandbox import RunningSandbox

__all__ = ["trickling_server"]

TEXT = "Der kleine Hund schläft heute den ganzen Tag im Garten."
PASSAGE = Passage(text=TEXT, voice="Kore", locale="de-DE")


@contextmanager
def gemini(address: str) -> Iterator[GeminiSpeech]:
    settings = ProviderSettings(api_key="sandbox", base_url=address, model="gemini-3.8-flash-lite-tts")
    with closing(GeminiSpeech(settings)) as speech:
        yield speech


@pytest.fixture
def speech(sandbox: RunningSandbox) -> Iterator[GeminiSpeech]:
    with gemini(sandbox.base_url("gemini")) as speech:
        yield speech


def failed(speech: GeminiSpeech, seconds: float = 20) -> StepError:
    with pytest.raises(StepError) as caught:
        speech.speak(PASSAGE, seconds=seconds)
    return caught.value


def refused(speech: GeminiSpeech) -> StepError:
    """The error of the gates, for an answer that came with a 200."""
    reply = speech.speak(PASSAGE, seconds=20)
    with pytest.raises(StepError) as caught:
        samples_of(msgspec.msgpack.decode(reply.body, type=SpokenAnswer), TEXT, "de")
    return caught.value


def samples(speech: GeminiSpeech) -> Samples:
    return samples_of(msgspec.msgpack.decode(speech.speak(PASSAGE, seconds=20).body, type=SpokenAnswer), TEXT, "de")


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
    sandbox: RunningSandbox, speech: GeminiSpeech, status: int, kind: type[StepError], code: str
) -> None:
    sandbox.fault("gemini", "status", status=status, always=True)
    error = failed(speech)
    assert (type(error), error.code) == (kind, code)
    assert sandbox.calls("gemini")["faulted"] == 1


def test_the_time_to_wait_is_handed_on(sandbox: RunningSandbox, speech: GeminiSpeech) -> None:
    sandbox.fault("gemini", "status", status=429, retry_after=17)
    error = failed(speech)
    assert isinstance(error, TransientError)
    assert error.retry_after == 17


@pytest.mark.parametrize(
    ("fault", "code"),
    [("empty_audio", "audio_empty"), ("silent_audio", "audio_empty"), ("short_audio", "audio_truncated")],
)
def test_spoiled_audio_with_status_200_is_paid_for_and_refused(
    sandbox: RunningSandbox, speech: GeminiSpeech, fault: str, code: str
) -> None:
    sandbox.fault("gemini", fault)
    error = refused(speech)
    assert (type(error), error.code) == (TransientError, code)


def test_a_refusal_is_permanent(sandbox: RunningSandbox, speech: GeminiSpeech) -> None:
    sandbox.fault("gemini", "refusal")
    error = refused(speech)
    assert (type(error), error.code) == (PermanentError, "output_refused")


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("dropped", "provider_unavailable"),
        ("dropped_midway", "provider_unavailable"),
        ("truncated", "provider_bad_response"),
    ],
)
def test_a_broken_answer_is_transient_and_the_next_call_works(
    sandbox: RunningSandbox, speech: GeminiSpeech, fault: str, code: str
) -> None:
    speech.speak(PASSAGE, seconds=20)
    sandbox.fault("gemini", fault)
    error = failed(speech)
    assert (type(error), error.code) == (TransientError, code)
    assert samples(speech).size


def test_an_answer_that_trickles_ends_in_time(sandbox: RunningSandbox, speech: GeminiSpeech) -> None:
    sandbox.fault("gemini", "slow", seconds=0.2)
    began = time.monotonic()
    error = failed(speech, seconds=1)
    assert (type(error), error.code) == (TransientError, "provider_timeout")
    assert time.monotonic() - began < 2


def test_headers_that_trickle_end_in_time(trickling_server: RawServer) -> None:
    began = time.monotonic()
    with gemini(trickling_server.url) as speech:
        assert failed(speech, seconds=1).code == "provider_timeout"
    assert time.monotonic() - began < 2


def test_a_server_that_says_nothing_is_given_up_in_time() -> None:
    with run_raw_server([b"x"], pause=60) as server, gemini(server.url) as speech:
        began = time.monotonic()
        assert failed(speech, seconds=0.5).code == "provider_timeout"
        assert time.monotonic() - began < 1.5


def test_a_server_that_is_not_there_is_unavailable() -> None:
    with gemini(f"http://127.0.0.1:{free_port()}") as speech:
        assert failed(speech).code == "provider_unavailable"


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"candidates": []}', b'"text"', b"null"])
def test_an_odd_document_is_never_audio(body: bytes) -> None:
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n".encode()
    with run_raw_server([head + body]) as server, gemini(server.url) as speech, pytest.raises(TransientError) as caught:
        samples(speech)
    assert caught.value.code in {"audio_empty", "provider_bad_response"}


def test_threads_speak_at_once_each_with_its_own_client(sandbox: RunningSandbox, speech: GeminiSpeech) -> None:
    passages = [Passage(text=f"Das ist der Satz Nummer {n}.", voice="Kore", locale="de-DE") for n in range(8)]
    alone = [speech.speak(passage, seconds=20).body for passage in passages]
    together: dict[int, bytes] = {}
    threads = [
        threading.Thread(target=lambda n=n: together.update({n: speech.speak(passages[n], seconds=20).body}))
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [together[n] for n in range(8)] == alone
    assert sandbox.calls("gemini")["answered"] == 16
    assert len({id(line.client) for line in speech._lines}) == 1 + 8


def test_a_socks_proxy_of_the_shell_does_no_harm(sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1")
    with gemini(sandbox.base_url("gemini")) as speech:
        assert speech.speak(PASSAGE, seconds=20).body
