"""Lemma and part of speech of a Spanish, French, Italian or Portuguese word by itself, by simplemma and rules. Pure."""

import re
import unicodedata

import simplemma

from services.nlp.romance_verbs import is_verb, without_clitics
from services.nlp.word_lists import Reading, word_lists

_ORDINAL = re.compile(r"\d+(?:ers?|ères?|res?|e|ème|[ºªoa]s?)\.?")
_SURE_VERB = {
    "es": re.compile(r".+(?:ó|aron|ieron|aban?|ábamos)"),
    "fr": re.compile(r".+(?:aient|èrent|irent)"),
    "it": re.compile(r".+(?:arono|irono|erono|[aei]vano|ò)"),
    "pt": re.compile(r".+(?:ou|aram|eram|iram|avam)"),
}
"""Endings that no noun has."""
_FINITE: dict[str, dict[str, tuple[str, ...]]] = {
    "es": {"a": ("ar",), "an": ("ar",), "e": ("er", "ir"), "en": ("er", "ir"), "o": ("ar", "er", "ir")},
    "fr": {"e": ("er",), "es": ("er",), "ent": ("er",), "é": ("er",), "ée": ("er",), "és": ("er",), "ées": ("er",)},
    "it": {"a": ("are",), "ano": ("are",), "e": ("ere", "ire"), "o": ("are", "ere", "ire")},
    "pt": {"a": ("ar",), "am": ("ar",), "e": ("er", "ir"), "em": ("er", "ir"), "o": ("ar", "er", "ir")},
}
"""Endings of the present tense (and the French participle) with the infinitives they may belong to."""
_ADVERB_ENDINGS = {"es": ("mente",), "fr": ("ment",), "it": ("mente",), "pt": ("mente",)}
_ADJECTIVE_ENDINGS = {
    "es": ("oso", "able", "ible", "ivo", "ico", "ario", "ante", "iente", "ísimo", "és"),
    "fr": ("eux", "able", "ible", "if", "ique", "aire", "al", "ien", "el"),
    "it": ("oso", "abile", "ibile", "ivo", "ico", "ario", "ante", "issimo", "ale"),
    "pt": ("oso", "ável", "ível", "ivo", "ico", "ário", "ante", "íssimo", "al"),
}
_BEFORE_HYPHEN = {"á": "ar", "ê": "er", "i": "ir", "í": "ir"}
"""Portuguese infinitives lose their `-r` before `-lo`: `consertá-lo`."""
_SHORTEST_SINGULAR = 3  # letters


def form_of(text: str) -> str:
    """As the word lists spell it: lower case, straight apostrophe, no hyphen before a clitic (`-lhes`)."""
    return text.lower().replace("’", "'").lstrip("-")  # noqa: RUF001 - the typographic apostrophe


class RomanceWords:
    """Reads the words of one language.

    Args:
        language: `es`, `fr`, `it` or `pt`.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self.lists = word_lists(language)
        self._closed = self.lists.readings()

    def readings(self, form: str) -> dict[str, Reading]:
        """The readings of a word of the closed class, by part of speech; empty for others."""
        return {reading.pos: reading for reading in reversed(self._closed.get(form, ()))}

    def read(self, text: str, *, opens: bool) -> Reading:
        """The usual reading of a word; `opens` if a sentence or a quote begins with it."""
        if _ORDINAL.fullmatch(text):
            return Reading("ADJ", text)
        form = form_of(text)
        if readings := self._closed.get(form):
            return self.readings(form).get("PRON", readings[0]) if text.startswith("-") else readings[0]
        return self._name(text, form, opens=opens) or self._open_class(form)

    def noun(self, form: str) -> str:
        """The lemma of a verb's form that stands where only a noun can: `la cuenta`, `les livres`, `le dîner`."""
        lemma = simplemma.lemmatize(form, lang=self.language)
        if not is_verb(lemma, self.language):
            return lemma
        return form if self.language == "it" else form.removesuffix("s")

    def verb(self, form: str) -> str | None:
        """The infinitive of a form that simplemma takes for a noun, where only a verb can stand: `me habla`."""
        for ending, infinitives in _FINITE[self.language].items():
            stem = form.removesuffix(ending)
            for infinitive in (stem + end for end in infinitives if stem != form):
                if is_verb(infinitive, self.language):
                    return infinitive
        return None

    def surely_verb(self, form: str) -> bool:
        """True if the ending leaves no doubt."""
        return bool(_SURE_VERB[self.language].fullmatch(form))

    def _name(self, text: str, form: str, *, opens: bool) -> Reading | None:
        """A capital letter makes a name, but where a sentence opens only if the dictionary lacks the word."""
        if not text[0].isupper():
            return None
        known = simplemma.is_known(form, lang=self.language) or without_clitics(form, self.language)
        return None if opens and known else Reading("PROPN", text)

    def _open_class(self, form: str) -> Reading:
        if verb := without_clitics(form, self.language) or self._before_hyphen(form):
            return Reading("VERB", verb)
        if adjective := self._adjective(form):
            return Reading("ADJ", adjective)
        lemma = self._singular(form) or simplemma.lemmatize(form, lang=self.language)
        if is_verb(lemma, self.language):
            return Reading("VERB", lemma)
        if form.endswith(_ADVERB_ENDINGS[self.language]):
            return Reading("ADV", form)
        if lemma.endswith(_ADJECTIVE_ENDINGS[self.language]):
            return Reading("ADJ", lemma)
        return Reading("NOUN", lemma)

    def _adjective(self, form: str) -> str | None:
        """The masculine of a frequent adjective: simplemma takes `certa` and `antiguos` for forms of verbs."""
        stem = form.removesuffix("s")
        candidates = (form, stem, f"{stem[:-1]}o", simplemma.lemmatize(form, lang=self.language))
        return next((candidate for candidate in candidates if candidate in self.lists.adjectives), None)

    def _before_hyphen(self, form: str) -> str | None:
        if self.language != "pt" or form[-1] not in _BEFORE_HYPHEN or simplemma.is_known(form, lang="pt"):
            return None
        infinitive = form[:-1] + _BEFORE_HYPHEN[form[-1]]
        return infinitive if is_verb(infinitive, "pt") else None

    def _singular(self, form: str) -> str | None:
        """Of a Spanish plural whose singular is in the dictionary: simplemma takes `flores` for a form of `florar`."""
        if self.language != "es" or not form.endswith("s"):
            return None
        stem = form.removesuffix("es")
        for singular in (stem, _stressed_at_end(stem), form.removesuffix("s")):
            lemma = simplemma.lemmatize(singular, lang="es")
            known = len(singular) >= _SHORTEST_SINGULAR and simplemma.is_known(singular, lang="es")
            if singular != form and known and lemma == singular and not is_verb(singular, "es"):
                return singular
        return None


def _stressed_at_end(stem: str) -> str:
    """`escalon` -> `escalón`: what a Spanish word that ends in `n` or `s` bears in the singular."""
    if len(stem) <= _SHORTEST_SINGULAR or stem[-1] not in "ns" or stem[-2] not in "aeiou":
        return stem
    return stem[:-2] + unicodedata.normalize("NFC", f"{stem[-2]}\u0301") + stem[-1]
