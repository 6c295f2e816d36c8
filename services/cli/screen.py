"""Where a command writes: its result on stdout, everything else on stderr; plain text unless a terminal reads it."""

import io
import json
import re
import sys
from collections.abc import Iterable, Sequence
from typing import TextIO

import msgspec
from rich.console import Console
from rich.table import Table

from services.cli.console import shown

PIPE_WIDTH = 10_000  # columns: neither a pipe nor a table has an edge at which to break a line
PADDING = re.compile(r" +(?=(\x1b\[[\d;]*m)*$)")
"""What only fills the last column, also where it is bold."""
STEERING = re.compile("[\x7f-\x9f]")
"""Control characters that JSON does not escape."""


class Screen:
    """Results and messages of one command.

    Args:
        as_json: The result is JSON, for programs.
    """

    def __init__(self, *, as_json: bool = False) -> None:
        self.as_json = as_json
        self.out = _console(sys.stdout)
        self.err = _console(sys.stderr)

    def say(self, *sentences: str) -> None:
        """Tell the person in front of it, one line a sentence."""
        for sentence in sentences:
            self.err.print(shown(sentence), soft_wrap=True)

    def put(self, *lines: str) -> None:
        """A result in words; nothing if it is to be JSON."""
        if not self.as_json:
            for line in lines:
                self.out.print(shown(line), soft_wrap=True)

    def document(self, value: object) -> None:
        """A result for programs: one line of JSON; nothing if it is to be words."""
        if self.as_json:
            sys.stdout.write(_safe(msgspec.json.encode(value).decode(), sys.stdout.encoding) + "\n")

    def table(self, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """A result in columns; nothing if it is to be JSON.

        No cell is cut or broken to fit: an id that other commands take must stay whole. A narrow terminal breaks lines.
        """
        if self.as_json:
            return
        lines = list(rows)
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
        for head in heads:
            table.add_column(head, no_wrap=True)
        for row in lines:
            # One line a row: nobody's title may look like another row.
            table.add_row(*(shown("" if cell is None else " ".join(str(cell).split())) for cell in row))
        for line in _lines(self.out, table):
            self.out.file.write(line + "\n")
        if not lines:
            self.say("There are none.")


def _safe(document: str, encoding: str) -> str:
    """The same JSON: what the encoding lacks, or would steer a terminal, is written as an escape."""
    escaped = STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", document)
    try:
        escaped.encode(encoding)
    except UnicodeEncodeError:
        return json.dumps(json.loads(document))
    return escaped


def _console(stream: TextIO) -> Console:
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="replace")  # what the terminal cannot show becomes a question mark, no error
    width = None if stream.isatty() else PIPE_WIDTH
    return Console(file=stream, width=width, highlight=False, markup=False, emoji=False)


def _lines(console: Console, table: Table) -> Iterable[str]:
    """The table's lines without the spaces that only fill the last column."""
    width, console.width = console.width, PIPE_WIDTH
    try:
        with console.capture() as capture:
            console.print(table)
    finally:
        console.width = width
    return [PADDING.sub("", line) for line in capture.get().splitlines()]
