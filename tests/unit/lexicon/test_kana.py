"""Kana in Latin letters, by the rules of modified Hepburn."""

import pytest

from shared.lexicon.kana import hiragana, latin, latin_word


@pytest.mark.parametrize(
    ("kana", "expected"),
    [
        ("とうきょう", "tōkyō"),
        ("おおきい", "ōkii"),
        ("せんせい", "sensei"),
        ("くうき", "kūki"),
        ("おかあさん", "okāsan"),
        ("おねえさん", "onēsan"),
        ("ばあい", "baai"),
        ("おも|う", "omou"),
        ("いっち", "itchi"),
        ("きっぷ", "kippu"),
        ("いっ|て", "itte"),
        ("あっ", "a"),
        ("きんえん", "kin'en"),
        ("こんや", "kon'ya"),
        ("せん|おう", "sen'ō"),
        ("しんぶん", "shinbun"),
        ("こんな", "konna"),
        ("コーヒー", "kōhī"),
        ("ソウル", "souru"),
        ("ソウル|し", "sourushi"),
        ("バレエ", "baree"),
        ("パーティー", "pātī"),
        ("ヴァイオリン", "vaiorin"),
        ("チェック", "chekku"),
        ("フォーク", "fōku"),
        ("じゃあ", "jā"),
        ("つづく", "tsuzuku"),
        ("を", "o"),
        ("らーめん", "rāmen"),
    ],
)
def test_kana_become_latin_letters(kana: str, expected: str) -> None:
    assert latin(kana) == expected


@pytest.mark.parametrize("kana", ["", "ー", "っ", "猫", "ab", "ヶ", "ねこ。"])
def test_what_is_no_kana_or_does_not_sound_has_no_latin_letters(kana: str) -> None:
    assert latin(kana) is None


@pytest.mark.parametrize(
    ("reading", "lemma", "pos", "expected"),
    [
        ("おもう", "思う", "VERB", "omou"),
        ("いもうと", "妹", "NOUN", "imōto"),
        ("じつは", "実は", "ADV", "jitsuwa"),
        ("はは", "母", "NOUN", "haha"),
        (None, "こんにちは", "INTJ", "konnichiwa"),
        (None, "あはは", "INTJ", "ahaha"),
        (None, "は", "PART", "wa"),
        (None, "へ", "ADP", "e"),
        (None, "パン", "NOUN", "pan"),
        (None, "猫", "NOUN", None),
        (None, "Haus", "NOUN", None),
        ("māo", "猫", "NOUN", None),
        ("きをつけて", "気をつけて", "PHRASE", None),
        ("おもう", "思う", "X", None),
    ],
)
def test_a_word_goes_by_its_kana_and_its_part_of_speech(
    reading: str | None, lemma: str, pos: str, expected: str | None
) -> None:
    assert latin_word(reading, lemma, pos) == expected


def test_katakana_become_hiragana() -> None:
    assert (hiragana("コーヒー"), hiragana("ヴ"), hiragana("。"), hiragana("")) == ("こーひー", "ゔ", None, None)
