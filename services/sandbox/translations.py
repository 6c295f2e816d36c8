"""Translations: true for the bank's sentences, else a marker and a gloss. Pure."""

import msgspec

from services.sandbox.lexicon import Lexicon
from services.sandbox.sentences import join_sentences, split_sentences
from services.sandbox.text_bank import TextBank
from services.sandbox.voices import guess_language, primary_language

MARKER = "[no translation: sandbox]"


class Translated(msgspec.Struct, frozen=True, kw_only=True):
    """A translation and the language it is from."""

    text: str
    source: str


def translate(text: str, source: str | None, target: str, bank: TextBank, lexicon: Lexicon) -> Translated:
    """Translate one text between two languages of the bank.

    Args:
        text: A sentence, or several: all of them must be the bank's to be translated.
        source: ISO 639-1 code, or `None` if the text has to tell.
        target: ISO 639-1 code.
        bank: Knows sentences.
        lexicon: Knows words.
    """
    whole = bank.translate(text, target, source)
    if whole is not None:
        return Translated(text=whole[1], source=whole[0])
    language = source or _known(guess_language(text), bank)
    parts = [bank.translate(sentence, target, language) for sentence in split_sentences(text, language)]
    known = [part[1] for part in parts if part is not None]
    if parts and len(known) == len(parts):
        return Translated(text=join_sentences(known, target), source=language)
    gloss = ", ".join(f"{word}={meaning}" for word, meaning in lexicon.gloss(text, language, target))
    return Translated(text=f"{MARKER} {gloss}".rstrip(), source=language)


def _known(language: str, bank: TextBank) -> str:
    return language if language in bank.languages else "en"


def bank_language(code: str) -> str:
    """The bank's language for one of DeepL's codes: `pt` for `PT-BR`."""
    return primary_language(code)
