"""What the sandbox has said, found again by the SHA-256 of the samples and kept on disk."""

import hashlib
import uuid
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from services.sandbox.speech import Spoken
from services.sandbox.word_times import SpokenWord

_OPENING = 2400  # samples: 0.1 s


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """One recording that the sandbox knows."""

    language: str
    text: str
    voice: str
    words: list[SpokenWord]
    sounding_from: int
    """Index of the first sample that is not zero."""
    sounding_samples: int
    """Samples from there to the last that is not zero."""


class Memory:
    """A folder of recordings' texts and timings; the recordings themselves are not kept.

    Recordings are known by their samples from the first to the last that is not zero, so that several of them joined,
    with silence between them or without, are heard as well: what narrates long paragraphs sends them like that.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def remember(self, spoken: Spoken) -> None:
        """Keep what was said; silence is not worth it."""
        audio = np.frombuffer(spoken.pcm, dtype="<i2")
        sounding = np.flatnonzero(audio)
        if len(sounding) == 0:
            return
        first, last = int(sounding[0]), int(sounding[-1])
        heard = Heard(
            language=spoken.language,
            text=spoken.text,
            voice=spoken.voice,
            words=spoken.words,
            sounding_from=first,
            sounding_samples=last + 1 - first,
        )
        # Named by its opening and then by all of it: the opening narrows the search, the rest decides.
        folder = self._folder / _digest(audio[first : first + _OPENING])
        folder.mkdir(parents=True, exist_ok=True)
        incoming = folder / f".{uuid.uuid4().hex}"
        incoming.write_bytes(msgspec.json.encode(heard))
        incoming.replace(folder / _digest(audio[first : last + 1]))

    def recognise(self, audio: NDArray[np.int16]) -> list[Heard] | None:
        """All that is said in `audio` (24 kHz, mono), in order, timed from its start; `None` if anything is unknown."""
        found: list[Heard] = []
        position = 0
        while (position := _next_sound(audio, position)) < len(audio):
            heard = self._at(audio, position)
            if heard is None:
                return None
            found.append(_shifted(heard, position - heard.sounding_from, len(audio)))
            position += heard.sounding_samples
        return found or None

    def _at(self, audio: NDArray[np.int16], position: int) -> Heard | None:
        """The longest known recording that begins to sound at `position`."""
        matching = [
            heard
            for name, heard in self._candidates(_digest(audio[position : position + _OPENING]))
            if _digest(audio[position : position + heard.sounding_samples]) == name
        ]
        return max(matching, key=lambda heard: heard.sounding_samples, default=None)

    def _candidates(self, opening: str) -> Iterator[tuple[str, Heard]]:
        folder = self._folder / opening
        for file in sorted(folder.iterdir()) if folder.is_dir() else ():
            if not file.name.startswith("."):
                yield file.name, msgspec.json.decode(file.read_bytes(), type=Heard)


def _digest(audio: NDArray[np.int16]) -> str:
    return hashlib.sha256(audio.astype("<i2").tobytes()).hexdigest()


def _next_sound(audio: NDArray[np.int16], position: int) -> int:
    """Index of the next sample that is not zero; the end if there is none."""
    sounding = np.flatnonzero(audio[position:])
    return position + int(sounding[0]) if len(sounding) else len(audio)


def _shifted(heard: Heard, by: int, length: int) -> Heard:
    """The same with its words `by` samples later, none outside the audio."""
    words = [
        msgspec.structs.replace(
            word, start=min(max(word.start + by, 0), length), end=min(max(word.end + by, 0), length)
        )
        for word in heard.words
    ]
    return msgspec.structs.replace(heard, words=words, sounding_from=heard.sounding_from + by)
