"""Keys pressed in a terminal, one at a time."""

from collections.abc import Collection
from typing import Final

import typer

CTRL_C: Final = "\x03"
UNDO: Final = "u"
QUIT: Final = frozenset({"q", "\x1b", "\x04", ""})
"""Also Escape, Ctrl-D and the end of the input."""


class Keys:
    """Reads keys. Who types ahead loses none: a terminal gives all that was typed at once."""

    def __init__(self) -> None:
        self._typed = ""

    def wanted(self, keys: Collection[str]) -> str:
        """The next key that is one of these, undoes or quits; others are passed over.

        Raises:
            KeyboardInterrupt: Ctrl-C.
            OSError: There is no terminal.
        """
        while True:
            key = self._next().lower()
            if key == CTRL_C:  # behind other keys; alone typer knows it
                raise KeyboardInterrupt
            if key in keys or key == UNDO or key in QUIT:
                return key

    def _next(self) -> str:
        if not self._typed:
            try:
                self._typed = typer.getchar()
            except EOFError:
                return ""
        if self._typed.startswith("\x1b"):  # an arrow or another key that sends several characters
            key, self._typed = self._typed, ""
        else:
            key, self._typed = self._typed[:1], self._typed[1:]
        return key
