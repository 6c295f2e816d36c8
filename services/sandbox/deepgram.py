"""Deepgram on the wire: `POST /deepgram/v1/listen` with pre-recorded audio."""

import asyncio
from typing import Any

import msgspec
from litestar import Request, Response, post
from litestar.di import NamedDependency

from services.sandbox.fault_gate import spoils
from services.sandbox.latency import Latency, wait
from services.sandbox.memory import Heard, Memory
from services.sandbox.problems import provider_error
from services.sandbox.recordings import Recording, UnreadableAudioError, read_recording
from services.sandbox.speech import RATE
from services.sandbox.transcripts import transcript_answer


@post("/deepgram/v1/listen", status_code=200)
async def listen(
    request: Request[Any, Any, Any], memory: NamedDependency[Memory], latency: NamedDependency[Latency]
) -> Response[bytes]:
    """Transcribe a recording."""
    body = await request.body()
    encoding = request.query_params.get("encoding")
    rate = request.query_params.get("sample_rate", "")
    if not body or (encoding == "linear16" and not rate.isdigit()):
        media_type, error = provider_error("deepgram", 400, "No audio, or raw audio without its sample_rate.")
        return Response(error, status_code=400, media_type=media_type)
    recording, heard = await asyncio.to_thread(_hear, memory, body, encoding, int(rate or RATE))
    seconds = recording.seconds if recording else 0.0
    await wait(latency.hearing_request + latency.hearing_second * seconds)
    document = msgspec.json.encode(transcript_answer(body, recording, heard))
    half = document[: len(document) // 2] if spoils(request.scope, "truncated") else document
    return Response(half, media_type="application/json")


def _hear(memory: Memory, body: bytes, encoding: str | None, rate: int) -> tuple[Recording | None, list[Heard] | None]:
    try:
        recording = read_recording(body, encoding, rate)
    except UnreadableAudioError:
        return None, None  # answered with the warning that it cannot be heard
    if recording.rate != RATE or recording.channels != 1:
        return recording, None
    return recording, memory.recognise(recording.samples[:, 0])
