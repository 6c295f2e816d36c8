"""Anthropic's messages: requests as its SDK sends them, answers and events as it reads them. Pure."""

import hashlib
import re
from collections.abc import Iterator
from typing import Any

import msgspec

from services.sandbox.instances import InstanceError, make_instance
from services.sandbox.lexicon import Lexicon
from services.sandbox.prompt import ArticlePrompt, read_article_prompt
from services.sandbox.text_bank import TextBank
from services.sandbox.words import ENTRY_FIELDS, entry, read_word_prompt
from services.sandbox.words import MODEL as WORDS_MODEL
from services.sandbox.writer import CannotWriteError, write_article, write_wrong_language

_CHARACTERS_A_TOKEN = 4
_ARTICLE_FIELDS = {"title", "paragraphs"}
PLAIN_ANSWER = (
    "This is the sandbox speaking, not Claude: it writes articles and JSON, and answers everything else with this "
    "sentence."
)


class RefusedRequestError(Exception):
    """The request is answered with an `invalid_request_error`."""


class _Block(msgspec.Struct, frozen=True):
    type: str = "text"
    text: str = ""


class _Turn(msgspec.Struct, frozen=True):
    role: str
    content: str | list[_Block]

    @property
    def text(self) -> str:
        return _text(self.content)


class _Format(msgspec.Struct, frozen=True):
    type: str
    schema: dict[str, Any] = {}


class _OutputConfig(msgspec.Struct, frozen=True):
    format: _Format | None = None


class MessageRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What the sandbox reads of a request; everything else is ignored."""

    model: str
    max_tokens: int
    messages: list[_Turn]
    system: str | list[_Block] = ""
    stream: bool = False
    output_config: _OutputConfig = _OutputConfig()

    @property
    def schema(self) -> dict[str, Any] | None:
        """The JSON schema that the answer must satisfy."""
        found = self.output_config.format
        return found.schema if found is not None and found.type == "json_schema" else None

    @property
    def prompt(self) -> str:
        """The user's last message."""
        return next((turn.text for turn in reversed(self.messages) if turn.role == "user"), "")

    @property
    def input_tokens(self) -> int:
        """About what it would be billed for."""
        return _tokens(_text(self.system) + "".join(turn.text for turn in self.messages))


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """The text of a reply, the model that is named for it, and why it ends."""

    text: str
    model: str
    stop_reason: str = "end_turn"

    @property
    def output_tokens(self) -> int:
        """About what it would be billed for."""
        return _tokens(self.text)


def answer(request: MessageRequest, bank: TextBank, lexicon: Lexicon, *, wrong_language: bool = False) -> Answer:
    """The sandbox's answer, equal for equal requests and never longer than `max_tokens`.

    Raises:
        RefusedRequestError: It has none; the message says why.
    """
    schema = request.schema
    order, word = read_article_prompt(request.prompt), read_word_prompt(request.prompt)
    try:
        if schema is None:
            found = Answer(text=PLAIN_ANSWER, model="sandbox/plain")
        elif order is not None and set(_properties(schema)) == _ARTICLE_FIELDS:
            found = _article(order, bank, wrong_language=wrong_language)
        elif word is not None and set(_properties(schema)) == ENTRY_FIELDS:
            found = _document(entry(word, bank, lexicon), WORDS_MODEL)
        else:
            found = _document(make_instance(schema), "sandbox/instance")
    except (CannotWriteError, InstanceError) as error:
        raise RefusedRequestError(str(error)) from error
    return truncated(found, request.max_tokens) if found.output_tokens > request.max_tokens else found


def truncated(whole: Answer, max_tokens: int | None = None) -> Answer:
    """An answer that ran into the limit of tokens; without a limit, half of it."""
    end = max_tokens * _CHARACTERS_A_TOKEN if max_tokens else len(whole.text) // 2
    return msgspec.structs.replace(whole, text=whole.text[:end], stop_reason="max_tokens")


def refused() -> Answer:
    """An answer in which the model declines."""
    return Answer(text="", model="sandbox/refusal", stop_reason="refusal")


def message(request: MessageRequest, reply: Answer) -> dict[str, Any]:
    """The whole reply as one JSON object."""
    content = [{"type": "text", "text": reply.text, "citations": None}] if reply.text else []
    return _envelope(request, reply) | {
        "content": content,
        "stop_reason": reply.stop_reason,
        "usage": _usage(request, reply.output_tokens),
    }


def events(request: MessageRequest, reply: Answer) -> Iterator[tuple[str, dict[str, Any]]]:
    """The same as server-sent events: name and data of each."""
    yield "message_start", {"message": _envelope(request, reply) | {"content": [], "usage": _usage(request, 1)}}
    if reply.text:
        yield "content_block_start", {"index": 0, "content_block": {"type": "text", "text": "", "citations": None}}
        for part in _pieces(reply.text):
            yield "content_block_delta", {"index": 0, "delta": {"type": "text_delta", "text": part}}
        yield "content_block_stop", {"index": 0}
    yield (
        "message_delta",
        {
            "delta": {"stop_reason": reply.stop_reason, "stop_sequence": None},
            "usage": _usage(request, reply.output_tokens),
        },
    )
    yield "message_stop", {}


def _article(order: ArticlePrompt, bank: TextBank, *, wrong_language: bool) -> Answer:
    written = write_wrong_language(order, bank) if wrong_language else write_article(order, bank)
    return _document({"title": written.title, "paragraphs": written.paragraphs}, written.model)


def _document(document: Any, model: str) -> Answer:  # noqa: ANN401  any JSON value
    return Answer(text=msgspec.json.encode(document).decode(), model=model)


def _properties(schema: dict[str, Any]) -> dict[str, Any]:
    """Fields of the object that a schema asks for, behind a reference if need be."""
    reference = schema.get("$ref", "")
    target = schema.get("$defs", {}).get(reference.removeprefix("#/$defs/"), schema)
    found: dict[str, Any] = target.get("properties", {})
    return found


def _envelope(request: MessageRequest, reply: Answer) -> dict[str, Any]:
    digest = hashlib.sha256(msgspec.json.encode((request, reply))).hexdigest()[:16]
    return {
        "id": f"msg_sandbox_{digest}",
        "type": "message",
        "role": "assistant",
        "model": reply.model,
        "stop_reason": None,
        "stop_sequence": None,
    }


def _usage(request: MessageRequest, output_tokens: int) -> dict[str, Any]:
    return {
        "input_tokens": request.input_tokens,
        "output_tokens": output_tokens,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
        "service_tier": "standard",
    }


def _text(content: str | list[_Block]) -> str:
    return content if isinstance(content, str) else "\n".join(block.text for block in content)


def _tokens(text: str) -> int:
    return max(1, -(-len(text) // _CHARACTERS_A_TOKEN))


def _pieces(text: str) -> list[str]:
    """Parts of a few words, as a model streams them."""
    return re.findall(r".{1,24}", text, re.DOTALL)
