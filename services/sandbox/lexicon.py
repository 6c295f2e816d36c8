"""Single words in all languages of the bank: enough for a gloss, not for a translation."""

from functools import cached_property
from pathlib import Path

import msgspec

from services.sandbox.sentences import words

Concept = dict[str, list[str]]


class Lexicon:
    """The rows of `lexicon.json`: forms of one concept in each language, the dictionary form first."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def gloss(self, text: str, source: str, target: str) -> list[tuple[str, str]]:
        """Dictionary forms, in both languages, of the words of `text` that the lexicon knows, each once, in order."""
        forms = self._forms.get(source, {})
        spaced = [forms[word] for word in words(text) if word in forms]
        found = _search(text, forms) if source == "ja" else spaced
        pairs = [(concept[source][0], concept[target][0]) for concept in found if target in concept]
        return list(dict.fromkeys(pairs))

    @cached_property
    def _forms(self) -> dict[str, dict[str, Concept]]:
        concepts = msgspec.json.decode(self._file.read_bytes(), type=list[Concept])
        forms: dict[str, dict[str, Concept]] = {}
        for concept in concepts:
            for language, spellings in concept.items():
                for spelling in spellings:
                    forms.setdefault(language, {}).setdefault(spelling.casefold(), concept)
        return forms


def _search(text: str, forms: dict[str, Concept]) -> list[Concept]:
    """What stands in a text without spaces, longest forms first."""
    longest = max(map(len, forms), default=0)
    found: list[Concept] = []
    position = 0
    while position < len(text):
        sizes = range(min(longest, len(text) - position), 0, -1)
        size = next((size for size in sizes if text[position : position + size] in forms), 0)
        if size:
            found.append(forms[text[position : position + size]])
        position += size or 1
    return found
