"""Counting words, and looking whether wanted ones are there. Pure."""

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+(?:['\u2019\-][^\W_]+)*")
_JAPANESE_CHARACTERS_A_WORD = 2
"""About; Japanese writes no spaces, so a length in words is an estimate for it."""
_ENDING = 2  # letters that the dictionary form's ending has at most: -en, -er, -ar, -re, -es
_SHORTEST_STEM = 3  # letters


def count_words(text: str, language: str) -> int:
    """How many words a text has; for Japanese an estimate from its letters and digits."""
    if language == "ja":
        return -(-sum(character.isalnum() for character in text) // _JAPANESE_CHARACTERS_A_WORD)
    return len(_WORD.findall(text))


def words_missing(wanted: tuple[str, ...], text: str, language: str) -> list[str]:
    """Those of the wanted lemmas of which no form was recognised in the text.

    A form is recognised by its beginning: a word that begins as the lemma does without its last two letters (never
    less than three). That finds `Häusern` for `Haus` and `wohnte` for `wohnen`, and misses `ging` for `gehen`: a
    hint for people, no judgement. Every word of an expression must be found. In Japanese the lemma without its last
    kana must stand somewhere.
    """
    found = {_folded(word) for word in _WORD.findall(unicodedata.normalize("NFC", text))}
    if language == "ja":
        return [lemma for lemma in wanted if _japanese_stem(lemma) not in _folded(text)]
    return [
        lemma for lemma in wanted if not all(_found(_folded(part), found) for part in _WORD.findall(lemma) or [lemma])
    ]


def _found(word: str, words: set[str]) -> bool:
    stem = word[: max(_SHORTEST_STEM, len(word) - _ENDING)]
    return any(other.startswith(stem) for other in words)


def _folded(text: str) -> str:
    """Case and marks folded away, so that `Häuser` begins as `Haus` does."""
    plain = unicodedata.normalize("NFD", text.casefold())
    return "".join(character for character in plain if not unicodedata.combining(character))


def _japanese_stem(lemma: str) -> str:
    folded = _folded(lemma)
    ends_in_kana = len(folded) > 1 and "\u3041" <= folded[-1] <= "\u3096"
    return folded[:-1] if ends_in_kana else folded
