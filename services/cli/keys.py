"""Keys pressed in a terminal, one at a time."""

import codecs
import os
import re
import signal
import sys
import termios
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from signal import SIGHUP, SIGTERM
from typing import Any, Final

import typer

from services.cli.exits import WRONG, StopError

CTRL_C: Final = "\x03"
UNDO: Final = "u"
QUIT: Final = frozenset({"q", "\x1b", "\x04", ""})
"""Also Escape, Ctrl-D and the end of the input."""
SEVERAL: Final = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|O.)")
"""An arrow or another key that sends several characters (ECMA-48, section 5.4)."""
LFLAG, CC = 3, 6
"""Where the flags and the special characters stand in what `termios` gives."""
AT_ONCE: Final = 1024  # bytes
NO_TERMINAL: Final = "There is no terminal to answer in. Without one, `parlance review --sync` sends and fetches."


class Keys:
    """Reads keys. Who types ahead loses none.

    Args:
        read: Waits until something is typed; all of it, or nothing at the end of the input.
    """

    def __init__(self, read: Callable[[], str]) -> None:
        self._read = read
        self._typed = ""

    def wanted(self, keys: Collection[str]) -> str:
        """The next key that is one of these, undoes or quits; others are passed over.

        Raises:
            KeyboardInterrupt: Ctrl-C.
            StopError: There is no terminal.
        """
        while True:
            key = self._next().lower()
            if key == CTRL_C:
                raise KeyboardInterrupt
            if key in keys or key == UNDO or key in QUIT:
                return key

    def _next(self) -> str:
        self._typed = self._typed or self._read()
        found = SEVERAL.match(self._typed)
        length = found.end() if found else 1
        key, self._typed = self._typed[:length], self._typed[length:]
        return key


@contextmanager
def terminal_keys() -> Iterator[Keys]:
    """The terminal's keys. It gives each at once and shows none until this ends; then it is as it was.

    typer's way to a key throws away what was typed before it asks for one, so here the terminal is changed once, and
    what it has is kept. Ctrl-C is a key among others meanwhile: what was typed before it still counts. Who is told to
    end, or whose window is closed, ends as by Ctrl-C.

    Raises:
        KeyboardInterrupt: SIGTERM or SIGHUP.
    """
    if not sys.stdin.isatty():
        yield Keys(_asked)
        return
    handle = sys.stdin.fileno()
    before = termios.tcgetattr(handle)
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    handlers = {number: signal.signal(number, signal.default_int_handler) for number in (SIGTERM, SIGHUP)}
    try:
        termios.tcsetattr(handle, termios.TCSANOW, _one_by_one(before))
        yield Keys(lambda: _typed(handle, decoder))
    finally:
        with suppress(termios.error):  # the window is gone
            termios.tcsetattr(handle, termios.TCSADRAIN, before)
        for number, handler in handlers.items():
            signal.signal(number, handler)


def _one_by_one(mode: list[Any]) -> list[Any]:
    """The same terminal without lines, echo and signals; what is printed looks as before."""
    changed = [*mode[:CC], [*mode[CC]]]
    changed[LFLAG] &= ~(termios.ICANON | termios.ECHO | termios.ISIG | termios.IEXTEN)
    changed[CC][termios.VMIN], changed[CC][termios.VTIME] = 1, 0
    return changed


def _typed(handle: int, decoder: codecs.IncrementalDecoder) -> str:
    """What is typed next, however many bytes its first character has; nothing when the terminal has gone."""
    while data := os.read(handle, AT_ONCE):
        if text := decoder.decode(data):
            return text
    return ""


def _asked() -> str:
    try:
        return typer.getchar()
    except EOFError:
        return ""
    except OSError:  # /dev/tty cannot be opened
        raise StopError(WRONG, NO_TERMINAL) from None
