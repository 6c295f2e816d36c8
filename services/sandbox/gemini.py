"""Gemini on the wire: `POST /gemini/{version}/models/{model}:generateContent`, audio only."""

import asyncio
from typing import Any

import msgspec
from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from services.sandbox.fault_gate import spoils
from services.sandbox.gemini_speech import (
    RefusedSpeechError,
    SpeechRequest,
    read_request,
    refusal_answer,
    speech_answer,
)
from services.sandbox.latency import Latency, wait
from services.sandbox.memory import Memory
from services.sandbox.problems import provider_error
from services.sandbox.speaker import Speaker, SpeakingError, UnknownVoiceError
from services.sandbox.speech import RATE, Spoken, speak

_VERSIONS = frozenset({"v1", "v1beta"})
_SHORT = 0.3  # seconds


class SpeechDesk:
    """Takes one order to speak at a time, so that those who wait hold no thread, and remembers what was said."""

    def __init__(self, speaker: Speaker, memory: Memory) -> None:
        self._speaker = speaker
        self._memory = memory
        self._turn = asyncio.Lock()

    async def say(self, asked: SpeechRequest) -> Spoken:
        """Speak; errors are those of `speech.speak`."""
        async with self._turn:
            return await asyncio.to_thread(self._say, asked)

    def _say(self, asked: SpeechRequest) -> Spoken:
        spoken = speak(self._speaker, asked.text, asked.language_code, asked.voice)
        self._memory.remember(spoken)
        return spoken


@post("/gemini/{version:str}/models/{call:str}", status_code=200)
async def generate_content(
    request: Request[Any, Any, Any],
    version: FromPath[str],
    call: FromPath[str],
    desk: NamedDependency[SpeechDesk],
    latency: NamedDependency[Latency],
) -> Response[bytes]:
    """Speak a text."""
    if version not in _VERSIONS or not call.endswith(":generateContent"):
        return _error(501, f"The sandbox has no {request.scope['path']}.")
    try:
        asked = read_request(await request.body())
        spoken = await desk.say(asked)
    except (RefusedSpeechError, UnknownVoiceError) as error:
        return _error(400, str(error))
    except SpeakingError as error:
        return _error(500, str(error))
    await wait(latency.speech_request + latency.speech_second * spoken.seconds)
    body = msgspec.json.encode(_spoiled(request, asked, spoken))
    half = body[: len(body) // 2] if spoils(request.scope, "truncated") else body
    return Response(half, media_type="application/json")


def _spoiled(request: Request[Any, Any, Any], asked: SpeechRequest, spoken: Spoken) -> dict[str, Any]:
    if spoils(request.scope, "refusal"):
        return refusal_answer(asked)
    pcm = spoken.pcm
    if spoils(request.scope, "empty_audio"):
        pcm = b""
    elif spoils(request.scope, "silent_audio"):
        pcm = bytes(len(pcm))
    elif spoils(request.scope, "short_audio"):
        pcm = pcm[: int(_SHORT * RATE) * 2]
    return speech_answer(asked, msgspec.structs.replace(spoken, pcm=pcm))


def _error(status: int, message: str) -> Response[bytes]:
    media_type, body = provider_error("gemini", status, message)
    return Response(body, status_code=status, media_type=media_type)
