"""What translations say, so that two of them can be held against each other. Pure."""

import re

from shared.lexicon.model import folded

_ARTICLES = re.compile(r"^(?:the|an?|to|der|die|das|le|la|les|l'|el|los|las|il|lo|o|os|as)\s+")
_BETWEEN = re.compile(r"[,;/]")


def glosses_of(*translations: str) -> set[str]:
    """What they say, without articles, case and what stands between: "the house, home" is house and home."""
    parts = (part for text in translations for part in _BETWEEN.split(text))
    return {_ARTICLES.sub("", folded(part)).strip() for part in parts} - {""}
