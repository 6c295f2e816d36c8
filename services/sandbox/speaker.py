"""Our end of the process in which espeak-ng lives: started when first needed, replaced if it dies."""

import subprocess
import sys
import threading
from pathlib import Path

import msgspec

from services.sandbox.espeak import RawSpeech, SpeechOrder
from services.sandbox.espeak_process import Outcome, SpeechFailure, read_frame, write_frame

_CHECKOUT = Path(__file__).parents[2]
_ENDING = 5  # seconds


class SpeakingError(Exception):
    """Nothing was said, and the order is not to blame."""


class UnknownVoiceError(ValueError):
    """espeak-ng has no such voice."""


class Speaker:
    """Says one thing at a time; blocks, so call it from a thread. Close it at the end."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def say(self, order: SpeechOrder) -> RawSpeech:
        """Synthesise.

        Raises:
            UnknownVoiceError: There is no such voice.
            SpeakingError: The process died or failed; the next call starts a new one.
        """
        with self._lock:
            frame = self._exchange(msgspec.msgpack.encode(order))
        outcome: Outcome = msgspec.msgpack.decode(frame, type=Outcome)
        if not isinstance(outcome, SpeechFailure):
            return outcome.raw
        if outcome.no_such_voice:
            raise UnknownVoiceError(order.voice)
        raise SpeakingError(outcome.reason)

    @property
    def process_id(self) -> int | None:
        """Of the process, while there is one."""
        return None if self._process is None else self._process.pid

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._end()

    def _exchange(self, frame: bytes) -> bytes:
        process = self._running()
        if process.stdin is None or process.stdout is None:
            message = "The speech process has no pipes."
            raise SpeakingError(message)
        try:
            write_frame(process.stdin, frame)
            answer = read_frame(process.stdout)
        except BrokenPipeError:
            answer = None
        if answer is None:
            self._end()
            message = "The speech process died."
            raise SpeakingError(message)
        return answer

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is not None and self._process.poll() is not None:
            self._end()
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "services.sandbox.espeak_process"],
                cwd=_CHECKOUT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        try:
            process.communicate(timeout=_ENDING)
        except (subprocess.TimeoutExpired, BrokenPipeError):
            process.kill()
            process.communicate()
