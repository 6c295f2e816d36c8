"""Japanese as it is pronounced: espeak-ng reads kana only, so every word is replaced by its reading first."""

from functools import cache

import msgspec
from sudachipy import Dictionary, Morpheme, Tokenizer  # type: ignore[import-untyped]  # publishes no types

_PARTICLE = "助詞"
_PRONOUNCED = {"ハ": "ワ", "ヘ": "エ", "ヲ": "オ"}
"""Particles that are not pronounced as they are written."""
_LEANS_ON_THE_WORD_BEFORE = frozenset({"助詞", "助動詞", "接尾辞", "補助記号"})
_USUAL = {"私": "ワタシ"}
"""Where the dictionary's first reading is more formal than what one says."""


class ReadWord(msgspec.Struct, frozen=True, kw_only=True):
    """A word of the written text and its part of the spoken one."""

    start: int
    """Index of its first character in the written text."""
    end: int
    spoken_start: int
    """Index of its first character in the spoken text."""
    spoken_end: int


class Reading(msgspec.Struct, frozen=True):
    """A text to be spoken and the words of the written one."""

    spoken: str
    words: list[ReadWord]


def read_japanese(text: str) -> Reading:
    """The text in kana, with spaces where a phrase begins: particles and endings lean on the word before them."""
    parts: list[str] = []
    length = 0
    words: list[ReadWord] = []
    for morpheme in _tokenizer().tokenize(text):
        spoken = _spoken(morpheme)
        if parts and _begins_phrase(morpheme) and not parts[-1].endswith(" "):
            parts.append(" ")
            length += 1
        parts.append(spoken)
        if any(character.isalnum() for character in morpheme.surface()):
            words.append(
                ReadWord(
                    start=morpheme.begin(),
                    end=morpheme.end(),
                    spoken_start=length,
                    spoken_end=length + len(spoken),
                )
            )
        length += len(spoken)
    return Reading("".join(parts), words)


def _spoken(morpheme: Morpheme) -> str:
    reading: str = _USUAL.get(morpheme.surface()) or morpheme.reading_form()
    if morpheme.part_of_speech()[0] == _PARTICLE:
        reading = _PRONOUNCED.get(reading, reading)
    is_kana = reading and all("ァ" <= character <= "ー" for character in reading)
    return _hiragana(reading) if is_kana else str(morpheme.surface())


def _hiragana(katakana: str) -> str:
    return "".join(chr(ord(sign) - 0x60) if "ァ" <= sign <= "ヶ" else sign for sign in katakana)


def _begins_phrase(morpheme: Morpheme) -> bool:
    return morpheme.part_of_speech()[0] not in _LEANS_ON_THE_WORD_BEFORE


@cache
def _tokenizer() -> Tokenizer:
    return Dictionary().tokenizer()
