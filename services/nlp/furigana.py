"""Furigana: which kana stand over which kanji of a Japanese text."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from sudachipy import Morpheme  # type: ignore[import-untyped]  # compiled; its stubs are not marked

from services.nlp.readings import KANJI, readings
from shared.lexicon.kana import hiragana
from shared.lexicon.model import RubyPiece

_RUNS = re.compile(
    r"[々〆〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+|[^々〆〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+"
)


def furigana(morphemes: Iterable[Morpheme]) -> list[RubyPiece]:
    """A text in pieces, those with kanji with their reading, in its sentence; `readings` says which have none."""
    return _joined(piece for morpheme, reading in readings(morphemes) for piece in over(morpheme.surface(), reading))


def over(surface: str, reading: str | None) -> list[RubyPiece]:
    """The pieces of one word: `食べる` with たべる is 食 (た) and べる.

    Its kana are found again in the reading; if they are not, the reading stands over the whole word.

    Args:
        surface: As it is written.
        reading: In hiragana; null if it is not known.
    """
    if reading is None or not KANJI.search(surface):
        return [RubyPiece(text=surface)]
    runs = _RUNS.findall(surface)
    found = re.fullmatch("".join(_pattern(run) for run in runs), reading)
    if found is None:
        return [RubyPiece(text=surface, reading=reading)]
    return [
        RubyPiece(text=run, reading=kana if KANJI.search(run) else None)
        for run, kana in zip(runs, found.groups(), strict=True)
    ]


def _pattern(run: str) -> str:
    return "(.+?)" if KANJI.search(run) else f"({re.escape(hiragana(run) or run)})"


def _joined(pieces: Iterable[RubyPiece]) -> list[RubyPiece]:
    """Pieces without a reading that follow each other are one."""
    return list(_join(pieces))


def _join(pieces: Iterable[RubyPiece]) -> Iterator[RubyPiece]:
    for plain, group in groupby(pieces, key=lambda piece: piece.reading is None):
        if plain:
            yield RubyPiece(text="".join(piece.text for piece in group))
        else:
            yield from group
