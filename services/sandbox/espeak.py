"""espeak-ng through ctypes. Only the process of `espeak_process.py` may load it: it is global state, and GPL.

Interface: `speak_lib.h` of espeak-ng 1.52.
"""

import ctypes
from collections.abc import Callable
from typing import Any

import espeakng_loader  # type: ignore[import-untyped]  # publishes no types
import msgspec

_AUDIO_OUTPUT_SYNCHRONOUS = 2
_POSITION_CHARACTER = 1
_CHARACTERS_UTF8 = 1
_EVENT_LIST_ENDS = 0
_EVENT_WORD = 1
_PARAMETER_PITCH = 3


class SpeechOrder(msgspec.Struct, frozen=True, kw_only=True):
    """What to say, with which of espeak's voices (`de+f2`), how high (0 to 100, 50 is the voice's own)."""

    text: str
    voice: str
    pitch: int = 50


class RawSpeech(msgspec.Struct, frozen=True, kw_only=True):
    """What was said: mono, 16 bit little-endian, `rate` samples a second."""

    rate: int
    samples: bytes
    words: list[tuple[int, int]]
    """For each word that espeak began: index of its first character in the text, and of its first sample."""


class NoSuchVoiceError(ValueError):
    """espeak has no voice of this name."""


class _EventId(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _EventId),
    )


_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


class Espeak:
    """The library, loaded and ready. What it says depends on all it said before: fork, and say one thing a fork."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        data = espeakng_loader.get_data_path().encode()
        self._rate: int = self._library.espeak_Initialize(_AUDIO_OUTPUT_SYNCHRONOUS, 0, data, 0)

    def say(self, order: SpeechOrder) -> RawSpeech:
        """Synthesise.

        Raises:
            NoSuchVoiceError: There is no such voice.
        """
        if self._library.espeak_SetVoiceByName(order.voice.encode()) != 0:
            raise NoSuchVoiceError(order.voice)
        self._library.espeak_SetParameter(_PARAMETER_PITCH, order.pitch, 0)
        samples: list[bytes] = []
        words: list[tuple[int, int]] = []
        callback = _CALLBACK(_collector(samples, words))
        self._library.espeak_SetSynthCallback(callback)
        text = order.text.replace("\0", " ").encode() + b"\0"
        self._library.espeak_Synth(text, len(text), 0, _POSITION_CHARACTER, 0, _CHARACTERS_UTF8, None, None)
        return RawSpeech(rate=self._rate, samples=b"".join(samples), words=words)


def _collector(samples: list[bytes], words: list[tuple[int, int]]) -> Callable[[Any, int, Any], int]:
    def collect(wave: Any, count: int, events: Any) -> int:  # noqa: ANN401  ctypes pointers
        if wave and count > 0:
            samples.append(ctypes.string_at(wave, 2 * count))
        position = 0
        while events[position].type != _EVENT_LIST_ENDS:
            if events[position].type == _EVENT_WORD:
                words.append((events[position].text_position - 1, events[position].sample))
            position += 1
        return 0

    return collect
