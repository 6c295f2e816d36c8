"""A word as people write it: with its article or without, and with signs that nobody sees. Pure."""

import re
import unicodedata

from shared.lexicon.model import folded

ARTICLES: dict[str, dict[str, str]] = {
    "de": {"der": "m", "die": "f", "das": "n", "ein": "mn", "eine": "f"},
    "en": {"the": "n", "a": "n", "an": "n"},
    "es": {"el": "m", "la": "f", "los": "M", "las": "F", "un": "m", "una": "f", "unos": "M", "unas": "F"},
    "fr": {"le": "m", "la": "f", "l'": "mf", "les": "MF", "un": "m", "une": "f", "des": "MF"},
    "it": {
        "il": "m", "lo": "m", "la": "f", "l'": "mf", "i": "M", "gli": "M", "le": "F",
        "un": "m", "uno": "m", "una": "f", "un'": "f",
    },
    "pt": {"o": "m", "a": "f", "os": "M", "as": "F", "um": "m", "uma": "f", "uns": "M", "umas": "F"},
    "ja": {},
}  # fmt: skip
"""Of each language what stands before a noun, and for which nouns: masculine, feminine, neuter; capitals in the plural.

Two articles can be those of one noun if they share a letter: `ein` and `das`, but not `der` and `die`.
"""
NOMINAL = frozenset({"NOUN", "PROPN", "X"})
"""What may follow an article: nouns, and what nobody knows to be anything else."""
APOSTROPHES = ("'", "\u2019")
# Control signs; the soft hyphen and spaces without width, which come along when somebody copies a word.
_UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u200b\u2060\ufeff]")
_ELIDED = re.compile(r"([^\s'\u2019]+['\u2019])\s*(\S.*)")
_APART = re.compile(r"(\S+)\s+(\S.*)")


def tidy(text: str) -> str:
    """The text on one line, without what nobody sees, each letter as one sign."""
    return " ".join(_UNSEEN.sub("", unicodedata.normalize("NFC", text)).split())


def parted(language: str, text: str) -> tuple[str, str] | None:
    """The article that a tidy text begins with, and what follows; null if there is none."""
    known = ARTICLES.get(language, {})
    for pattern in (_ELIDED, _APART):
        match = pattern.fullmatch(text)
        if match and _plain(match[1]) in known:
            return match[1].lower(), match[2]
    return None


def joined(article: str | None, lemma: str) -> str:
    """The lemma with its article, as its language writes it: `das Haus`, `l'eau`."""
    if not article:
        return lemma
    return f"{article}{'' if article.endswith(APOSTROPHES) else ' '}{lemma}"


def agree(language: str, one: str | None, other: str | None) -> bool:
    """Whether two articles can be those of one noun; a missing one contradicts none."""
    if not one or not other or _plain(one) == _plain(other):
        return True
    known = ARTICLES.get(language, {})
    return bool(set(known.get(_plain(one), "")) & set(known.get(_plain(other), "")))


def _plain(article: str) -> str:
    return folded(article.replace("\u2019", "'"))
