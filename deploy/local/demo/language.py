"""Which of our languages a text is written in, or why nobody should guess."""

from functools import cache
from typing import Final

import msgspec
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from shared.languages import LANGUAGES

LEAST_LETTERS: Final = 40
"""Below this a guess is too often wrong: the same bound as the gate on written articles."""


class Guess(msgspec.Struct, frozen=True, kw_only=True):
    """The language of a text, or None and `doubt`: a clause that says why it is not clear."""

    language: str | None = None
    doubt: str = ""


def guess_language(text: str) -> Guess:
    """Guess among all languages the model knows, so that a Dutch text does not pass for a German one."""
    if sum(character.isalpha() for character in text) < LEAST_LETTERS:
        return Guess(doubt="the text is too short to tell its language")
    ranked: list[tuple[str, float]] = _identifier().rank(text)
    best = ranked[0][0]
    ours = next(code for code, _ in ranked if code in LANGUAGES)
    if best == ours:
        return Guess(language=ours)
    return Guess(doubt=f"the text might be {LANGUAGES[ours].name} ({ours}) or another language ({best})")


@cache
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE)
