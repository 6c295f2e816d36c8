"""What counts as the same word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.stt.normal_forms import normal_form


@pytest.mark.parametrize(
    ("written", "heard"),
    [
        ("Straße", "STRASSE"),
        ("Été", "ete"),
        ("l'homme", "l\u2019Homme"),
        ("1.250", "1,250"),
        ("トケイ", "とけい"),
        ("Ｈｕｎｄ", "hund"),  # noqa: RUF001 - full-width letters are the point
        ("don't", "dont"),
        ("E-Mail", "email"),
    ],
)
def test_spellings_that_are_the_same_word(written: str, heard: str) -> None:
    assert normal_form(written) == normal_form(heard) != ""


@pytest.mark.parametrize("mark", [".", "«", "…", "。", " ", "", "—"])
def test_punctuation_has_no_form(mark: str) -> None:
    assert normal_form(mark) == ""


def test_different_words_stay_different() -> None:
    assert len({normal_form(word) for word in ("Hund", "Bund", "Hunde", "25", "52")}) == 5


@given(st.text())
def test_a_normal_form_is_its_own_normal_form(text: str) -> None:
    assert normal_form(normal_form(text)) == normal_form(text)
