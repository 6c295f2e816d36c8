"""Kana stand over the kanji that they belong to, and the pieces are the text again."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.nlp.furigana import furigana, over
from services.nlp.morphemes import morphemes_of, words_in
from shared.lexicon.model import RubyPiece


def shown(pieces: list[RubyPiece]) -> str:
    return "".join(f"{piece.text}({piece.reading})" if piece.reading else piece.text for piece in pieces)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("私は毎朝コーヒーを飲みます。", "私(わたし)は毎朝(まいあさ)コーヒーを飲(の)みます。"),
        ("東京駅で友達に会う。", "東京駅(とうきょうえき)で友達(ともだち)に会(あ)う。"),
        ("取り扱い説明書", "取(と)り扱(あつか)い説明書(せつめいしょ)"),
        ("人々はテレビを見る。", "人々(ひとびと)はテレビを見(み)る。"),
        ("七月二十日に行く。", "七月二十日に行(い)く。"),
        ("ABCとかな", "ABCとかな"),
        ("", ""),
    ],
)
def test_kanji_have_their_reading_in_the_sentence(text: str, expected: str) -> None:
    assert shown(furigana(morphemes_of(text))) == expected


@pytest.mark.parametrize(
    ("surface", "reading", "expected"),
    [
        ("食べる", "たべる", "食(た)べる"),
        ("食べ物", "たべもの", "食(た)べ物(もの)"),
        ("お茶", "おちゃ", "お茶(ちゃ)"),
        ("消しゴム", "けしごむ", "消(け)しゴム"),
        ("大人", "おとな", "大人(おとな)"),
        ("今日は", "こんにちわ", "今日は(こんにちわ)"),
        ("漢字", None, "漢字"),
        ("かな", "かな", "かな"),
    ],
)
def test_kana_of_a_word_are_found_again_in_its_reading(surface: str, reading: str | None, expected: str) -> None:
    assert shown(over(surface, reading)) == expected


@given(some.text(alphabet="私達食べ物をがカー々日本語二十。、 aB1😀", max_size=30))
def test_the_pieces_are_the_text(text: str) -> None:
    pieces = furigana(morphemes_of(text))
    assert "".join(piece.text for piece in pieces) == text
    assert not any(one.reading is None and two.reading is None for one, two in pairwise(pieces))


@pytest.mark.parametrize(("text", "words"), [("猫が好き。", 3), ("図書館で、本を 2 冊読む!", 7), ("「…」", 0)])
def test_what_is_no_punctuation_counts_as_a_word(text: str, words: int) -> None:
    assert words_in(morphemes_of(text)) == words
