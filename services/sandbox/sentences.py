"""Sentences and words of plain text, as far as the sandbox needs them."""

import re
import unicodedata

import sentencex  # type: ignore[import-untyped]  # publishes no types

_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")  # noqa: RUF001  the typographic apostrophe is meant
_JAPANESE_CHARACTERS_A_WORD = 2
"""About; Japanese writes no spaces, so lengths in words are estimates."""


def split_paragraphs(text: str, language: str) -> list[str]:
    """Paragraphs are parted by blank lines; a single line break in one is a space, in Japanese nothing."""
    parts = re.split(r"\n\s*\n", text)
    return [join_sentences(part.split(), language) for part in parts if part.strip()]


def split_sentences(paragraph: str, language: str) -> list[str]:
    """The sentences of one paragraph, without the spaces between them."""
    return [sentence.strip() for sentence in sentencex.segment(language, paragraph) if sentence.strip()]


def join_sentences(sentences: list[str], language: str) -> str:
    """A paragraph again; Japanese has no spaces between sentences."""
    return ("" if language == "ja" else " ").join(sentences)


def words(text: str) -> list[str]:
    """The words of a text, case-folded."""
    return [word.casefold() for word in _WORD.findall(unicodedata.normalize("NFC", text))]


def count_words(text: str, language: str) -> int:
    """How many words a text has; for Japanese an estimate from its characters."""
    if language == "ja":
        return -(-sum(character.isalnum() for character in text) // _JAPANESE_CHARACTERS_A_WORD)
    return len(_WORD.findall(text))
