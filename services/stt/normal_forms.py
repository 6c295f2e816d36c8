"""What of a word must be equal for it to count as heard. Pure."""

import unicodedata

_KATAKANA = range(0x30A1, 0x30F7)
_TO_HIRAGANA = 0x60


def normal_form(text: str) -> str:
    """Letters and digits of `text` without case, accents, width and, in Japanese, without voicing marks and script.

    Empty for punctuation. `Straße` is `strasse`, `l'Été` `lete`, `1.250` `1250`, `トケイ` and `とけい` are equal.
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold()).casefold()
    return "".join(_folded(character) for character in decomposed if character.isalnum())


def _folded(character: str) -> str:
    return chr(ord(character) - _TO_HIRAGANA) if ord(character) in _KATAKANA else character
