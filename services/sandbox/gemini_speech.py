"""Gemini's generateContent, as far as it speaks: requests as its SDK sends them, answers as it reads them. Pure.

The SDK writes camel case everywhere but inside `speechConfig`, where it writes snake case; both are read everywhere.
"""

import base64
import hashlib
import re
from typing import Any

import msgspec

from services.sandbox.speech import RATE, Spoken

_TOKENS_A_SECOND = 25
_CHARACTERS_A_TOKEN = 4
_LONGEST_TEXT = 20_000
"""Characters; the real model's context ends not far from there."""
MODEL_VERSION = "sandbox/espeak-ng"
MIME_TYPE = f"audio/L16;codec=pcm;rate={RATE}"


class RefusedSpeechError(Exception):
    """The request is answered with `INVALID_ARGUMENT`; the message says why."""


class SpeechRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be said, by whom."""

    text: str
    language_code: str
    voice: str


def read_request(body: bytes) -> SpeechRequest:
    """A request for speech.

    Raises:
        RefusedSpeechError: It is none, or none that the sandbox can satisfy.
    """
    try:
        document = msgspec.json.decode(body, type=dict[str, Any])
        return _read(_in_camel_case(document))
    except (msgspec.DecodeError, KeyError, TypeError, AttributeError) as error:
        message = f"The request cannot be read: {error!r}."
        raise RefusedSpeechError(message) from error


def _read(document: dict[str, Any]) -> SpeechRequest:
    config = document.get("generationConfig", {})
    if "AUDIO" not in config.get("responseModalities", []):
        message = "The sandbox's Gemini only speaks: ask for the response modality AUDIO."
        raise RefusedSpeechError(message)
    speech = config.get("speechConfig", {})
    if "multiSpeakerVoiceConfig" in speech:
        message = "The sandbox has one speaker at a time."
        raise RefusedSpeechError(message)
    text = "\n".join(part["text"] for content in document["contents"] for part in content["parts"] if part.get("text"))
    if not any(character.isalnum() for character in text):
        message = "There is nothing to say."
        raise RefusedSpeechError(message)
    if len(text) > _LONGEST_TEXT:
        message = f"The text is longer than {_LONGEST_TEXT} characters."
        raise RefusedSpeechError(message)
    voice = speech.get("voiceConfig", {})
    name = voice.get("voice") or voice.get("prebuiltVoiceConfig", {}).get("voiceName") or "Kore"
    return SpeechRequest(text=text, language_code=speech.get("languageCode", ""), voice=name)


def _in_camel_case(value: Any) -> Any:  # noqa: ANN401  any JSON value
    if isinstance(value, dict):
        return {re.sub(r"_(\w)", lambda match: match[1].upper(), key): _in_camel_case(v) for key, v in value.items()}
    return [_in_camel_case(item) for item in value] if isinstance(value, list) else value


def speech_answer(request: SpeechRequest, spoken: Spoken) -> dict[str, Any]:
    """The reply with audio, which may have been spoiled."""
    data = base64.b64encode(spoken.pcm).decode()
    content = {"role": "model", "parts": [{"inlineData": {"mimeType": MIME_TYPE, "data": data}}]}
    return _envelope(request, round(spoken.seconds * _TOKENS_A_SECOND)) | {
        "candidates": [{"content": content, "finishReason": "STOP", "index": 0}]
    }


def refusal_answer(request: SpeechRequest) -> dict[str, Any]:
    """The reply of a model that will not say this."""
    return _envelope(request, 0) | {"candidates": [{"finishReason": "SAFETY", "index": 0}]}


def _envelope(request: SpeechRequest, audio_tokens: int) -> dict[str, Any]:
    prompt_tokens = -(-len(request.text) // _CHARACTERS_A_TOKEN)
    return {
        "usageMetadata": {
            "promptTokenCount": prompt_tokens,
            "candidatesTokenCount": audio_tokens,
            "totalTokenCount": prompt_tokens + audio_tokens,
            "promptTokensDetails": [{"modality": "TEXT", "tokenCount": prompt_tokens}],
            "candidatesTokensDetails": [{"modality": "AUDIO", "tokenCount": audio_tokens}],
        },
        "modelVersion": MODEL_VERSION,
        "responseId": f"sandbox-{hashlib.sha256(msgspec.json.encode(request)).hexdigest()[:16]}",
    }
