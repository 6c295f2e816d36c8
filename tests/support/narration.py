"""Recordings for those who listen: spoken by the sandbox, which hears only its own voice."""

import base64
from io import BytesIO

import httpx
import msgspec
import numpy as np
import soundfile  # type: ignore[import-untyped]  # publishes no types

from shared.languages import LANGUAGES
from tests.support.sandbox import RunningSandbox

SENTENCES = {
    "de": ["Der", "kleine", "Hund", "schläft", "heute", "im", "Garten", "."],
    "en": ["The", "little", "dog", "sleeps", "in", "the", "garden", "today", "."],
    "es": ["El", "perro", "pequeño", "duerme", "hoy", "en", "el", "jardín", "."],
    "fr": ["Le", "petit", "chien", "dort", "dans", "le", "jardin", "."],
    "it": ["Il", "cane", "dorme", "oggi", "in", "giardino", "."],
    "pt": ["O", "cão", "pequeno", "dorme", "hoje", "no", "jardim", "."],
    "ja": ["小さい", "犬", "は", "庭", "で", "寝", "て", "い", "ます", "。"],
}
"""Tokens of one sentence a language."""


class Recording(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence read aloud."""

    flac: bytes
    duration_ms: int


def record(sandbox: RunningSandbox, language: str) -> Recording:
    """Have the sandbox speak a language's sentence; asked on the wire, as its SDK would."""
    text = ("" if language == "ja" else " ").join(SENTENCES[language]).replace(" .", ".")
    speech = {"languageCode": LANGUAGES[language].speech_locale, "voiceConfig": {"voice": "Kore"}}
    answer = httpx.post(
        f"{sandbox.base_url('gemini')}/v1/models/tts:generateContent",
        json={
            "contents": [{"parts": [{"text": text}]}],
            "generationConfig": {"responseModalities": ["AUDIO"], "speechConfig": speech},
        },
        timeout=20,
    ).raise_for_status()
    part = answer.json()["candidates"][0]["content"]["parts"][0]
    samples = np.frombuffer(base64.b64decode(part["inlineData"]["data"]), dtype="<i2")
    file = BytesIO()
    soundfile.write(file, samples, 24_000, format="FLAC", subtype="PCM_16")
    return Recording(flac=file.getvalue(), duration_ms=samples.size // 24)
