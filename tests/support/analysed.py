"""Entries for words, as a writer hands them in."""

from typing import Any

from services.generation.word_gates import Entry, Form, Sample, Sense
from shared.lexicon.analysis import WordQuery

BANK = WordQuery(language="de", lemma="Bank", native_language="en")


def sense(name: str = "", *translations: str, **changes: Any) -> Sense:
    """A meaning of a noun."""
    fields: dict[str, Any] = {
        "pos": "NOUN",
        "sense": name,
        "article": "die",
        "plural": "Bänke",
        "reading": None,
        "forms": [Form(name="genitive", form="Bank")],
        "translations": list(translations) or ["bench"],
        "usage": "Feminine.",
        "examples": [Sample(text="Die Bank steht im Park.", translation="The bench is in the park.")],
    }
    return Sense(**(fields | changes))


def entry(*senses: Sense, **changes: Any) -> Entry:
    """The entry for `BANK`; one meaning if none is given."""
    fields: dict[str, Any] = {"language": "de", "lemma": "Bank", "is_word": True, "senses": list(senses or [sense()])}
    return Entry(**(fields | changes))
