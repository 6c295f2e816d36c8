import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sandbox.word_times import time_words, written_words

LOUD = np.full(24_000, 10_000, dtype=np.int16)


def _spans(
    text: str, marks: list[tuple[int, int]], audio: np.ndarray[tuple[int], np.dtype[np.int16]] = LOUD
) -> list[tuple[str, int, int]]:
    return [(word.text, word.start, word.end) for word in time_words(text, written_words(text), marks, audio)]


def test_marked_words_begin_at_their_mark_and_end_at_the_next() -> None:
    assert _spans("one two", [(0, 0), (4, 12_000)]) == [("one", 0, 12_000), ("two", 12_000, 24_000)]


def test_words_without_a_mark_share_the_time_by_their_letters() -> None:
    assert _spans("in the house", [(0, 0), (7, 7_000)]) == [
        ("in", 0, 3_000),
        ("the", 3_000, 7_000),
        ("house", 7_000, 24_000),
    ]


def test_second_mark_within_a_word_does_not_move_it() -> None:
    assert _spans("25 men", [(0, 0), (1, 5_000), (3, 12_000)])[1] == ("men", 12_000, 24_000)


def test_what_is_not_spoken_is_no_word() -> None:
    assert [word[0] for word in _spans("Yes -- (well) ... no!", [(0, 0)])] == ["Yes", "(well)", "no!"]


def test_silence_after_a_word_belongs_to_no_word() -> None:
    audio = LOUD.copy()
    audio[6_000:12_000] = 3
    assert _spans("one two", [(0, 0), (4, 12_000)], audio)[0] == ("one", 0, 6_000)


@pytest.mark.parametrize("text", ["", "...", "  "])
def test_text_without_words_has_none(text: str) -> None:
    assert _spans(text, []) == []


@given(
    st.text("ab ,。é", max_size=40),
    st.lists(st.tuples(st.integers(-1, 45), st.integers(0, 30_000)), max_size=12),
    st.integers(0, 24_000),
)
def test_times_rise_and_stay_within_the_audio(text: str, marks: list[tuple[int, int]], length: int) -> None:
    spans = _spans(text, marks, LOUD[:length])
    starts = [start for _, start, _ in spans]
    assert starts == sorted(starts)
    assert all(0 <= start <= end <= length for _, start, end in spans)
    assert all(end <= following for (_, _, end), following in zip(spans, starts[1:], strict=False))
