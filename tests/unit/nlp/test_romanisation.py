"""Japanese in Latin letters is modified Hepburn, and goes by the same readings as the furigana."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as some

from services.nlp.furigana import furigana
from services.nlp.morphemes import morphemes_of
from services.nlp.romanisation import romanised

CATALOGUE = Path(__file__).parents[3] / "services" / "api" / "sentences" / "catalogue" / "ja.yaml"
JAPANESE = re.compile("[々\u3040-\u30ff\u4e00-\u9fff]")
NUMBERS = re.compile("[一二三四五六七八九十百千]|何曜")


def latin(text: str) -> str:
    return romanised(morphemes_of(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("食べました。", "Tabemashita."),
        ("食べたいです。", "Tabetai desu."),
        ("本を読んだり、散歩したりします。", "Hon o yondari, sanpo shitari shimasu."),
        ("飲んだ。", "Nonda."),
        ("行ってきます。", "Itte kimasu."),
        ("学生でした。", "Gakusei deshita."),
        ("行きませんでした。", "Ikimasen deshita."),
        ("行かなければなりません。", "Ikanakereba narimasen."),
        ("行かないでください。", "Ikanaide kudasai."),
        ("歩きながら話す。", "Arukinagara hanasu."),
        ("静かな部屋らしい。", "Shizuka na heya rashii."),
        ("言うべきだ。", "Iu beki da."),
        ("食べすぎて、動けません。", "Tabesugite, ugokemasen."),
        ("早くなりました。", "Hayaku narimashita."),
        ("お願いします。", "Onegai shimasu."),
        ("学生たちで作る。", "Gakuseitachi de tsukuru."),
        ("雨が降りそうです。", "Ame ga furisō desu."),
        ("雨が降るそうです。", "Ame ga furu sō desu."),
    ],
)
def test_endings_stand_with_their_verb_and_other_words_by_themselves(text: str, expected: str) -> None:
    assert latin(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("私は学校へ行きます。", "Watashi wa gakkō e ikimasu."),
        ("水を飲みます。", "Mizu o nomimasu."),
        ("こんにちは。", "Konnichiwa."),
        ("言わなくては。", "Iwanakutewa."),
        ("または、母はいます。", "Matawa, haha wa imasu."),
        ("でも、どうも。", "Demo, dōmo."),
        ("京都でも雨です。", "Kyōto de mo ame desu."),
    ],
)
def test_particles_are_written_as_they_sound(text: str, expected: str) -> None:
    assert latin(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("大きい東京の空気", "Ōkii Tōkyō no kūki"),
        ("小さい先生を思う。", "Chiisai sensei o omou."),
        ("食べようと思おう。", "Tabeyō to omoō."),
        ("お母さんとお姉さん", "Okāsan to onēsan"),
        ("場合とおうちと女王", "Baai to ouchi to joō"),
        ("コーヒーのソウル", "Kōhī no Souru"),
        ("一致した切符", "Itchi shita kippu"),
        ("本屋と禁煙", "Hon'ya to kin'en"),
    ],
)
def test_vowels_are_long_within_a_morpheme(text: str, expected: str) -> None:
    assert latin(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("「はい。」と言った。", "“Hai.” to itta."),
        ("「はい。」「ええ、見る？」", "“Hai.” “Ē, miru?”"),  # noqa: RUF001 - of full width
        ("ジョン・スミスさん（先生）。次！", "Jon Sumisu-san (sensei). Tsugi!"),  # noqa: RUF001 - of full width
        ("10:30に ABC を見る。\n次", "10:30 ni ABC o miru.\nTsugi"),
        ("", ""),
        ("😀", "😀"),
    ],
)
def test_signs_bring_no_stray_spaces_and_sentences_begin_with_a_capital(text: str, expected: str) -> None:
    assert latin(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("七月二十日に行く。", "七月二十日 ni iku."),
        ("二つ目の角", "二つ目 no kado"),
        ("3つください。", "3つ kudasai."),
        ("今日は何曜日ですか。", "Kyō wa 何曜日 desu ka."),
        ("何を食べる。何ですか。何？", "Nani o taberu. Nan desu ka. Nani?"),  # noqa: RUF001 - of full width
        ("それは何", "Sore wa nani"),
        ("1,000円で十キロ走る。", "1,000円 de 十キロ hashiru."),
        ("重そうな友子さん", "Omosō na Tomoko-san"),
        ("市場で十分です。", "市場 de 十分 desu."),
    ],
)
def test_what_nobody_knows_how_to_read_stays_as_it_is_written(text: str, expected: str) -> None:
    assert latin(text) == expected


def sentences() -> list[str]:
    catalogue: dict[str, Any] = yaml.safe_load(CATALOGUE.read_text())
    return [sentence["text"] for sentence in catalogue["sentences"]]


def test_only_numbers_stay_in_kanji_in_the_catalogue() -> None:
    assert len(sentences()) >= 200
    words = [word for text in sentences() for word in latin(text).split() if JAPANESE.search(word)]
    assert len(words) > 10
    assert [word for word in words if not NUMBERS.search(word)] == ["辛い"]  # hot or painful: only the sense tells


def test_what_has_furigana_has_latin_letters_by_them() -> None:
    morphemes = morphemes_of("昨日、重い荷物を運んだ。")
    kana = "".join(piece.reading or piece.text for piece in furigana(morphemes))
    assert (kana, romanised(morphemes)) == ("きのう、おもいにもつをはこんだ。", "Kinō, omoi nimotsu o hakonda.")


@given(some.text(alphabet="私達食べ物をがカー々日本語二十。、 aB1😀「」っん\nう", max_size=30))
def test_any_text_has_one_without_doubled_spaces(text: str) -> None:
    shown = latin(text)
    assert shown == shown.strip()
    assert "  " not in shown or " " in text
