"""The sandbox's own texts: sentence-aligned in all its languages, found by topic and level, translated by look-up."""

import unicodedata
from functools import cached_property
from pathlib import Path

import msgspec

from services.sandbox.sentences import words

LEVELS = ("A1", "A2", "B1", "B2", "C1", "C2")
_KEYWORD_WEIGHT = 3
_SHORTEST = 4
"""Letters; shorter words of a topic are mostly articles and prepositions."""
_COMPOUND_PART = 3
"""Letters; a topic's word that is a keyword and at least so much more is a compound: `Zugfahrt` for `Zug`."""
_STEM = 5
"""Words that agree in so many first letters count as the same: `Leuchtturm` and `Leuchttürme`."""


class BankText(msgspec.Struct, frozen=True, kw_only=True):
    """One text in all languages."""

    id: str
    level: str
    keywords: dict[str, list[str]]
    titles: dict[str, str]
    paragraphs: list[list[dict[str, str]]]
    """Sentences of each paragraph, each a mapping from language to its wording."""

    def sentences(self, language: str) -> list[list[str]]:
        """Its paragraphs in one language."""
        return [[sentence[language] for sentence in paragraph] for paragraph in self.paragraphs]


class TextBank:
    """All texts of `folder`, read when the first is asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def texts(self) -> list[BankText]:
        """In the order of their ids."""
        files = sorted((self._folder / "texts").glob("*.json"))
        return [msgspec.json.decode(file.read_bytes(), type=BankText) for file in files]

    @cached_property
    def languages(self) -> list[str]:
        """Languages that every text has."""
        sets = [set(text.titles) for text in self.texts]
        return sorted(set.intersection(*sets)) if sets else []

    def ranked(self, topic: str, level: str) -> list[BankText]:
        """All texts: those nearest to the topic first, then those nearest to the level, then by id."""
        overlap = {identifier: vocabulary.overlap(topic) for identifier, vocabulary in self._vocabularies.items()}
        return sorted(self.texts, key=lambda text: (-overlap[text.id], _distance(text.level, level), text.id))

    def translate(self, sentence: str, target: str, source: str | None = None) -> tuple[str, str] | None:
        """Language and true translation of a sentence or title of the bank; `None` if it is not one."""
        for language, rows in self._rows.items():
            row = rows.get(_key(sentence)) if source in {None, language} else None
            if row is not None and target in row:
                return language, row[target]
        return None

    @cached_property
    def _vocabularies(self) -> "dict[str, _Vocabulary]":
        return {text.id: _Vocabulary.of(text) for text in self.texts}

    @cached_property
    def _rows(self) -> dict[str, dict[str, dict[str, str]]]:
        """Rows of the bank by language and wording."""
        rows = [
            row
            for text in self.texts
            for row in (text.titles, *(row for paragraph in text.paragraphs for row in paragraph))
        ]
        return {language: {_key(row[language]): row for row in rows if language in row} for language in self.languages}


def _key(sentence: str) -> str:
    return " ".join(unicodedata.normalize("NFC", sentence).split())


def _distance(level: str, wanted: str) -> int:
    known = LEVELS.index(wanted) if wanted in LEVELS else 0
    return abs(LEVELS.index(level) - known)


class _Vocabulary(msgspec.Struct, frozen=True):
    """What a text is about, in all its languages."""

    keywords: frozenset[str]
    japanese_keywords: frozenset[str]
    body: frozenset[str]

    @classmethod
    def of(cls, text: BankText) -> "_Vocabulary":
        rows = [text.titles, *(row for paragraph in text.paragraphs for row in paragraph)]
        return cls(
            keywords=frozenset(word for group in text.keywords.values() for entry in group for word in words(entry)),
            japanese_keywords=frozenset(text.keywords.get("ja", ())),
            body=frozenset(word for row in rows for line in row.values() for word in words(line)),
        )

    def overlap(self, topic: str) -> int:
        """How much a topic, in whatever language, has to do with the text; Japanese is searched, not split."""
        told = words(topic)
        asked = {word for word in told if len(word) >= _SHORTEST or not word.isascii() or word in self.keywords}
        named = sum(_known(word, self.keywords) or _begins_with(word, self.keywords) for word in asked)
        named += sum(keyword in topic for keyword in self.japanese_keywords)
        return _KEYWORD_WEIGHT * named + sum(_known(word, self.body) for word in asked)


def _begins_with(word: str, keywords: frozenset[str]) -> bool:
    heads = (word[:size] for size in range(_COMPOUND_PART, len(word) - _COMPOUND_PART + 1))
    return any(head in keywords for head in heads)


def _known(word: str, among: frozenset[str]) -> bool:
    stem = word[:_STEM]
    return word in among or (len(word) >= _STEM and any(other.startswith(stem) for other in among))
