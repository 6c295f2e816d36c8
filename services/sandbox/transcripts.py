"""Deepgram's answer to pre-recorded audio, from what the sandbox remembers of its own speech. Pure."""

import hashlib
from typing import Any

import msgspec

from services.sandbox.memory import Heard
from services.sandbox.recordings import Recording
from services.sandbox.speech import RATE
from services.sandbox.word_times import SpokenWord

MODEL = "sandbox/memory"
_MODEL_ID = "00000000-0000-4000-8000-000000000000"
_CONFIDENCE = 0.99
_CREATED = "2026-01-01T00:00:00.000Z"
"""Always the same, so that equal audio gets equal answers."""
CANNOT_HEAR = {
    "type": "sandbox_cannot_hear",
    "message": "The sandbox only hears what it spoke itself, and this is something else: nothing was transcribed.",
}


class HeardWord(msgspec.Struct, frozen=True, kw_only=True):
    """A word as Deepgram gives it; times in seconds."""

    word: str
    start: float
    end: float
    confidence: float
    punctuated_word: str


def transcript_answer(body: bytes, recording: Recording | None, heard: list[Heard] | None) -> dict[str, Any]:
    """The whole answer.

    Args:
        body: The audio as it came, for its digest.
        recording: The audio decoded, if it could be.
        heard: What is said in it; `None` if the sandbox does not know.
    """
    words = [_heard_word(word) for part in heard or [] for word in part.words]
    confidence = _CONFIDENCE if heard else 0.0
    text = " ".join(part.text for part in heard or [])
    digest = hashlib.sha256(body).hexdigest()
    return {
        "metadata": {
            "transaction_key": "deprecated",
            "request_id": f"sandbox-{digest[:16]}",
            "sha256": digest,
            "created": _CREATED,
            "duration": recording.seconds if recording else 0.0,
            "channels": recording.channels if recording else 0,
            "models": [_MODEL_ID],
            "model_info": {_MODEL_ID: {"name": MODEL, "version": "sandbox", "arch": "sandbox"}},
            "warnings": [] if heard else [CANNOT_HEAR],
        },
        "results": {
            "channels": [{"alternatives": [{"transcript": text, "confidence": confidence, "words": words}]}],
            "utterances": [_utterance(part, number) for number, part in enumerate(heard or [])],
        },
    }


def _heard_word(word: SpokenWord) -> HeardWord:
    bare = word.text.strip("".join(character for character in word.text if not character.isalnum()))
    return HeardWord(
        word=bare.lower(),
        start=round(word.start / RATE, 3),
        end=round(word.end / RATE, 3),
        confidence=_CONFIDENCE,
        punctuated_word=word.text,
    )


def _utterance(part: Heard, number: int) -> dict[str, Any]:
    words = [_heard_word(word) for word in part.words]
    return {
        "id": f"sandbox-{number}",
        "start": words[0].start if words else 0.0,
        "end": words[-1].end if words else 0.0,
        "confidence": _CONFIDENCE,
        "channel": 0,
        "transcript": part.text,
        "words": words,
    }
