"""Where the demo prints: nothing of an article, a log or a provider can steer the reader's terminal."""

import io
import sys
import unicodedata

from rich.console import Console
from rich.text import Text


def open_console() -> Console:
    """The standard output; characters that its encoding lacks become question marks instead of errors."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    return Console(highlight=False, markup=False, emoji=False)


def shown(text: str, style: str = "") -> Text:
    """Text of others for the terminal, without its control characters."""
    return Text("".join(character for character in text if _harmless(character)), style=style)


def _harmless(character: str) -> bool:
    return character in "\n\t" or unicodedata.category(character) != "Cc"
