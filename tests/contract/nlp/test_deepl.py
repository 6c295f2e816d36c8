"""DeepL's SDK through the sandbox: true sentences, every fault, one attempt, one deadline."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import pytest

from services.nlp.deepl import PAIRS_KEPT, DeepLTranslator
from services.nlp.ports import Batch, TranslatedAnswer
from shared.jobs.errors import PermanentError, TransientError
from shared.settings import ProviderSettings
from tests.support.raw_server import RawServer, run_raw_server, trickling_server
from tests.support.sandbox import RunningSandbox

__all__ = ["trickling_server"]

BANK = Path(__file__).parents[3] / "services" / "sandbox" / "bank" / "texts"
BATCH = Batch(source="DE", target="EN-GB", sentences=("Ein Satz.", "Noch einer."), context="Ein Satz. Noch einer.")


def settings(url: str) -> ProviderSettings:
    return ProviderSettings(api_key="sandbox", base_url=url, model="prefer_quality_optimized")


@pytest.fixture
def deepl(sandbox: RunningSandbox) -> Iterator[DeepLTranslator]:
    with closing(DeepLTranslator(settings(sandbox.base_url("deepl")))) as translator:
        yield translator


def answer_with(body: bytes) -> list[bytes]:
    return [b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(body) + body]


def test_the_sandbox_says_that_it_is_the_sandbox(deepl: DeepLTranslator) -> None:
    assert deepl.sandbox
    assert deepl.translate(BATCH, seconds=20).model.startswith("sandbox")


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (401, PermanentError, "provider_auth"),
        (403, PermanentError, "provider_auth"),
        (429, TransientError, "provider_rate_limited"),
        (456, PermanentError, "provider_quota_exhausted"),
        (500, TransientError, "provider_unavailable"),
        (503, TransientError, "provider_unavailable"),
    ],
)
def test_a_status_is_its_code_after_one_attempt(
    sandbox: RunningSandbox, deepl: DeepLTranslator, status: int, kind: type[Exception], code: str
) -> None:
    sandbox.fault("deepl", "status", status=status)
    with pytest.raises(kind, match=code):
        deepl.translate(BATCH, seconds=20)
    assert sandbox.calls("deepl")["faulted"] == 1
    assert sandbox.calls("deepl")["answered"] == 0


def test_the_wait_that_deepl_asks_for_is_passed_on(sandbox: RunningSandbox, deepl: DeepLTranslator) -> None:
    sandbox.fault("deepl", "status", status=429, retry_after=7)
    with pytest.raises(TransientError) as caught:
        deepl.translate(BATCH, seconds=20)
    assert caught.value.retry_after == 7.0


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("dropped", "provider_unavailable"),
        ("dropped_midway", "provider_unavailable"),
        ("truncated", "provider_bad_response"),
    ],
)
def test_a_broken_answer_may_be_asked_for_again(
    sandbox: RunningSandbox, deepl: DeepLTranslator, fault: str, code: str
) -> None:
    sandbox.fault("deepl", fault)
    with pytest.raises(TransientError, match=code):
        deepl.translate(BATCH, seconds=20)
    assert deepl.translate(BATCH, seconds=20).units == {"characters": 20}


def test_a_slow_answer_is_given_up_in_time(sandbox: RunningSandbox, deepl: DeepLTranslator) -> None:
    sandbox.fault("deepl", "latency", seconds=30)
    began = time.monotonic()
    with pytest.raises(TransientError, match="provider_timeout"):
        deepl.translate(BATCH, seconds=0.3)
    assert time.monotonic() - began < 15  # the SDK would wait thirty seconds and try again


def test_an_answer_that_trickles_is_given_up_in_time(trickling_server: RawServer) -> None:
    began = time.monotonic()
    with (
        closing(DeepLTranslator(settings(trickling_server.url))) as translator,
        pytest.raises(TransientError, match="provider_timeout"),
    ):
        translator.translate(BATCH, seconds=1)
    assert time.monotonic() - began < 15  # it would be minutes


def test_nobody_listens(free_address: str) -> None:
    with (
        closing(DeepLTranslator(settings(free_address))) as translator,
        pytest.raises(TransientError, match="provider_unavailable"),
    ):
        translator.translate(BATCH, seconds=20)


@pytest.fixture
def free_address() -> str:
    """Where a server was a moment ago."""
    with run_raw_server([]) as server:
        return server.url


@pytest.mark.parametrize("body", [b"[]", b'{"translations": []}', b'{"translations": [{"text": "One."}]}', b"<html>"])
def test_an_answer_that_the_sdk_cannot_read(body: bytes) -> None:
    with (
        run_raw_server(answer_with(body)) as server,
        closing(DeepLTranslator(settings(server.url))) as translator,
        pytest.raises(TransientError, match="provider_bad_response"),
    ):
        translator.translate(BATCH, seconds=20)


def test_the_last_part_of_the_address_is_kept(sandbox: RunningSandbox) -> None:
    for url in (sandbox.base_url("deepl"), sandbox.base_url("deepl") + "/"):
        with closing(DeepLTranslator(settings(url))) as translator:
            assert translator.translate(BATCH, seconds=20).body


class Recorder(BaseHTTPRequestHandler):
    """Answers every request with two translations and keeps what it was asked."""

    asked: ClassVar[list[dict[str, Any]]] = []

    def do_POST(self) -> None:
        self.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        body = json.dumps({"translations": [{"text": "One.", "billed_characters": 4}] * 2}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the signature of the base class
        """Say nothing."""


def test_sentences_are_sent_whole_with_the_text_around_them() -> None:
    Recorder.asked.clear()
    server = HTTPServer(("127.0.0.1", 0), Recorder)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    with server, closing(DeepLTranslator(settings(f"http://127.0.0.1:{server.server_port}"))) as translator:
        translator.translate(BATCH, seconds=20)
        server.shutdown()
        thread.join()
    (asked,) = Recorder.asked
    assert asked["text"] == list(BATCH.sentences)
    assert asked["context"] == BATCH.context
    assert asked["split_sentences"] == "0"
    assert (asked["source_lang"], asked["target_lang"]) == ("DE", "EN-GB")
    assert asked["model_type"] == "prefer_quality_optimized"


def test_languages_are_asked_for_once_an_hour(sandbox: RunningSandbox) -> None:
    now = [0.0]
    with closing(DeepLTranslator(settings(sandbox.base_url("deepl")), clock=lambda: now[0])) as translator:
        assert translator.pairs(seconds=20) == translator.pairs(seconds=20)
        asked = sandbox.calls("deepl")["free"]
        now[0] = PAIRS_KEPT - 1
        translator.pairs(seconds=20)
        assert sandbox.calls("deepl")["free"] == asked
        now[0] = PAIRS_KEPT
        translator.pairs(seconds=20)
        assert sandbox.calls("deepl")["free"] == 2 * asked


def test_many_threads_translate_at_once(deepl: DeepLTranslator) -> None:
    answers: dict[int, list[str]] = {}

    def work(number: int) -> None:
        asked = Batch(source="DE", target="EN-GB", sentences=(f"Satz {number}.",) * (number + 1), context="")
        answers[number] = msgspec.msgpack.decode(
            deepl.translate(asked, seconds=20).body, type=TranslatedAnswer
        ).sentences

    threads = [threading.Thread(target=work, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {number: len(sentences) for number, sentences in answers.items()} == {n: n + 1 for n in range(16)}


def test_a_sentence_of_the_bank_has_its_true_translation_and_others_are_marked(sandbox: RunningSandbox) -> None:
    text = json.loads(next(BANK.glob("*.json")).read_text(encoding="utf-8"))
    row = text["paragraphs"][0][0]
    asked = Batch(source="DE", target="EN-GB", sentences=(row["de"], "Quietschbunte Nilpferde!"), context="")
    with closing(DeepLTranslator(settings(sandbox.base_url("deepl")))) as translator:
        reply = translator.translate(asked, seconds=20)
    known, unknown = msgspec.msgpack.decode(reply.body, type=TranslatedAnswer).sentences
    assert known == row["en"]
    assert unknown.startswith("[no translation: sandbox]")
