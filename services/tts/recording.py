"""From a provider's answer to samples that may be kept: the gates of `narrate_text`. Pure."""

import numpy as np
from numpy.typing import NDArray

from services.tts.pace import GRACE, letters, pace_of
from services.tts.ports import SpokenAnswer
from shared.jobs.errors import PermanentError, TransientError

SAMPLE_RATE = 24_000  # Hz, what every Gemini voice speaks at (providers.md, section 2)
SILENCE = 64  # of 32 768: -54 dB; what never gets louder is silence
PCM_TYPES = frozenset({"audio/l16", "audio/pcm"})

Samples = NDArray[np.int16]


def samples_of(answer: SpokenAnswer, text: str, language: str) -> Samples:
    """The answer's samples: mono, 16 bit, `SAMPLE_RATE`.

    Args:
        answer: What the provider sent for `text`.
        text: What was to be read; at least one letter.
        language: Its ISO 639-1 code.

    Raises:
        TransientError: It is empty, silent, cut off, far too long, or no PCM that we know.
        PermanentError: The provider refused to speak this text.
    """
    if answer.refusal:
        raise PermanentError("output_refused", f"The voice refused the text: {answer.refusal}.")
    if not answer.audio:
        raise TransientError(
            "audio_empty", f"The answer has no audio (it stopped with {answer.finish_reason or 'no reason'})."
        )
    _check_form(answer)
    samples = np.frombuffer(answer.audio, dtype="<i2").astype(np.int16, copy=False)
    _check_length(spoken_seconds(samples), samples.size / SAMPLE_RATE, letters(text), language)
    if answer.finish_reason not in {"", "STOP"}:
        raise TransientError("audio_truncated", f"The voice stopped with {answer.finish_reason}.")
    return samples


def spoken_seconds(samples: Samples) -> float:
    """Seconds from the first sample that can be heard to the last; 0 if none can."""
    heard = np.flatnonzero((samples > SILENCE) | (samples < -SILENCE))
    return float(heard[-1] - heard[0] + 1) / SAMPLE_RATE if heard.size else 0.0


def parse_mime(mime_type: str) -> tuple[str, dict[str, str]]:
    """A media type and its parameters, all in lower case (`audio/L16;codec=pcm;rate=24000` has been seen)."""
    kind, *rest = (part.strip() for part in mime_type.lower().split(";"))
    pairs = (part.partition("=") for part in rest if part)
    return kind, {name.strip(): value.strip().strip('"') for name, _, value in pairs}


def _check_form(answer: SpokenAnswer) -> None:
    kind, parameters = parse_mime(answer.mime_type)
    form = (parameters.get("rate", str(SAMPLE_RATE)), parameters.get("channels", "1"), len(answer.audio) % 2)
    if kind not in PCM_TYPES or form != (str(SAMPLE_RATE), "1", 0):
        raise TransientError(
            "provider_bad_response", f"The audio is no {SAMPLE_RATE} Hz mono PCM but {answer.mime_type!r}."
        )


def _check_length(spoken: float, whole: float, count: int, language: str) -> None:
    pace = pace_of(language)
    if spoken == 0:
        raise TransientError("audio_empty", f"The audio is {whole:.1f} s of silence.")
    if spoken < count / pace.fastest:
        raise TransientError("audio_truncated", f"{spoken:.1f} s of speech cannot hold {count} letters.")
    if whole > count / pace.slowest + GRACE:
        raise TransientError("provider_bad_response", f"{whole:.1f} s of audio are too long for {count} letters.")
