"""Which dictionary forms of Spanish, French, Italian and Portuguese are verbs, without a model.

simplemma gives a form's lemma but no part of speech. An ending like `-ar` does not make a verb (`mar`, `lugar`), so
a lemma counts as a verb if simplemma leads regular forms of it (gerund, imperfect, future) back to it.
"""

import re
import unicodedata
from functools import lru_cache

import simplemma

from services.nlp.word_lists import word_lists

_INFINITIVE = {
    "es": re.compile(r"(.+)([aeií]r)"),
    "fr": re.compile(r"(.+?)(er|ir|re|oir)"),
    "it": re.compile(r"(.+)([aei]re|rre)"),
    "pt": re.compile(r"(.+)([aeio]r|ôr)"),
}
_FORMS = {
    "es": ("{stem}ando", "{stem}iendo", "{stem}yendo", "{stem}aba", "{stem}ía", "{lemma}á"),
    "fr": ("{stem}ait", "{stem}ant", "{stem}issait", "{stem}eait", "{lemma}a", "{lemma}ait"),
    "it": ("{stem}ando", "{stem}endo", "{stem}ava", "{stem}eva", "{stem}iva"),
    "pt": ("{stem}ando", "{stem}endo", "{stem}indo", "{stem}ava", "{stem}ia", "{lemma}á"),
}
_CLITICS = {
    "es": re.compile(r"(.{2,}?)(?:(?:me|te|se|nos|os)(?:lo|la|los|las|le|les)?|lo|la|los|las|le|les|me|te|se|nos|os)"),
    "it": re.compile(
        r"(.{2,}?)(?:(?:m?me|t?te|s?se|c?ce|v?ve|glie)(?:lo|la|li|le|ne)"
        r"|l?lo|l?la|l?li|l?le|m?mi|t?ti|s?si|c?ci|v?vi|n?ne|gli)"
    ),
}
_SHORT_IMPERATIVES = {
    "es": {"di": "decir", "da": "dar", "haz": "hacer", "pon": "poner", "ten": "tener"},
    "it": {"di": "dire", "da": "dare", "fa": "fare"},
}


@lru_cache(maxsize=50_000)
def is_verb(lemma: str, language: str) -> bool:
    """True if `lemma` is an infinitive."""
    lists = word_lists(language)
    if lemma in lists.irregular_verbs or lemma in lists.no_verbs:
        return lemma in lists.irregular_verbs
    infinitive = _INFINITIVE[language].fullmatch(lemma)
    if infinitive is None:
        return False
    stem = infinitive[1]
    forms = (form.format(stem=stem, lemma=lemma) for form in _FORMS[language])
    return any(simplemma.lemmatize(form, lang=language) == lemma for form in forms)


def without_clitics(word: str, language: str) -> str | None:
    """The infinitive of a verb with pronouns at its end (`despedirse`, `dimmelo`), or None."""
    if language not in _CLITICS or (match := _CLITICS[language].fullmatch(word)) is None:
        return None
    stem = _unaccented(match[1])
    if stem in _SHORT_IMPERATIVES[language]:
        return _SHORT_IMPERATIVES[language][stem]
    if simplemma.is_known(word, lang=language) and not is_verb(match[1], language):
        return None
    lemmas = (simplemma.lemmatize(form, lang=language) for form in (match[1], stem, f"{stem}e"))
    return next((lemma for lemma in lemmas if is_verb(lemma, language)), None)


def _unaccented(word: str) -> str:
    letters = (letter for letter in unicodedata.normalize("NFD", word) if letter != "\u0301")
    return unicodedata.normalize("NFC", "".join(letters))


def of_gerund(form: str) -> str | None:
    """The infinitive of a French form in `-ant` (`entrant`), or None."""
    if not form.endswith("ant"):
        return None
    infinitives = (form.removesuffix("ant") + ending for ending in ("er", "ir", "re"))
    return next((infinitive for infinitive in infinitives if is_verb(infinitive, "fr")), None)
