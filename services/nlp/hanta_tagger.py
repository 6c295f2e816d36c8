"""Lemma and part of speech of German and English words by HanTa, as a component of a spaCy pipeline.

HanTa (Wartena, KONVENS 2019; LGPL) is a hidden Markov tagger over morphemes; its models are part of its package.
"""

from functools import cache
from itertools import pairwise

from HanTa.HanoverTagger import HanoverTagger  # type: ignore[import-untyped]  # ships no types
from spacy.language import Language
from spacy.tokens import Doc, Token

from services.nlp.have_and_do import auxiliaries
from services.nlp.part_of_speech import from_c5, from_stts, of_no_word

LONGEST_WORD = 40
"""Letters. HanTa's time grows with the square of a word's length; nothing longer is a word of a text for learners."""

_MODELS = {"de": "morphmodel_ger.pgz", "en": "morphmodel_en.pgz"}
_PART_OF_SPEECH = {"de": from_stts, "en": from_c5}
_LEMMA = {
    "de": {
        **dict.fromkeys(("mich", "mir"), "ich"),
        **dict.fromkeys(("dich", "dir"), "du"),
        **dict.fromkeys(("ihn", "ihm"), "er"),
        **dict.fromkeys(("ihnen",), "sie"),
        **dict.fromkeys(("uns",), "wir"),
        **dict.fromkeys(("euch",), "ihr"),
        "allem": "alle",
        "aller": "alle",
        "allen": "alle",
    },
    "en": {
        "i": "I",
        "me": "I",
        "us": "we",
        "him": "he",
        "them": "they",
        "n't": "not",
        "'m": "be",
        "'re": "be",
        "'ve": "have",
        "'ll": "will",
        "ca": "can",
        "wo": "will",
        "an": "a",
    },
}
"""Pronouns and clitics that HanTa leaves as they are."""
_DICTIONARY_FORM = {
    **{stem: f"{stem}er" for stem in ("jed", "dies", "jen", "solch", "manch")},
    **{stem: f"{stem}e" for stem in ("nächst", "letzt", "erst", "zweit", "dritt", "viert", "beid")},
}
"""German stems that HanTa gives for lemmas."""


@cache
def _tagger(language: str) -> HanoverTagger:
    return HanoverTagger(_MODELS[language])


class HantaTagger:
    """Sets lemma, tag and part of speech of every token.

    Args:
        language: `de` or `en`.
    """

    def __init__(self, language: str) -> None:
        self._language = language
        self._tagger = _tagger(language)

    def __call__(self, doc: Doc) -> Doc:
        """Tag `doc`, sentence by sentence."""
        for sentence in doc.sents:
            words = [token for token in sentence if not token.is_space]
            for token in words:
                token.lemma_ = token.text
                token.pos_ = of_no_word(token.text) or "X"
            self._tag(_from_first_word([token for token in words if _can_be_tagged(token)]))
            if self._language == "en":
                auxiliaries(words)
                _standing_alone(words)
        return doc

    def _tag(self, words: list[Token]) -> None:
        if not words:
            return
        for token, (text, lemma, tag) in zip(
            words, self._tagger.tag_sent([token.text for token in words]), strict=True
        ):
            if of_no_word(text) is None:
                self._set(token, *(self._no_noun(text) if self._in_lower_case_a_noun(text, tag) else (lemma, tag)))

    def _set(self, token: Token, lemma: str, tag: str) -> None:
        token.tag_ = tag
        token.pos_ = _PART_OF_SPEECH[self._language](tag)
        token.lemma_ = self._lemma(token.text, lemma, tag)

    def _in_lower_case_a_noun(self, text: str, tag: str) -> bool:
        return self._language == "de" and text[0].islower() and tag == "NN"

    def _no_noun(self, text: str) -> tuple[str, str]:
        """The next best analysis of a German word that cannot be a noun (`ein dichter Nebel`)."""
        tags = [tag for tag, _ in self._tagger.tag_word(text) if tag not in {"NN", "NE"}]
        tag = tags[0] if tags else "ADJ(A)"
        return self._tagger.analyze(text, pos=tag)[0], tag

    def _lemma(self, text: str, lemma: str, tag: str) -> str:
        known = _LEMMA[self._language].get(text.lower().replace("’", "'"))  # noqa: RUF001 - the typographic apostrophe
        if text.lower() in {"'s", "’s", "'d", "’d"} and tag.startswith(("VB", "VH", "VM")):  # noqa: RUF001 - as above
            known = {"VB": "be", "VH": "have", "VM": "would"}[tag[:2]]
        if "." in text or (len(text) > 1 and text.isupper()):
            return known or text  # `U.S.`, `EU`
        if tag == "NE":
            return text
        if "ß" in lemma and "ss" in text:
            lemma = lemma.replace("ß", "ss")  # its dictionary is older than the spelling reform of 1996
        return known or _DICTIONARY_FORM.get(lemma, lemma) or text


def _can_be_tagged(token: Token) -> bool:
    return len(token.text) <= LONGEST_WORD and not token.like_url and not token.like_email


def _from_first_word(words: list[Token]) -> list[Token]:
    """Without the quotes before it: HanTa forgives a capital letter to the first word only."""
    first = next((index for index, token in enumerate(words) if of_no_word(token.text) is None), len(words))
    return words[first:]


def _standing_alone(words: list[Token]) -> None:
    """`this`, `what` and their like are determiners before a noun and pronouns elsewhere; C5 has one tag for both."""
    for token, after in pairwise(words):
        if token.tag_ in {"DT0", "DTQ"} and after.pos_ in {"AUX", "VERB", "PUNCT", "ADP", "PART"}:
            token.pos_ = "PRON"


@Language.factory("parlance_hanta", default_config={"language": "de"})
def create_hanta(nlp: Language, name: str, language: str) -> HantaTagger:  # noqa: ARG001 - spaCy passes both
    """Make the component for a pipeline."""
    return HantaTagger(language)
