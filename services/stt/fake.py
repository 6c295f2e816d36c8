"""Ears for unit tests: they hear what they were told a recording contains."""

import threading
from collections.abc import Iterable, Mapping

import msgspec

from services.stt.ports import HeardWord, Transcript
from shared.languages import Language
from shared.ledger.ports import Reply


class FakeListener:
    """Hears words by recording.

    Args:
        known: What each recording contains; of any other nothing is heard, with a warning.
        faults: Errors that the first calls raise instead, in order; null for a good answer.
    """

    provider = "deepgram"
    sandbox = True

    def __init__(
        self, known: Mapping[bytes, list[HeardWord]] | None = None, faults: Iterable[Exception | None] = ()
    ) -> None:
        self.heard: list[tuple[bytes, str]] = []
        """Every recording that was asked about, with its language."""
        self._known = dict(known or {})
        self._faults = list(faults)
        self._lock = threading.Lock()

    def model(self, language: Language) -> str:
        """The language's own."""
        return language.deepgram_model

    def listen(self, audio: bytes, language: Language, *, seconds: float) -> Reply:
        """What `audio` is known to contain, or the next fault."""
        if seconds <= 0:
            raise TimeoutError
        with self._lock:
            self.heard.append((audio, language.code))
            fault = self._faults.pop(0) if self._faults else None
        if fault is not None:
            raise fault
        words = self._known.get(audio)
        warnings = [] if words is not None else ["sandbox_cannot_hear: this recording is unknown"]
        body = msgspec.json.encode(Transcript(words=words or [], warnings=warnings))
        length = max((word.end_ms for word in words or ()), default=0)
        return Reply(model=f"{self.model(language)}-001", units={"audio_ms": length}, body=body)
