"""The sandbox as a process, its paths of its own, and the process in which espeak-ng lives."""

import contextlib
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import msgspec
import pytest

from services.sandbox.espeak import SpeechOrder
from services.sandbox.espeak_process import Outcome, SpeechFailure
from services.sandbox.latency import REALISTIC
from services.sandbox.speaker import Speaker, SpeakingError, UnknownVoiceError
from tests.support.bank import write_small_bank
from tests.support.ports import free_port
from tests.support.processes import children, eventually, runs, start, start_python
from tests.support.sandbox import RunningSandbox, run_sandbox

HELLO = SpeechOrder(text="Hello there.", voice="gmw/en")


@pytest.fixture(name="speaker")
def _speaker() -> Iterator[Speaker]:
    speaker = Speaker()
    yield speaker
    speaker.close()


def test_unknown_route_answers_501_with_its_path(small_sandbox: RunningSandbox) -> None:
    for method, path in [
        ("POST", "/anthropic/v1/messages/batches"),
        ("GET", "/anthropic/v1/messages"),
        ("GET", "/deepl/v2/glossaries"),
        ("POST", "/openai/v1/responses"),
    ]:
        answer = httpx.request(method, small_sandbox.url + path)
        assert answer.status_code == 501
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"] == f"The sandbox has no {method} {path}."
    for path in ("v1/models/gemini-3.8-flash:countTokens", "v9/models/gemini-3.8-flash-tts:generateContent"):
        answer = httpx.post(f"{small_sandbox.base_url('gemini')}/{path}")
        assert answer.status_code == 501
        assert path in answer.json()["error"]["message"]


def test_it_says_who_it_is_and_that_it_runs(small_sandbox: RunningSandbox) -> None:
    assert "sandbox" in httpx.get(f"{small_sandbox.url}/").text
    assert httpx.get(f"{small_sandbox.url}/healthz").status_code == 200


def test_fault_that_does_not_exist_is_refused(small_sandbox: RunningSandbox) -> None:
    answer = httpx.post(f"{small_sandbox.url}/admin/faults", json={"provider": "deepl", "kind": "refusal"})
    assert answer.status_code == 400
    assert "deepl has no fault 'refusal'" in answer.json()["detail"]
    assert httpx.get(f"{small_sandbox.url}/admin/faults").json() == []


def test_failure_of_its_own_is_answered_500_and_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    bank = write_small_bank(tmp_path)
    (bank / "lexicon.json").unlink()
    with run_sandbox(tmp_path / "data", bank=bank) as sandbox:
        assert httpx.get(f"{sandbox.url}/unknown").status_code == 501
        assert not _logged(caplog), "what it lacks is no failure"
        url = f"{sandbox.base_url('deepl')}/v2/translate"
        assert httpx.post(url, json={"text": ["Xyzzy"], "target_lang": "JA"}).status_code == 500
        assert sandbox.calls("deepl")["rejected"] == 1
    [record] = _logged(caplog)
    assert record.message == "/deepl/v2/translate failed"
    assert record.exc_info
    assert record.exc_info[0] is FileNotFoundError


