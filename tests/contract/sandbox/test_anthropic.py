"""The sandbox through Anthropic's own SDK."""

import json
from collections.abc import Iterator
from typing import Any

import anthropic
import pytest

from tests.support.sandbox import RunningSandbox

ARTICLE_SCHEMA = {
    "type": "object",
    "properties": {"title": {"type": "string"}, "paragraphs": {"type": "array", "items": {"type": "string"}}},
    "required": ["title", "paragraphs"],
    "additionalProperties": False,
}
TOPIC = "<topic>Samstag auf dem Markt</topic><language>de</language><level>A2</level><length>17</length>"
SOURCE = (
    "<source_text>Der Hund schläft. Die Katze jagt &lt;laut&gt; den Hund.\n\nDer Vogel singt im Baum über dem Hund."
    "</source_text><language>de</language><level>A1</level><length>100</length>"
)


@pytest.fixture(name="client")
def _client(small_sandbox: RunningSandbox) -> Iterator[anthropic.Anthropic]:
    with anthropic.Anthropic(
        api_key="sandbox", base_url=small_sandbox.base_url("anthropic"), max_retries=0, timeout=60.0
    ) as client:
        yield client


def _ask(
    client: anthropic.Anthropic, prompt: str, schema: dict[str, Any] | None = ARTICLE_SCHEMA
) -> anthropic.types.Message:
    output: Any = anthropic.omit if schema is None else {"format": {"type": "json_schema", "schema": schema}}
    return client.messages.create(
        model="claude-sonnet-5-5",
        max_tokens=1000,
        messages=[{"role": "user", "content": prompt}],
        output_config=output,
    )


def _document(message: anthropic.types.Message) -> dict[str, Any]:
    [block] = message.content
    assert block.type == "text"
    document: dict[str, Any] = json.loads(block.text)
    return document


def test_topic_is_answered_from_the_bank_and_says_so(client: anthropic.Anthropic) -> None:
    message = _ask(client, TOPIC)
    assert message.model == "sandbox/bank/market-a2"
    assert _document(message) == {
        "title": "Auf dem Markt",
        "paragraphs": [
            "Am Samstag gehen wir auf den Markt. Meine Mutter kauft frisches Gemüse.",
            "Danach trinken wir einen Kaffee.",
        ],
    }
    assert message.stop_reason == "end_turn"


def test_equal_requests_get_equal_answers(client: anthropic.Anthropic) -> None:
    assert _ask(client, TOPIC) == _ask(client, TOPIC)


def test_short_source_text_comes_back_as_it_is(client: anthropic.Anthropic) -> None:
    message = _ask(client, SOURCE)
    assert message.model == "sandbox/extract"
    assert _document(message)["paragraphs"] == [
        "Der Hund schläft. Die Katze jagt <laut> den Hund.",
        "Der Vogel singt im Baum über dem Hund.",
    ]


def test_stream_tells_the_same_as_the_whole_answer(client: anthropic.Anthropic) -> None:
    whole = _ask(client, TOPIC)
    with client.messages.stream(
        model="claude-sonnet-5-5",
        max_tokens=1000,
        messages=[{"role": "user", "content": TOPIC}],
        output_config={"format": {"type": "json_schema", "schema": ARTICLE_SCHEMA}},
    ) as stream:
        parts = list(stream.text_stream)
        final = stream.get_final_message()
    assert len(parts) > 3
    assert json.loads("".join(parts)) == _document(whole)
    assert final.usage.output_tokens == whole.usage.output_tokens
    assert (final.model, final.stop_reason) == (whole.model, whole.stop_reason)


def test_language_that_it_lacks_is_a_clear_error(client: anthropic.Anthropic) -> None:
    with pytest.raises(anthropic.BadRequestError, match="no text in the language 'fi'"):
        _ask(client, TOPIC.replace("<language>de", "<language>fi"))


def test_length_far_beyond_the_bank_is_a_clear_error(client: anthropic.Anthropic) -> None:
    with pytest.raises(anthropic.BadRequestError, match=r"have 35 words; 100 were asked for"):
        _ask(client, TOPIC.replace(">17<", ">100<"))


