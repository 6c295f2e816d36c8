"""What the neighbours of a Spanish, French, Italian or Portuguese word say about its part of speech."""

from collections.abc import Sequence
from typing import NamedTuple

from spacy.tokens import Token

from services.nlp.romance_verbs import is_verb, of_gerund
from services.nlp.romance_words import RomanceWords, form_of
from services.nlp.word_lists import Reading

_SUBJECTS = frozenset({"PRON", "NOUN", "PROPN"})
_NO_VERB_AFTER = frozenset({"DET", "NUM"})
_NO_PARTICIPLE_AFTER = frozenset({"DET", "ADP", "ADJ", "NUM"})
_NEGATIONS = frozenset({"no", "non", "não", "ne", "n'"})
_CLITICS = frozenset({"me", "te", "se", "le", "les", "nos", "mi", "ti", "si", "ci", "vi", "gli", "lhe", "lhes"})
_FRENCH_PARTICIPLES = ("é", "ée", "és", "ées")


class Neighbours(NamedTuple):
    """What stands around a word; empty at the ends of a sentence."""

    before: str
    """Part of speech."""
    form_before: str
    after: str
    """Part of speech."""
    form_after: str
    infinitive_after: bool
    first: bool
    """Nothing but punctuation stands before it in its sentence."""

    @classmethod
    def of(cls, words: Sequence[Token], index: int, first: int) -> "Neighbours":
        """Those of `words[index]`, if `words[first]` is the first that is no punctuation."""
        before = words[index - 1] if index else None
        after = words[index + 1] if index + 1 < len(words) else None
        return cls(
            before=before.pos_ if before else "",
            form_before=form_of(before.text) if before else "",
            after=after.pos_ if after else "",
            form_after=form_of(after.text) if after else "",
            infinitive_after=after is not None and after.pos_ == "VERB" and form_of(after.text) == after.lemma_,
            first=index <= first,
        )


def better_reading(token: Token, near: Neighbours, words: RomanceWords) -> Reading | None:
    """The reading that fits better here than the one `token` has, or None."""
    form = form_of(token.text)
    if other := words.readings(form).get(_closed_class(token.pos_, near, words) or ""):
        return other
    if token.pos_ == "VERB":
        is_noun = near.before in _NO_VERB_AFTER and not words.surely_verb(form)
        return Reading("NOUN", words.noun(form)) if is_noun else None
    if token.pos_ in {"NOUN", "ADJ"} and (verb := _verb(form, near, words)):
        return Reading("VERB", verb)
    if token.pos_ == "NOUN" and (near.before == "NOUN" or near.form_before in words.lists.of_degree):
        return Reading("ADJ", token.lemma_)
    lone = token.pos_ == "ADJ" and near.before in {"DET", "ADP"} and near.after not in {"NOUN", "ADJ", "PROPN"}
    return Reading("NOUN", token.lemma_) if lone and token.lemma_ not in words.lists.adjectives else None


def _closed_class(pos: str, near: Neighbours, words: RomanceWords) -> str | None:
    """Which of several readings of a word of the closed class fits here."""
    if pos in {"PRON", "ADP", "ADV"} and near.first:
        return "SCONJ"  # `Se eu tivesse`
    if pos != "DET":
        return None
    if near.infinitive_after:
        return "PRON" if near.before == "ADP" else "ADP"  # `pour la voir`, `começou a chover`
    if words.surely_verb(near.form_after):
        return "PRON"  # `la encendió`
    if near.after in {"VERB", "AUX"} and (near.before in _SUBJECTS or near.form_before in _NEGATIONS):
        return "PRON"  # `elle leur racontait`, `no la vi`
    return "ADV" if near.after in {"ADJ", "ADV", "PUNCT", ""} else None  # `muito antigas`


def _verb(form: str, near: Neighbours, words: RomanceWords) -> str | None:
    """The infinitive of a form that simplemma takes for a noun or an adjective, or None."""
    if words.language == "fr":
        return _french_verb(form, near, words)
    return words.verb(form) if _after_clitic(near) else None  # `me habla`


def _french_verb(form: str, near: Neighbours, words: RomanceWords) -> str | None:
    if near.form_before == "en":
        return of_gerund(form)  # `en entrant`
    if near.before == "AUX" and is_verb(f"{form}r", "fr"):
        return f"{form}r"  # `est parti`
    may_be_participle = form.endswith(_FRENCH_PARTICIPLES) and near.before not in _NO_PARTICIPLE_AFTER
    return words.verb(form) if may_be_participle or _after_clitic(near) else None


def _after_clitic(near: Neighbours) -> bool:
    return near.before == "PRON" and near.form_before in _CLITICS
