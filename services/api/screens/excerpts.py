"""How a text begins. Pure."""

from services.api.screens.schemas import EXCERPT

ELLIPSIS = "…"


def excerpt(text: str, most: int = EXCERPT) -> str:
    """The first words of a text on one line, at most `most` characters; cut inside a word only where none ends.

    Args:
        text: Whole, or at least its first `2 * most` characters.
        most: Characters, the ellipsis of a text that goes on included.
    """
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    head = line[:most]
    words = head.rpartition(" ")[0]
    return (words or head[: most - 1]) + ELLIPSIS
