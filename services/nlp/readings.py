"""How the morphemes of a Japanese text are read, by Sudachi: furigana and Latin letters both go by this."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain, pairwise

from sudachipy import Morpheme  # type: ignore[import-untyped]  # compiled; its stubs are not marked

from shared.lexicon.kana import hiragana

KANJI = re.compile(r"[々〆〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_EVERYDAY = {
    "私": "わたし", "日本": "にほん", "明日": "あした", "雨": "あめ", "言う": "いう", "何時": "なんじ",
    "友子": "ともこ", "重そう": "おもそう",
}  # fmt: skip
"""What Sudachi reads as on a formal occasion, or as nobody reads it in a text for learners."""
_EITHER = frozenset({"市場", "開く", "十分", "辛い"})
"""Dictionary forms read as what they mean: いちば, しじょう; あく, ひらく; じゅっぷん, じゅうぶん; からい, つらい."""
_WHAT = frozenset({"を", "が", "も", "か", "に", "は", "から"})
"""Particles before which 何 is なに."""


def readings(morphemes: Iterable[Morpheme]) -> Iterator[tuple[Morpheme, str | None]]:
    """Each morpheme with its reading in hiragana, null where nobody knows it.

    Numbers and what is counted have none: how they are read depends on both (`二十日`), and Sudachi reads each by
    itself. Neither have words that are read in two ways. A missing reading is better than a wrong one.
    """
    after_number = False
    for morpheme, following in pairwise(chain(morphemes, [None])):
        number = _is_number(morpheme)
        yield morpheme, None if number or after_number else _reading(morpheme, following)
        after_number = number


def _is_number(morpheme: Morpheme) -> bool:
    return "数詞" in morpheme.part_of_speech() or morpheme.surface() == "何曜"


def _is_alone(following: Morpheme | None) -> bool:
    """Whether 何 before this is なに; elsewhere it is as Sudachi reads it."""
    return following is None or following.surface() in _WHAT or following.part_of_speech()[0] == "補助記号"


def _reading(morpheme: Morpheme, following: Morpheme | None) -> str | None:
    surface = morpheme.surface()
    if surface == "何" and _is_alone(following):
        return "なに"
    if morpheme.dictionary_form() in _EITHER:
        return None
    return _EVERYDAY.get(surface) or hiragana(morpheme.reading_form())
