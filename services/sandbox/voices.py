"""Which of espeak's voices speaks for which language and for which of Gemini's voices."""

import hashlib
import re

import msgspec

_VOICES = {
    "en": "gmw/en",
    "en-us": "en-us",
    "pt-br": "pt-br",
    "es-419": "es-419",
    "es-us": "es-419",
    "es-mx": "es-419",
}
"""Languages and regions whose voice is not simply named after the language."""
_CHARACTERS: dict[str, tuple[str, int]] = {
    "kore": ("f2", 50),
    "puck": ("m3", 60),
    "charon": ("m1", 35),
    "leda": ("f3", 60),
    "aoede": ("f4", 50),
    "orus": ("m7", 45),
}
"""espeak's variant and pitch for the voices that Parlance offers."""
_VARIANTS = ("f1", "f2", "f3", "f4", "f5", "m1", "m2", "m3", "m4", "m5", "m6", "m7")
_FREQUENT_WORDS = {
    "de": {"der", "die", "das", "und", "ist", "nicht", "ein", "eine", "ich", "wir", "mit", "auf"},
    "en": {"the", "and", "is", "of", "to", "a", "in", "we", "i", "with", "on", "not"},
    "es": {"el", "los", "las", "y", "es", "una", "un", "en", "con", "por", "del", "no"},
    "fr": {"le", "les", "et", "est", "une", "un", "des", "dans", "avec", "pas", "je", "nous"},
    "it": {"il", "gli", "e", "è", "una", "un", "di", "che", "con", "per", "non", "della"},
    "pt": {"o", "os", "as", "e", "é", "uma", "um", "em", "com", "não", "do", "da"},
}


class EspeakVoice(msgspec.Struct, frozen=True):
    """A voice by espeak's name, and its pitch."""

    name: str
    pitch: int


def choose_voice(language_code: str, gemini_voice: str) -> EspeakVoice:
    """The voice for a BCP 47 tag such as `de-DE` and a name such as `Kore`; every name sounds different.

    It may turn out not to exist: espeak knows which languages it speaks.
    """
    tag = language_code.casefold()
    name = _VOICES.get(tag) or _VOICES.get(primary_language(tag)) or primary_language(tag)
    variant, pitch = _CHARACTERS.get(gemini_voice.casefold()) or _character(gemini_voice)
    return EspeakVoice(f"{name}+{variant}", pitch)


def primary_language(tag: str) -> str:
    """`de` of `de-DE`."""
    return re.split(r"[-_]", tag.casefold())[0]


def guess_language(text: str) -> str:
    """The language of a text whose speaker nobody named: by script, else by frequent words, else English."""
    if re.search(r"[\u3040-\u30ff]", text):
        return "ja"
    if re.search(r"[\u0400-\u04ff]", text):
        return "ru"
    found = re.findall(r"\w+", text.casefold())
    counts = {language: sum(word in known for word in found) for language, known in _FREQUENT_WORDS.items()}
    best = max(counts, key=lambda language: (counts[language], language == "en"))
    return best if counts[best] else "en"


def _character(gemini_voice: str) -> tuple[str, int]:
    digest = hashlib.sha256(gemini_voice.casefold().encode()).digest()
    return _VARIANTS[digest[0] % len(_VARIANTS)], 30 + digest[1] % 40
