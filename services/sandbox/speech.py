"""Text to speech: 24 kHz mono PCM and the time of each word."""

import math
import unicodedata

import msgspec
import numpy as np
from numpy.typing import NDArray

from services.sandbox.espeak import RawSpeech, SpeechOrder
from services.sandbox.readings import Reading, read_japanese
from services.sandbox.speaker import Speaker
from services.sandbox.voices import choose_voice, guess_language, primary_language
from services.sandbox.word_times import SpokenWord, time_words, written_words

RATE = 24_000  # samples a second, as Gemini speaks
_BLOCKS_AT_ONCE = 500
"""Half a second of float32, which stays in the processor's cache."""


class Spoken(msgspec.Struct, frozen=True, kw_only=True):
    """What was said."""

    language: str
    text: str
    voice: str
    pcm: bytes
    """Mono, 16 bit little-endian, 24 kHz."""
    words: list[SpokenWord]

    @property
    def seconds(self) -> float:
        """Its duration."""
        return len(self.pcm) / 2 / RATE


def speak(speaker: Speaker, text: str, language_code: str, gemini_voice: str) -> Spoken:
    """Say `text`; equal text, language and voice give equal samples.

    Args:
        speaker: Makes the sound.
        text: What to say.
        language_code: BCP 47 tag; empty if the text has to tell.
        gemini_voice: A name such as `Kore`, which decides what the voice sounds like.

    Raises:
        UnknownVoiceError: espeak-ng does not speak the language.
        SpeakingError: The speech process failed.
    """
    text = unicodedata.normalize("NFC", text)
    code = language_code or guess_language(text)
    language = primary_language(code)
    voice = choose_voice(code, gemini_voice)
    reading = read_japanese(text) if language == "ja" else Reading(text, written_words(text))
    raw = speaker.say(SpeechOrder(text=reading.spoken, voice=voice.name, pitch=voice.pitch))
    audio = _resampled(raw)
    marks = [(index, sample * RATE // raw.rate) for index, sample in raw.words]
    words = time_words(text, reading.words, marks, audio)
    return Spoken(language=language, text=text, voice=voice.name, pcm=audio.astype("<i2").tobytes(), words=words)


def _resampled(raw: RawSpeech) -> NDArray[np.int16]:
    """From espeak's rate to ours, by straight lines between samples: good enough for a robot's voice.

    22 050 to 24 000 is 147 to 160: every 160 samples lie in the same way among 147, so they are done by the block.
    """
    source = np.frombuffer(raw.samples, dtype="<i2")
    if len(source) == 0:
        return np.zeros(0, dtype=np.int16)
    common = math.gcd(raw.rate, RATE)
    old, new = raw.rate // common, RATE // common
    blocks = -(-len(source) // old)
    padded = np.full(blocks * old + 1, source[-1], dtype=np.int16)
    padded[: len(source)] = source
    rows = np.lib.stride_tricks.sliding_window_view(padded, old + 1)[::old]
    left, share = np.divmod(np.arange(new) * old, new)
    weight = (share / new).astype(np.float32)
    resampled = np.empty((blocks, new), dtype=np.int16)
    for first in range(0, blocks, _BLOCKS_AT_ONCE):
        some = rows[first : first + _BLOCKS_AT_ONCE].astype(np.float32)
        begin = some[:, left]
        resampled[first : first + _BLOCKS_AT_ONCE] = np.rint(begin + (some[:, left + 1] - begin) * weight)
    return resampled.reshape(-1)[: len(source) * new // old]
