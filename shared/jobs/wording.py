"""Texts that come from elsewhere, in a form that a row can hold."""


def storable(text: str) -> str:
    """The text without what Postgres refuses: NUL, and halves of surrogate pairs (they become question marks)."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")
