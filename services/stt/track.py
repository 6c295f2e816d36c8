"""A transcript as a line of letters in time. Pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import msgspec

from services.stt.linking import Letters
from services.stt.normal_forms import normal_form
from services.stt.ports import HeardWord


class Place(msgspec.Struct, frozen=True):
    """Where a word was heard: from letter `first` to before letter `end` of the transcript, in milliseconds."""

    first: int
    end: int
    start_ms: float
    end_ms: float


class Track:
    """The heard words in order and in bounds, and the time of each of their letters.

    Args:
        heard: Words in any state: outside the recording, overlapping, without a letter.
        duration_ms: The length of the recording.
    """

    def __init__(self, heard: Sequence[HeardWord], duration_ms: int) -> None:
        self.duration_ms = duration_ms
        self.spans: list[tuple[float, float]] = []
        forms: list[str] = []
        before = 0
        for word in heard:
            start = min(max(word.start_ms, before), duration_ms)
            before = min(max(word.end_ms, start), duration_ms)
            if form := normal_form(word.text):
                forms.append(form)
                self.spans.append((start, before))
        self.letters = Letters(forms)

    def at(self, letter: int) -> float:
        """When `letter` begins, as if all letters of a word took equally long."""
        word = self.letters.words[letter]
        start, end = self.spans[word]
        return start + (end - start) * (letter - self.letters.starts[word]) / len(self.letters.forms[word])

    def until(self, letter: int) -> float:
        """When `letter` ends."""
        word = self.letters.words[letter]
        last = letter + 1 == self.letters.starts[word + 1]
        return self.spans[word][1] if last else self.at(letter + 1)

    def place(self, first: int, end: int) -> Place:
        """The stretch from letter `first` to before `end`."""
        return Place(first, end, self.at(first), self.until(end - 1))

    def grown(self, letter: int, step: int, most: int, taken: frozenset[int]) -> int:
        """`letter` moved by `step` up to `most` times, as long as it stays in its word and off `taken` letters."""
        word = self.letters.words[letter]
        inside = range(self.letters.starts[word], self.letters.starts[word + 1])
        for _ in range(most):
            if letter + step not in inside or letter + step in taken:
                break
            letter += step
        return letter

    def whole_words(self, first: int, end: int) -> tuple[int, int] | None:
        """The letters, first and behind the last, of the words entirely within them; null if there is no such word."""
        starts = self.letters.starts
        opening, closing = bisect_left(starts, first), bisect_right(starts, end) - 1
        return (starts[opening], starts[closing]) if opening < closing else None
