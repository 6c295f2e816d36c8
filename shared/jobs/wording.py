"""Words for rows and for people: what a row can hold, and how many there are."""


def storable(text: str) -> str:
    """The text without what Postgres refuses: NUL, and halves of surrogate pairs (they become question marks)."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")


def counted(number: int, noun: str) -> str:
    """`1 paragraph`, `2 paragraphs`: for summaries."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
