"""Claude's SDK and everything that can go wrong with it."""

import threading
import time
from collections.abc import Iterator

import msgspec
import pytest

from services.generation.claude import ClaudeWriter
from services.generation.ports import Answer, Order
from shared.jobs.errors import PermanentError, StepError, StepStoppedError, TransientError
from shared.ledger.ports import Reply
from shared.settings import ProviderSettings
from tests.contract.generation.test_writer import order
from tests.support.ports import free_port
from tests.support.raw_server import run_raw_server
from tests.support.sandbox import RunningSandbox
from tests.support.step_watch import HandWatch

HEADERS = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"
MESSAGE: dict[str, object] = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "claude-x",
    "content": [],
    "stop_reason": None,
    "stop_sequence": None,
    "usage": {"input_tokens": 1, "output_tokens": 1},
}


def event(name: str, **data: object) -> bytes:
    return b"event: " + name.encode() + b"\ndata: " + msgspec.json.encode({"type": name} | data) + b"\n\n"


@pytest.fixture(name="claude")
def _claude(sandbox: RunningSandbox) -> Iterator[ClaudeWriter]:
    writer = ClaudeWriter(
        ProviderSettings(api_key="sandbox", model="claude-sonnet-5-5", base_url=sandbox.base_url("anthropic"))
    )
    yield writer
    writer.close()


def write(claude: ClaudeWriter, watch: HandWatch | None = None, asked: Order | None = None) -> Reply:
    return claude.write(asked or order(), watch or HandWatch(), lambda _: None)


def failed(claude: ClaudeWriter, watch: HandWatch | None = None) -> StepError:
    with pytest.raises(StepError) as caught:
        write(claude, watch)
    return caught.value


def failed_at(url: str, watch: HandWatch | None = None) -> StepError:
    claude = ClaudeWriter(ProviderSettings(api_key="made-up", model="claude-x", base_url=url))
    try:
        return failed(claude, watch)
    finally:
        claude.close()


def test_sandbox_names_itself_as_the_model(claude: ClaudeWriter) -> None:
    assert write(claude).model.startswith("sandbox/")


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "input_invalid", PermanentError),
        (401, "provider_auth", PermanentError),
        (402, "provider_quota_exhausted", PermanentError),
        (403, "provider_auth", PermanentError),
        (404, "model_retired", PermanentError),
        (413, "input_invalid", PermanentError),
        (429, "provider_rate_limited", TransientError),
        (500, "provider_unavailable", TransientError),
        (503, "provider_unavailable", TransientError),
        (529, "provider_overloaded", TransientError),
    ],
)
def test_status_becomes_a_code_without_a_second_call(
    sandbox: RunningSandbox, claude: ClaudeWriter, status: int, code: str, kind: type[StepError]
) -> None:
    sandbox.fault("anthropic", "status", status=status, always=True)
    error = failed(claude)
    assert (error.code, type(error)) == (code, kind)
    calls = sandbox.calls("anthropic")
    assert (calls["answered"], calls["rejected"]) == (0, 1)


@pytest.mark.parametrize("status", [429, 529])
def test_wait_the_provider_asks_for_is_handed_on(sandbox: RunningSandbox, claude: ClaudeWriter, status: int) -> None:
    sandbox.fault("anthropic", "status", status=status, retry_after=17)
    error = failed(claude)
    assert isinstance(error, TransientError)
    assert error.retry_after == 17.0


@pytest.mark.parametrize("kind", ["dropped", "dropped_midway"])
def test_dropped_connection_may_hold_next_time(sandbox: RunningSandbox, claude: ClaudeWriter, kind: str) -> None:
    sandbox.fault("anthropic", kind)
    assert failed(claude).code == "provider_unavailable"
    assert claude.answer(write(claude)).ending == "finished"


def test_truncated_answer_is_told_from_a_finished_one(sandbox: RunningSandbox, claude: ClaudeWriter) -> None:
    sandbox.fault("anthropic", "truncated")
    assert claude.answer(write(claude)).ending == "truncated"


def test_refusal_is_told(sandbox: RunningSandbox, claude: ClaudeWriter) -> None:
    sandbox.fault("anthropic", "refusal")
    assert claude.answer(write(claude)) == Answer(ending="refused", text="")


