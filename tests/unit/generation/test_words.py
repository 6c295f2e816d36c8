import pytest

from services.generation.words import count_words, words_missing


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("", "de", 0),
        ("Die U-Bahn fährt um 8 Uhr.", "de", 6),
        ("L\u2019ami d'Anne n'est pas là.", "fr", 5),
        ("— ¿Quién? —", "es", 1),
        ("今日は雨です。", "ja", 3),
        ("東京は大きいですね。", "ja", 5),
    ],
)
def test_words_are_counted_by_the_language(text: str, language: str, words: int) -> None:
    assert count_words(text, language) == words


@pytest.mark.parametrize(
    ("wanted", "text", "missing"),
    [
        (("Haus",), "In den Häusern brennt Licht.", []),
        (("wohnen", "Hafen"), "Er wohnte nahe am Hafen.", []),
        (("Schiff",), "Der Hafen ist leer.", ["Schiff"]),
        (("ein bisschen",), "Ein wenig Regen.", ["ein bisschen"]),
        (("ein bisschen",), "Ein bisschen Regen.", []),
        (("ab",), "Am Abend.", []),
        (("HAFEN",), "am hafen", []),
    ],
)
def test_wanted_word_is_found_by_its_beginning(wanted: tuple[str, ...], text: str, missing: list[str]) -> None:
    assert words_missing(wanted, text, "de") == missing


def test_japanese_word_is_found_without_its_last_kana() -> None:
    assert words_missing(("食べる", "雨", "飲む"), "昨日、雨の中で寿司を食べました。", "ja") == ["飲む"]


def test_strong_forms_are_not_recognised_which_is_why_it_is_no_gate() -> None:
    assert words_missing(("gehen",), "Er ging nach Hause.", "de") == ["gehen"]
