"""Words of the API's answers as people read them. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any


def headword(word: Mapping[str, Any]) -> str:
    """A word as a dictionary has it: `die Mutter`, `猫 (ねこ)`, `Bank (institution)`."""
    lemma = str(word["lemma"])
    joint = "" if str(word.get("article") or "").endswith(("'", "\u2019")) else " "
    spoken = [word.get("reading") if word.get("reading") != lemma else "", word.get("sense")]
    marks = "".join(f" ({mark})" for mark in spoken if mark)
    return (f"{word['article']}{joint}{lemma}" if word.get("article") else lemma) + marks


def meanings(word: Mapping[str, Any], native: str) -> str:
    """What a word means to who knows this language, else in English: `house, home`."""
    translations = word.get("translations") or {}
    if isinstance(translations, Mapping):
        translations = translations.get(native) or translations.get("en") or ()
    return ", ".join(str(translation) for translation in translations)


def titled(title: Mapping[str, str] | str, native: str) -> str:
    """A title in this language, else in English, else in any."""
    if isinstance(title, str):
        return title
    return title.get(native) or title.get("en") or next(iter(title.values()), "")


def counted(counts: Mapping[str, Any], names: Sequence[str] | None = None) -> str:
    """Counts in words: `12 new, 3 duplicate`."""
    chosen = counts if names is None else {name: counts[name] for name in names if name in counts}
    parts = [f"{count} {name.replace('_', ' ')}" for name, count in chosen.items() if isinstance(count, int) and count]
    return ", ".join(parts) or "nothing"