def _logged(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [record for record in caplog.records if record.name == "services.sandbox.app"]


@pytest.mark.parametrize("client_stays", [False, True])
def test_slow_answer_ends_with_its_client_and_with_the_server(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, *, client_stays: bool
) -> None:
    server_log = logging.getLogger("uvicorn.error")
    with httpx.Client() as client:
        with run_sandbox(tmp_path) as sandbox:
            server_log.addHandler(caplog.handler)
            sandbox.fault("deepl", "slow", seconds=600)
            answer = client.send(client.build_request("GET", f"{sandbox.base_url('deepl')}/v2/usage"), stream=True)
            assert answer.status_code == 200
            if not client_stays:
                answer.close()
        server_log.removeHandler(caplog.handler)
        answer.close()
    cancelled = [record for record in caplog.records if "running task" in record.message]
    assert not cancelled, "nothing was left for the server to cancel"


def test_connection_is_dropped_only_after_the_whole_request(small_sandbox: RunningSandbox) -> None:
    small_sandbox.fault("deepgram", "dropped")
    host, port = small_sandbox.url.removeprefix("http://").split(":")
    head = b"POST /deepgram/v1/listen HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n"
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(head)
        assert connection.recv(1000).startswith(b"HTTP/1.1 100 Continue")
        connection.sendall(b"x")
        assert connection.recv(1000) == b""


@pytest.mark.skipif(sys.platform != "linux", reason="looks at its own children in /proc")
def test_speech_process_ends_with_the_server(tmp_path: Path) -> None:
    before = children(os.getpid())
    with run_sandbox(tmp_path) as sandbox:
        config = {"responseModalities": ["AUDIO"]}
        body = {"contents": [{"parts": [{"text": "Hello"}]}], "generationConfig": config}
        url = f"{sandbox.base_url('gemini')}/v1/models/gemini-3.8-flash-tts:generateContent"
        assert httpx.post(url, json=body).status_code == 200
        assert len(children(os.getpid()) - before) == 1
    assert children(os.getpid()) <= before


def test_realistic_latency_is_felt(tmp_path: Path) -> None:
    bank = write_small_bank(tmp_path)
    with run_sandbox(tmp_path / "data", bank=bank, latency=1.0) as sandbox:
        began = time.monotonic()
        httpx.post(f"{sandbox.base_url('deepl')}/v2/translate", json={"text": ["Im Wald"], "target_lang": "EN-GB"})
        assert time.monotonic() - began >= REALISTIC.translation_request


def test_large_recording_is_taken(small_sandbox: RunningSandbox) -> None:
    answer = httpx.post(f"{small_sandbox.base_url('deepgram')}/v1/listen", content=bytes(12_000_000))
    assert answer.json()["metadata"]["warnings"][0]["type"] == "sandbox_cannot_hear"


def test_process_serves_until_it_is_told_to_stop(tmp_path: Path) -> None:
    port = free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "SANDBOX_PORT": str(port),
        "SANDBOX_DATA": str(tmp_path),
        "SANDBOX_S3_ACCESS_KEY_ID": "key",
        "SANDBOX_S3_SECRET_ACCESS_KEY": "secret",
        "SANDBOX_FAULTS": '[{"provider": "deepl", "kind": "status", "status": 456}]',
    }
    with start(sys.executable, "-m", "services.sandbox.app", env=environment) as process:
        try:
            url = f"http://127.0.0.1:{port}"
            assert eventually(lambda: _answers(f"{url}/healthz"), timeout=60)
            assert httpx.get(f"{url}/deepl/v2/usage").status_code == 456
            assert httpx.get(f"{url}/deepl/v2/usage").status_code == 200
            slow = {"provider": "deepl", "kind": "slow", "seconds": 600}
            httpx.post(f"{url}/admin/faults", json=slow)
            with httpx.stream("GET", f"{url}/deepl/v2/usage") as answer:
                assert answer.status_code == 200
                process.send_signal(signal.SIGTERM)
                process.wait(timeout=60)
        finally:
            process.kill()
    assert process.returncode == -signal.SIGTERM


def test_missing_setting_stops_the_process_with_a_sentence() -> None:
    process = subprocess.run(
        [sys.executable, "-m", "services.sandbox.app"],
        env={"PATH": os.environ["PATH"], "SANDBOX_PORT": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 1
    assert process.stderr == "sandbox: SANDBOX_DATA is not set: the folder where objects are kept.\n"


def test_speech_does_not_depend_on_what_was_said_before(speaker: Speaker) -> None:
    first = speaker.say(HELLO)
    speaker.say(SpeechOrder(text="Something else.", voice="de+f3", pitch=80))
    assert speaker.say(HELLO) == first


def test_voice_that_does_not_exist_leaves_the_process_usable(speaker: Speaker) -> None:
    with pytest.raises(UnknownVoiceError):
        speaker.say(SpeechOrder(text="Hello", voice="no-such-voice"))
    process_id = speaker.process_id
    assert speaker.say(HELLO).samples
    assert speaker.process_id == process_id


def test_crash_of_a_fork_is_an_error_of_that_order_alone(speaker: Speaker) -> None:
    outcome = msgspec.msgpack.decode(speaker._exchange(b"no order at all"), type=Outcome)
    assert outcome == SpeechFailure("espeak-ng ended with 1.")
    assert speaker.say(HELLO).samples


def test_dead_process_is_replaced(speaker: Speaker) -> None:
    speaker.say(HELLO)
    process_id = speaker.process_id
    assert process_id is not None
    os.kill(process_id, signal.SIGKILL)
    with contextlib.suppress(SpeakingError):  # the death may be seen before the order is sent
        speaker.say(HELLO)
    assert speaker.say(HELLO).samples
    assert speaker.process_id != process_id


def test_process_ends_when_its_input_does(speaker: Speaker) -> None:
    speaker.say(HELLO)
    process_id = speaker.process_id
    assert process_id is not None
    speaker.close()
    assert not runs(process_id)


def test_speech_process_does_not_outlive_a_killed_sandbox() -> None:
    code = (
        "from services.sandbox.speaker import Speaker\n"
        "from services.sandbox.espeak import SpeechOrder\n"
        "speaker = Speaker()\n"
        "speaker.say(SpeechOrder(text='Hello', voice='de'))\n"
        "print(speaker.process_id, flush=True)\n"
        "input()\n"
    )
    with start_python(code, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        process_id = int(parent.stdout.readline())
        parent.kill()
    assert eventually(lambda: not runs(process_id))


def _answers(url: str) -> bool:
    try:
        return httpx.get(url).status_code == 200
    except httpx.ConnectError:
        return False
