"""Long paragraphs are cut for the voice, and nothing of them is lost."""

import re

from hypothesis import given
from hypothesis import strategies as st

from services.tts.pace import letters
from services.tts.passages import passages


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_a_short_paragraph_is_one_passage() -> None:
    assert passages("Es war einmal. Und ist noch.", 100) == ["Es war einmal. Und ist noch."]


def test_a_long_paragraph_is_cut_at_sentence_ends() -> None:
    text = "Das ist der erste Satz. „Ist das der zweite Satz?“ Ja! Und noch einer."
    assert passages(text, 19) == ["Das ist der erste Satz.", "„Ist das der zweite Satz?“", "Ja! Und noch einer."]


def test_japanese_is_cut_at_its_own_sentence_ends() -> None:
    assert passages("猫がいる。「犬もいる。」鳥もいる。", 5) == ["猫がいる。", "「犬もいる。」", "鳥もいる。"]


def test_a_long_sentence_is_cut_at_commas_then_at_spaces() -> None:
    assert passages("eins zwei drei, vier fünf sechs", 12) == ["eins zwei drei,", "vier fünf", "sechs"]


def test_a_word_that_is_too_long_is_cut_anywhere() -> None:
    assert passages("abcdef", 4) == ["abcd", "ef"]


@given(st.text(alphabet='ab c.,!"”。、」\n1', max_size=200), st.integers(1, 30))
def test_nothing_is_lost_and_every_piece_fits(text: str, most: int) -> None:
    pieces = passages(text, most)
    assert squeezed("".join(pieces)) == squeezed(text)
    assert all(letters(piece) <= most for piece in pieces)


@given(st.text(max_size=120), st.integers(1, 30))
def test_any_text_survives(text: str, most: int) -> None:
    assert squeezed("".join(passages(text, most))) == squeezed(text)
