"""Entries for single words, as the analysis prompt asks for them: from lexicon and bank, else openly made up."""

import html
import re
from typing import Any

import msgspec

from services.sandbox.lexicon import Lexicon
from services.sandbox.sentences import words
from services.sandbox.text_bank import TextBank

ENTRY_FIELDS = {"language", "lemma", "is_word", "senses"}
"""By these the schema of an entry is known."""
_TAG = re.compile(r"<(language|lemma|native_language|known_senses)>(.*?)</\1>", re.DOTALL)
_ASKED = {"language", "lemma", "native_language"}
_NOBODY_KNOWS = ("X", "")
_NO_WORD = re.compile(r"[\W\d_]*")
MODEL = "sandbox/lexicon"


class WordPrompt(msgspec.Struct, frozen=True, kw_only=True):
    """A word to look up."""

    language: str
    lemma: str
    native_language: str
    known_senses: str = ""
    """Lines of part of speech and name."""

    @property
    def sense(self) -> tuple[str, str]:
        """Part of speech and name of the first meaning that is known."""
        pos, colon, name = self.known_senses.partition("\n")[0].partition(":")
        return (pos.strip(), name.strip()) if colon else _NOBODY_KNOWS


def read_word_prompt(text: str) -> WordPrompt | None:
    """The word in a user message, or `None` if it is something else."""
    tags = {name: html.unescape(content).strip() for name, content in _TAG.findall(text)}
    return WordPrompt(**tags) if tags.keys() >= _ASKED else None


def entry(asked: WordPrompt, bank: TextBank, lexicon: Lexicon) -> dict[str, Any]:
    """The entry, equal for equal prompts. What neither lexicon nor bank knows says that it is the sandbox's."""
    is_word = not _NO_WORD.fullmatch(asked.lemma)
    document = {"language": asked.language, "lemma": asked.lemma, "is_word": is_word}
    return document | {"senses": [_sense(asked, bank, lexicon)] if is_word else []}


def _sense(asked: WordPrompt, bank: TextBank, lexicon: Lexicon) -> dict[str, Any]:
    glosses = lexicon.gloss(asked.lemma, asked.language, asked.native_language)
    translation = glosses[0][1] if glosses else f"sandbox: {asked.lemma}"
    pos, name = asked.sense
    return {
        "pos": pos,
        "sense": name,
        "article": None,
        "plural": None,
        "reading": None,
        "forms": [],
        "translations": [translation],
        "usage": "",
        "examples": [_example(asked, bank)],
    }


def _example(asked: WordPrompt, bank: TextBank) -> dict[str, str]:
    """A sentence of the bank that has the word as it stands, with its true translation."""
    source, target = asked.language, asked.native_language
    for text in bank.texts:
        for row in (row for paragraph in text.paragraphs for row in paragraph):
            if source in row and target in row and _holds(row[source], asked):
                return {"text": row[source], "translation": row[target]}
    return {"text": f"sandbox: {asked.lemma}", "translation": f"sandbox: {asked.lemma}"}


def _holds(sentence: str, asked: WordPrompt) -> bool:
    if asked.language == "ja":
        return asked.lemma in sentence
    return asked.lemma.casefold() in words(sentence)
