"""When each word of a text is spoken, from what espeak says about its own speech. Pure.

espeak marks words by their position in the text, but not every word: "in the" is one mark, "25" is two.
"""

import re
from bisect import bisect_right

import msgspec
import numpy as np
from numpy.typing import NDArray

from services.sandbox.readings import ReadWord

_AUDIBLE = 0.01
"""Share of the loudest sample below which a window counts as silent."""
_WINDOW = 120  # samples: 5 ms at 24 kHz


class SpokenWord(msgspec.Struct, frozen=True, kw_only=True):
    """A word and the samples in which it is heard, from `start` up to `end`."""

    text: str
    """As written, with the punctuation that touches it."""
    start: int
    end: int


def written_words(text: str) -> list[ReadWord]:
    """The words of a text spoken as written: what stands between spaces, if a letter or digit is in it."""
    return [
        ReadWord(start=match.start(), end=match.end(), spoken_start=match.start(), spoken_end=match.end())
        for match in re.finditer(r"\S+", text)
        if any(character.isalnum() for character in match.group())
    ]


def time_words(
    text: str, words: list[ReadWord], marks: list[tuple[int, int]], audio: NDArray[np.int16]
) -> list[SpokenWord]:
    """The words of `text` with their times.

    Args:
        text: As written.
        words: Its words and where they stand in the spoken text.
        marks: Index in the spoken text and first sample of each word that espeak marked, in order.
        audio: All samples, at the rate in which `marks` count.
    """
    starts = _starts(words, marks, len(audio))
    loud = _loud_windows(audio)
    timed: list[SpokenWord] = []
    for position, word in enumerate(words):
        limit = starts[position + 1] if position + 1 < len(words) else len(audio)
        end = _last_sound(loud, starts[position], limit)
        timed.append(SpokenWord(text=text[word.start : word.end], start=starts[position], end=end))
    return timed


def _starts(words: list[ReadWord], marks: list[tuple[int, int]], length: int) -> list[int]:
    """First samples of all words, rising: those with a mark as marked, the others in proportion to their letters."""
    if not words:
        return []
    known: dict[int, int] = {}
    beginnings = [word.spoken_start for word in words]
    for index, sample in marks:
        position = bisect_right(beginnings, index) - 1
        if position >= 0 and index < words[position].spoken_end:
            known.setdefault(position, min(sample, length))
    known.setdefault(0, 0)
    anchors = sorted(known)
    letters = [words[anchor].spoken_start for anchor in anchors]
    samples = [*np.maximum.accumulate([known[anchor] for anchor in anchors]), length]
    letters.append(words[-1].spoken_end)
    return [int(sample) for sample in np.interp(beginnings, letters, samples)]


def _loud_windows(audio: NDArray[np.int16]) -> NDArray[np.bool_]:
    """For each window of 5 ms whether anything is heard in it."""
    size = -(-len(audio) // _WINDOW) * _WINDOW
    padded = np.zeros(size, dtype=np.int32)
    padded[: len(audio)] = np.abs(audio.astype(np.int32))
    peaks = padded.reshape(-1, _WINDOW).max(axis=1, initial=0)
    return np.asarray(peaks > _AUDIBLE * peaks.max(initial=1))


def _last_sound(loud: NDArray[np.bool_], start: int, limit: int) -> int:
    """The end of the last audible window between two samples: the pause after a word is not the word."""
    heard = np.flatnonzero(loud[start // _WINDOW : -(-limit // _WINDOW)])
    if len(heard) == 0:
        return limit
    return min(limit, (start // _WINDOW + int(heard[-1]) + 1) * _WINDOW)
