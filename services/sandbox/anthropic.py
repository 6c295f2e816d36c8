"""Anthropic on the wire: `POST /anthropic/v1/messages`, streaming or not."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec
from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.response import Stream

from services.sandbox.anthropic_messages import (
    Answer,
    MessageRequest,
    RefusedRequestError,
    answer,
    events,
    message,
    refused,
    truncated,
)
from services.sandbox.fault_gate import spoils
from services.sandbox.latency import Latency, wait
from services.sandbox.lexicon import Lexicon
from services.sandbox.problems import provider_error
from services.sandbox.text_bank import TextBank


@post("/anthropic/v1/messages", status_code=200)
async def create_message(
    request: Request[Any, Any, Any],
    bank: NamedDependency[TextBank],
    lexicon: NamedDependency[Lexicon],
    latency: NamedDependency[Latency],
) -> Response[bytes] | Stream:
    """Answer one message."""
    try:
        asked = msgspec.json.decode(await request.body(), type=MessageRequest)
        wrong_language = spoils(request.scope, "wrong_language")
        reply = _spoiled(request, answer(asked, bank, lexicon, wrong_language=wrong_language))
    except (msgspec.DecodeError, RefusedRequestError) as error:
        media_type, body = provider_error("anthropic", 400, str(error))
        return Response(body, status_code=400, media_type=media_type)
    if asked.stream:
        return Stream(_server_sent(asked, reply, latency), media_type="text/event-stream")
    await wait(latency.first_token + latency.output_token * reply.output_tokens)
    return Response(msgspec.json.encode(message(asked, reply)), media_type="application/json")


def _spoiled(request: Request[Any, Any, Any], reply: Answer) -> Answer:
    if spoils(request.scope, "truncated"):
        return truncated(reply)
    if spoils(request.scope, "refusal"):
        return refused()
    return reply


async def _server_sent(asked: MessageRequest, reply: Answer, latency: Latency) -> AsyncIterator[bytes]:
    await wait(latency.first_token)
    for name, data in events(asked, reply):
        if name == "content_block_delta":
            await wait(latency.output_token * len(data["delta"]["text"]) / 4)
        yield b"event: %b\ndata: %b\n\n" % (name.encode(), msgspec.json.encode({"type": name, **data}))
