"""Words are counted where there are spaces between them."""

import pytest

from shared.lexicon.word_counts import count_words


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("Der Hund schläft heute.", "de", 4),
        ("Qu'est-ce que c'est ?", "fr", 3),
        ("— ¿Qué?  ¡Nada!\n", "es", 2),
        ("Ich habe 3 Katzen …", "de", 4),
        ("...", "en", 0),
        ("나는 학생이다.", "ko", 2),
        ("猫が好き。", "ja", None),
        ("我喜欢猫。", "zh", None),
    ],
)
def test_what_has_a_letter_or_a_digit_between_spaces_is_a_word(text: str, language: str, words: int | None) -> None:
    assert count_words(text, language) == words
