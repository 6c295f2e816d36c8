"""A voice for unit tests: a tone as long as the text deserves, and faults in a given order."""

import threading
from collections.abc import Callable, Iterable

import msgspec
import numpy as np

from services.tts.pace import letters
from services.tts.ports import Passage, SpokenAnswer
from services.tts.recording import SAMPLE_RATE
from shared.ledger.ports import Reply

LETTERS_PER_SECOND = 15.0  # within the bounds of every language


class FakeSpeech:
    """Speaks a tone whose pitch depends on the text and the voice.

    Args:
        faults: What happens to the first calls instead, in order: an error to raise, a change to the answer, or null
            for a good one.
    """

    provider = "gemini"
    model = "fake-tts"
    sandbox = True

    def __init__(self, faults: Iterable[Exception | Callable[[SpokenAnswer], SpokenAnswer] | None] = ()) -> None:
        self.spoken: list[Passage] = []
        """Every passage that was asked for, in order."""
        self._faults = list(faults)
        self._lock = threading.Lock()

    def speak(self, passage: Passage, *, seconds: float) -> Reply:
        """A tone of `LETTERS_PER_SECOND`, or the next fault."""
        if seconds <= 0:
            raise TimeoutError
        with self._lock:
            self.spoken.append(passage)
            fault = self._faults.pop(0) if self._faults else None
        if isinstance(fault, Exception):
            raise fault
        answer = SpokenAnswer(mime_type="audio/L16;codec=pcm;rate=24000", audio=tone(passage), finish_reason="STOP")
        body = msgspec.msgpack.encode(fault(answer) if fault else answer)
        return Reply(model=f"{self.model}-001", units={"input_tokens": len(passage.text)}, body=body)


def tone(passage: Passage) -> bytes:
    """PCM of 16 bit at `SAMPLE_RATE`, never silent."""
    length = max(1, round(letters(passage.text) * SAMPLE_RATE / LETTERS_PER_SECOND))
    pitch = 200 + sum(map(ord, passage.text + passage.voice)) % 400
    wave = 8000 * np.cos(2 * np.pi * pitch * np.arange(length) / SAMPLE_RATE)
    return wave.astype("<i2").tobytes()