def test_any_other_schema_gets_a_valid_instance(client: anthropic.Anthropic) -> None:
    schema = {
        "type": "object",
        "properties": {"score": {"type": "integer", "minimum": 3}, "grade": {"enum": ["good", "bad"]}},
        "required": ["score", "grade"],
    }
    message = _ask(client, "Judge this.", schema)
    assert message.model == "sandbox/instance"
    assert _document(message) == {"score": 3, "grade": "good"}


def test_schema_that_it_cannot_satisfy_is_a_clear_error(client: anthropic.Anthropic) -> None:
    with pytest.raises(anthropic.BadRequestError, match="pattern"):
        _ask(client, "Judge this.", {"type": "string", "pattern": "^a+$"})


def test_without_a_schema_it_says_who_it_is(client: anthropic.Anthropic) -> None:
    [block] = _ask(client, "Hello", None).content
    assert block.type == "text"
    assert "sandbox" in block.text


def test_answer_longer_than_max_tokens_is_cut_off(client: anthropic.Anthropic) -> None:
    message = client.messages.create(
        model="claude-sonnet-5-5",
        max_tokens=5,
        messages=[{"role": "user", "content": TOPIC}],
        output_config={"format": {"type": "json_schema", "schema": ARTICLE_SCHEMA}},
    )
    assert message.stop_reason == "max_tokens"
    assert message.usage.output_tokens == 5


@pytest.mark.parametrize(
    ("status", "error"),
    [(429, anthropic.RateLimitError), (401, anthropic.AuthenticationError), (529, anthropic.OverloadedError)],
)
def test_status_fault_is_the_sdks_own_error(
    client: anthropic.Anthropic, small_sandbox: RunningSandbox, status: int, error: type[anthropic.APIStatusError]
) -> None:
    small_sandbox.fault("anthropic", "status", status=status, retry_after=7)
    with pytest.raises(error) as caught:
        _ask(client, TOPIC)
    assert caught.value.response.headers["retry-after"] == "7"
    assert _ask(client, TOPIC).stop_reason == "end_turn"


@pytest.mark.parametrize("kind", ["dropped", "dropped_midway"])
def test_dropped_connection_is_a_connection_error(
    client: anthropic.Anthropic, small_sandbox: RunningSandbox, kind: str
) -> None:
    small_sandbox.fault("anthropic", kind)
    with pytest.raises(anthropic.APIConnectionError):
        _ask(client, TOPIC)
    assert small_sandbox.calls("anthropic") == {"answered": 0, "rejected": 0, "free": 0, "faulted": 1}


def test_slow_answer_arrives_byte_by_byte_and_whole(client: anthropic.Anthropic, small_sandbox: RunningSandbox) -> None:
    small_sandbox.fault("anthropic", "slow", seconds=0.0001)
    assert _document(_ask(client, TOPIC))["title"] == "Auf dem Markt"


def test_slow_answer_does_not_keep_the_server_busy_after_its_client_left(
    client: anthropic.Anthropic, small_sandbox: RunningSandbox
) -> None:
    small_sandbox.fault("anthropic", "slow", seconds=60)
    with pytest.raises(anthropic.APITimeoutError):
        _ask(client.with_options(timeout=0.2), TOPIC)
    assert small_sandbox.calls("anthropic") == {"answered": 0, "rejected": 0, "free": 0, "faulted": 1}


def test_refusal_truncation_and_wrong_language_are_answers(
    client: anthropic.Anthropic, small_sandbox: RunningSandbox
) -> None:
    for kind in ("refusal", "truncated", "wrong_language"):
        small_sandbox.fault("anthropic", kind)
    refused, truncated, wrong = (_ask(client, TOPIC) for _ in range(3))
    assert (refused.stop_reason, refused.content) == ("refusal", [])
    assert truncated.stop_reason == "max_tokens"
    with pytest.raises(json.JSONDecodeError):
        _document(truncated)
    assert _document(wrong)["title"] == "At the market"
    assert small_sandbox.calls("anthropic") == {"answered": 3, "rejected": 0, "free": 0, "faulted": 3}
