"""Which `have`, `do`, `avoir` ... is an auxiliary: the one that a verb follows."""

from collections.abc import Sequence

from spacy.tokens import Token

_MAY_STAND_BETWEEN = frozenset({"ADV", "PRON", "PART", "DET", "NOUN", "PROPN"})
_REACH = 4  # tokens
_MAIN_OR_AUXILIARY = frozenset({"have", "do", "avoir", "avere", "haber", "ter"})


def auxiliaries(words: Sequence[Token]) -> None:
    """Make VERB of every AUX of these lemmas after which no verb comes within reach."""
    for index, token in enumerate(words):
        if token.pos_ == "AUX" and token.lemma_ in _MAIN_OR_AUXILIARY and not _verb_follows(words, index):
            token.pos_ = "VERB"


def _verb_follows(words: Sequence[Token], index: int) -> bool:
    for token in words[index + 1 : index + 1 + _REACH]:
        if token.pos_ in {"VERB", "AUX"}:
            return True
        if token.pos_ not in _MAY_STAND_BETWEEN:
            return False
    return False
