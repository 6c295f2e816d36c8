"""From Deepgram's JSON to what we keep of it. Pure."""

from typing import Any

import msgspec

from services.stt.ports import HeardWord, Transcript
from shared.jobs.errors import TransientError
from shared.ledger.ports import Reply


class _Word(msgspec.Struct):
    word: str
    start: float
    end: float


class _Alternative(msgspec.Struct):
    words: list[_Word] = []


class _Channel(msgspec.Struct):
    alternatives: list[_Alternative]


class _Results(msgspec.Struct):
    channels: list[_Channel]


class _Model(msgspec.Struct):
    arch: str | None = None


class _Warning(msgspec.Struct):
    type: str = "warning"
    message: str = ""


class _Metadata(msgspec.Struct):
    duration: float
    model_info: dict[str, _Model] = {}
    warnings: list[_Warning] | None = None


class _Answer(msgspec.Struct):
    metadata: _Metadata
    results: _Results


def read_answer(answer: Any, asked: str) -> Reply:  # noqa: ANN401 - any JSON at all
    """What was heard, by which model, and how much audio is to be paid for.

    Args:
        answer: The answer's JSON.
        asked: The model that was asked for, in case the answer does not name it.

    Raises:
        TransientError: `provider_bad_response`, it is no transcript.
    """
    try:
        read = msgspec.convert(answer, _Answer)
        words = [_heard(word) for channel in read.results.channels[:1] for word in _first(channel)]
        duration = _milliseconds(read.metadata.duration)
    except (msgspec.ValidationError, ValueError, OverflowError) as error:
        raise TransientError("provider_bad_response", f"Deepgram's answer is no transcript: {error}.") from error
    architectures = [model.arch for model in read.metadata.model_info.values() if model.arch]
    warnings = [f"{warning.type}: {warning.message}".rstrip(": ") for warning in read.metadata.warnings or ()]
    return Reply(
        model=architectures[0] if architectures else asked,
        units={"audio_ms": duration},
        body=msgspec.json.encode(Transcript(words=words, warnings=warnings)),
    )


def _first(channel: _Channel) -> list[_Word]:
    return channel.alternatives[0].words if channel.alternatives else []


def _heard(word: _Word) -> HeardWord:
    return HeardWord(word.word, _milliseconds(word.start), _milliseconds(word.end))


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)
