"""How a text begins, on one line."""

from hypothesis import given
from hypothesis import strategies as st

from services.api.screens.excerpts import excerpt


def test_short_text_is_shown_whole_on_one_line() -> None:
    assert excerpt("Die Katze\n\nschläft.", 20) == "Die Katze schläft."


def test_long_text_ends_behind_a_whole_word() -> None:
    assert excerpt("Die Katze schläft.", 12) == "Die Katze…"


def test_text_without_spaces_is_cut_anywhere() -> None:
    assert excerpt("猫が寝ている。犬", 5) == "猫が寝て…"


@given(st.text(), st.integers(2, 50))
def test_it_is_never_longer_than_asked(text: str, most: int) -> None:
    assert len(excerpt(text, most)) <= most
