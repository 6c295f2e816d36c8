"""Furigana: which kana stand over which kanji of a Japanese text."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from sudachipy import Morpheme  # type: ignore[import-untyped]  # compiled; its stubs are not marked

from services.nlp.morphemes import hiragana
from shared.lexicon.model import RubyPiece

_RUNS = re.compile(
    r"[々〆〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+|[^々〆〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+"
)
_KANJI = re.compile(r"[々〆〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")

_EVERYDAY = {"私": "わたし", "日本": "にほん", "明日": "あした", "雨": "あめ", "言う": "いう", "何時": "なんじ"}
"""Whole words that Sudachi reads as on a formal occasion, or as nobody reads them in a text for learners."""


def furigana(morphemes: Iterable[Morpheme]) -> list[RubyPiece]:
    """A text in pieces, those with kanji with their reading, in its sentence, by Sudachi.

    Numbers in kanji and what is counted have none: how they are read depends on both (`二十日`), and Sudachi reads each
    by itself. A missing reading is better than a wrong one.
    """
    pieces: list[RubyPiece] = []
    after_number = False
    for morpheme in morphemes:
        number = _is_number(morpheme)
        pieces += over(morpheme.surface(), None if number or after_number else _reading(morpheme))
        after_number = number
    return _joined(pieces)


def over(surface: str, reading: str | None) -> list[RubyPiece]:
    """The pieces of one word: `食べる` with たべる is 食 (た) and べる.

    Its kana are found again in the reading; if they are not, the reading stands over the whole word.

    Args:
        surface: As it is written.
        reading: In hiragana; null if it is not known.
    """
    if reading is None or not _KANJI.search(surface):
        return [RubyPiece(text=surface)]
    runs = _RUNS.findall(surface)
    found = re.fullmatch("".join(_pattern(run) for run in runs), reading)
    if found is None:
        return [RubyPiece(text=surface, reading=reading)]
    return [
        RubyPiece(text=run, reading=kana if _KANJI.search(run) else None)
        for run, kana in zip(runs, found.groups(), strict=True)
    ]


def _is_number(morpheme: Morpheme) -> bool:
    return "数詞" in morpheme.part_of_speech() or morpheme.surface() == "何曜"


def _reading(morpheme: Morpheme) -> str | None:
    return _EVERYDAY.get(morpheme.surface()) or hiragana(morpheme.reading_form())


def _pattern(run: str) -> str:
    return "(.+?)" if _KANJI.search(run) else f"({re.escape(hiragana(run) or run)})"


def _joined(pieces: Iterable[RubyPiece]) -> list[RubyPiece]:
    """Pieces without a reading that follow each other are one."""
    return list(_join(pieces))


def _join(pieces: Iterable[RubyPiece]) -> Iterator[RubyPiece]:
    for plain, group in groupby(pieces, key=lambda piece: piece.reading is None):
        if plain:
            yield RubyPiece(text="".join(piece.text for piece in group))
        else:
            yield from group
