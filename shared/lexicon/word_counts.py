"""How many words a sentence has. Pure."""

WITHOUT_SPACES = frozenset({"ja", "zh"})
"""Languages that are written without spaces: the language worker counts Japanese, and nobody counts Chinese."""


def count_words(text: str, language: str) -> int | None:
    """Pieces between spaces that have a letter or a digit (`l'eau` is one, `?` none).

    Args:
        text: A sentence.
        language: Its ISO 639-1 code.

    Returns:
        How many; null for a language without spaces.
    """
    if language in WITHOUT_SPACES:
        return None
    return sum(any(character.isalnum() for character in piece) for piece in text.split())
