import pytest

from services.sandbox.readings import read_japanese
from services.sandbox.voices import choose_voice, guess_language


def test_every_offered_voice_is_different() -> None:
    offered = ("Kore", "Puck", "Charon", "Leda", "Aoede", "Orus")
    assert len({choose_voice("de-DE", name).name for name in offered}) == 6


def test_any_other_name_has_its_own_voice_for_ever() -> None:
    assert choose_voice("de-DE", "Zephyr") == choose_voice("de-DE", "zephyr")
    assert choose_voice("de-DE", "Zephyr") != choose_voice("de-DE", "Sulafat")


@pytest.mark.parametrize(
    ("code", "name"),
    [("de-DE", "de"), ("en-GB", "gmw/en"), ("en-US", "en-us"), ("pt-PT", "pt"), ("pt-BR", "pt-br"), ("fr", "fr")],
)
def test_region_decides_where_espeak_knows_it(code: str, name: str) -> None:
    assert choose_voice(code, "Kore").name == f"{name}+f2"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wir gehen mit dem Hund auf den Markt.", "de"),
        ("We go to the market with the dog.", "en"),
        ("El perro está en la casa con los niños.", "es"),
        ("Le chien est dans la maison avec nous.", "fr"),
        ("Il cane è con gli amici della casa.", "it"),
        ("O cão não está em casa com os amigos.", "pt"),
        ("犬はいえにいます。", "ja"),
        ("Собака дома.", "ru"),
        ("Xyzzy!", "en"),
    ],
)
def test_language_is_guessed_by_script_and_frequent_words(text: str, language: str) -> None:
    assert guess_language(text) == language


def test_japanese_is_read_in_kana_phrase_by_phrase() -> None:
    reading = read_japanese("私は東京へ本を買いに行きました。")
    assert reading.spoken == "わたしわ とうきょうえ ほんお かいに いきました。"


def test_words_of_a_reading_point_into_both_texts() -> None:
    text = "今日、東京は雨。"
    reading = read_japanese(text)
    assert [text[word.start : word.end] for word in reading.words] == ["今日", "東京", "は", "雨"]
    spoken = [reading.spoken[word.spoken_start : word.spoken_end] for word in reading.words]
    assert spoken == ["きょう", "とうきょう", "わ", "あめ"]
