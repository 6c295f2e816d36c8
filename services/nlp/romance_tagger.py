"""Lemma (simplemma) and part of speech (rules) of Spanish, French, Italian and Portuguese words, as a spaCy component.

No model: the part of speech comes from closed classes, from whether the lemma is an infinitive, from endings and from
the neighbours, and is marked `heuristic`. How often it is right stands in `tests/unit/nlp/test_gold.py`.
"""

from spacy.language import Language
from spacy.tokens import Doc, Token

from services.nlp.have_and_do import auxiliaries
from services.nlp.part_of_speech import of_no_word
from services.nlp.romance_context import Neighbours, better_reading
from services.nlp.romance_words import RomanceWords
from services.nlp.word_lists import Reading

LONGEST_WORD = 40  # letters
_OPENS_NOTHING = frozenset({",", ";", ")"})


class RomanceTagger:
    """Sets lemma and part of speech of every token: first of each word alone, then by its neighbours.

    Args:
        language: `es`, `fr`, `it` or `pt`.
    """

    def __init__(self, language: str) -> None:
        self._words = RomanceWords(language)

    def __call__(self, doc: Doc) -> Doc:
        """Tag `doc`, sentence by sentence."""
        for sentence in doc.sents:
            words = [token for token in sentence if not token.is_space]
            opens = True
            for token in words:
                token.pos_, token.lemma_ = self._alone(token, opens=opens)
                opens = token.pos_ == "PUNCT" and token.text not in _OPENS_NOTHING
            first = next((index for index, token in enumerate(words) if token.pos_ != "PUNCT"), 0)
            for index, token in enumerate(words):
                if better := better_reading(token, Neighbours.of(words, index, first), self._words):
                    token.pos_, token.lemma_ = better
            auxiliaries(words)
        return doc

    def _alone(self, token: Token, *, opens: bool) -> Reading:
        if kind := of_no_word(token.text):
            return Reading(kind, token.text)
        if len(token.text) > LONGEST_WORD or token.like_url or token.like_email:
            return Reading("X", token.text)
        return self._words.read(token.text, opens=opens)


@Language.factory("parlance_romance", default_config={"language": "es"})
def create_romance(nlp: Language, name: str, language: str) -> RomanceTagger:  # noqa: ARG001 - spaCy passes both
    """Make the component for a pipeline."""
    return RomanceTagger(language)
