"""Where sentences end, where `sentencex` alone is wrong, and where both must leave the text alone."""

import pytest

from services.nlp.paragraphs import paragraph_spans
from services.nlp.sentence_ends import LONGEST_SENTENCE, sentence_spans


def sentences(text: str, language: str) -> list[str]:
    return [
        text[start:end]
        for paragraph in paragraph_spans(text)
        for start, end in sentence_spans(text, paragraph, language)
    ]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("fr", ["M. Dupont est là.", "Mme. Durand aussi."]),
        ("fr", ["C'est M. le maire qui l'a dit.", "J.-P. Martin dort."]),
        ("ja", ["彼は「行くよ。」と言った。", "本当？"]),  # noqa: RUF001 - Japanese signs
        ("ja", ["「ありがとう。」", "とても嬉しかった。"]),
        ("ja", ["「行こう！」", "でも彼は来なかった。"]),  # noqa: RUF001 - as above
        ("it", ["Il sig. Rossi disse: «Vado via.»", "Poi partì."]),
        ("it", ["«Vieni?» chiese Anna.", "Il n. 5 vince."]),
        ("pt", ["A Dra. Ana mora na av. Brasil, n.º 5.", "Fim."]),
        ("es", ["Llegó a las 8 a. m. con la Dra. López.", "—¿Vienes? —preguntó Ana."]),
        ("de", ["Dr. Müller kam am 3. Mai um 8.30 Uhr.", "„Kommst du?“, fragte er."]),
        ("en", ["I said no.", "Seven left.", "No. 7 won."]),
        ("en", ['"Really?" she asked.', "Look at parlance.example now!"]),
    ],
)
def test_abbreviations_and_quotes_end_no_sentence(language: str, expected: list[str]) -> None:
    assert sentences(("" if language == "ja" else " ").join(expected), language) == expected


@pytest.mark.parametrize("blank_line", ["\n\n", "\r\n\r\n", "\n \t\n", "\r\r", "\n\n\n\n"])
def test_a_blank_line_ends_a_sentence_without_a_full_stop(blank_line: str) -> None:
    text = f"Zutaten{blank_line}Zwei Eier und Mehl"
    assert sentences(text, "de") == ["Zutaten", "Zwei Eier und Mehl"]


def test_a_single_line_end_does_not() -> None:
    assert sentences("Das ist\nein Satz.", "de") == ["Das ist\nein Satz."]


def test_white_space_belongs_to_no_sentence() -> None:
    assert sentences("  \n Ja.\u00a0  Nein. \n\n  \n", "de") == ["Ja.", "Nein."]


def test_text_without_an_end_is_cut_at_a_space() -> None:
    text = "wort " * 1000
    cut = sentences(text, "de")
    assert all(len(sentence) <= LONGEST_SENTENCE for sentence in cut)
    assert " ".join(cut) == text.strip()


def test_a_word_longer_than_a_sentence_may_be_is_cut_anywhere() -> None:
    text = "x" * (2 * LONGEST_SENTENCE + 1)
    assert [len(sentence) for sentence in sentences(text, "de")] == [LONGEST_SENTENCE, LONGEST_SENTENCE, 1]