def test_byte_every_two_seconds_does_not_outlive_the_deadline(sandbox: RunningSandbox, claude: ClaudeWriter) -> None:
    sandbox.fault("anthropic", "slow", seconds=2.0)
    began = time.monotonic()
    assert failed(claude, HandWatch(1.0)).code == "provider_timeout"
    assert time.monotonic() - began < 3.0


def test_trickling_headers_do_not_outlive_the_deadline() -> None:
    with run_raw_server([HEADERS[place : place + 1] for place in range(len(HEADERS))], pause=0.1) as server:
        began = time.monotonic()
        assert failed_at(server.url, HandWatch(0.8)).code == "provider_timeout"
        assert time.monotonic() - began < 2.5


def test_silent_provider_does_not_keep_a_cancelled_step(sandbox: RunningSandbox, claude: ClaudeWriter) -> None:
    sandbox.fault("anthropic", "latency", seconds=30.0)
    began = time.monotonic()
    with pytest.raises(StepStoppedError):
        write(claude, HandWatch(stop_in=0.3))
    assert time.monotonic() - began < 5.0


def test_nobody_listening_is_unavailable() -> None:
    assert failed_at(f"http://127.0.0.1:{free_port()}").code == "provider_unavailable"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (event("error", error={"type": "overloaded_error", "message": "-"}), "provider_overloaded"),
        (event("error", error={"type": "api_error", "message": "-"}), "provider_unavailable"),
        (event("message_start", message=MESSAGE), "provider_unavailable"),
        (b"event: message_start\ndata: {\n\n", "provider_bad_response"),
        (b"<html>hello</html>", "provider_bad_response"),
        (b"", "provider_bad_response"),
    ],
)
def test_stream_that_is_no_message_is_no_answer(body: bytes, code: str) -> None:
    with run_raw_server([HEADERS + body]) as server:
        error = failed_at(server.url)
    assert (error.code, type(error)) == (code, TransientError)


@pytest.mark.parametrize(
    ("stop_reason", "ending"),
    [
        ("end_turn", "finished"),
        ("stop_sequence", "finished"),
        ("max_tokens", "truncated"),
        ("model_context_window_exceeded", "truncated"),
        ("refusal", "refused"),
    ],
)
def test_reason_to_stop_tells_the_ending(stop_reason: str, ending: str) -> None:
    claude = ClaudeWriter(ProviderSettings(api_key="made-up", model="claude-x", base_url=None))
    content = [{"type": "thinking", "thinking": "Hm."}, {"type": "text", "text": "{}"}]
    body = msgspec.json.encode({"stop_reason": stop_reason, "content": content})
    assert claude.answer(Reply(model="claude-x", units={}, body=body)) == msgspec.convert(
        {"ending": ending, "text": "{}"}, Answer
    )


@pytest.mark.parametrize("body", [b"", b"[]", b'{"stop_reason":"tool_use","content":[]}', b'{"content":[]}'])
def test_reply_that_cannot_be_used_is_a_bad_response(body: bytes) -> None:
    claude = ClaudeWriter(ProviderSettings(api_key="made-up", model="claude-x", base_url=None))
    with pytest.raises(TransientError) as bad:
        claude.answer(Reply(model="claude-x", units={}, body=body))
    assert bad.value.code == "provider_bad_response"


def test_key_and_address_are_those_given_whatever_the_environment_says(
    sandbox: RunningSandbox, claude: ClaudeWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_BASE_URL", f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "another")
    monkeypatch.setenv("ANTHROPIC_PROFILE", "another")
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")
    write(claude)
    assert sandbox.calls("anthropic")["answered"] == 1


def test_without_an_address_it_is_anthropics_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:9")
    claude = ClaudeWriter(ProviderSettings(api_key="made-up", model="claude-x", base_url=None))
    client, _ = claude._client()
    assert str(client.base_url).startswith("https://api.anthropic.com")
    assert client.api_key == "made-up"
    claude.close()


def test_threads_write_at_the_same_time(sandbox: RunningSandbox, claude: ClaudeWriter) -> None:
    endings: list[str] = []

    def work() -> None:
        endings.extend(claude.answer(write(claude)).ending for _ in range(3))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert endings == ["finished"] * 24
    assert sandbox.calls("anthropic")["answered"] == 24
