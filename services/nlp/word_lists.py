"""What simplemma does not know of Spanish, French, Italian and Portuguese, from one file a language.

The files under `word_lists/` were written for this project. Their closed class is part of speech, lemma, further forms:
the words a language does not make new ones of (articles, prepositions, pronouns, auxiliaries, common adverbs), and a
few forms that simplemma takes for others. A form that stands more than once has several readings; the first is the one
taken without a reason for another.
"""

from functools import cache
from pathlib import Path
from typing import NamedTuple

import msgspec

_FOLDER = Path(__file__).parent / "word_lists"


class Reading(NamedTuple):
    """One way to read a word."""

    pos: str
    lemma: str


class WordLists(msgspec.Struct, frozen=True, kw_only=True):
    """One language's lists."""

    closed_class: dict[str, dict[str, list[str]]]
    adjectives: frozenset[str]
    """Frequent ones whose ending does not show that they are adjectives."""
    irregular_verbs: frozenset[str]
    """Those whose forms `romance_verbs.is_verb` does not find."""
    no_verbs: frozenset[str]
    """Frequent nouns that are also the infinitive of a verb nobody uses: `lugar`."""
    of_degree: frozenset[str]
    """Adverbs after which comes an adjective: `muy`."""

    def readings(self) -> dict[str, tuple[Reading, ...]]:
        """The closed class by form, in lower case with a straight apostrophe (`l'`)."""
        readings: dict[str, tuple[Reading, ...]] = {}
        for pos, lemmas in self.closed_class.items():
            for lemma, forms in lemmas.items():
                for form in (lemma, *forms):
                    readings[form] = (*readings.get(form, ()), Reading(pos, lemma))
        return readings


@cache
def word_lists(language: str) -> WordLists:
    """The lists of `es`, `fr`, `it` or `pt`."""
    return msgspec.json.decode((_FOLDER / f"{language}.json").read_bytes(), type=WordLists)
