"""Tables of words, CSV or TSV, read a row at a time. Pure but for the file."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from shared.jobs.errors import PermanentError

SEPARATORS = "\t;,|"
LONGEST_FIELD = 10_000
"""Characters: a quotation mark that is never closed ends here, not at the end of the file."""
LONGEST_LINE = 1024**2  # characters: of a line that never ends no more is held than this
SAMPLE = 64 * 1024  # characters
UTF16 = (b"\xff\xfe", b"\xfe\xff")


@contextmanager
def rows_of(path: Path) -> Iterator[Iterator[tuple[int, list[str]]]]:
    """The rows with their line numbers, from 1; empty ones are left out.

    Raises:
        PermanentError: `table_unreadable`, it is neither UTF-8 nor UTF-16, or no table from some line on.
    """
    with path.open("rb") as binary:
        encoding = "utf-16" if binary.read(2) in UTF16 else "utf-8-sig"
        binary.seek(0)
        text = io.TextIOWrapper(binary, encoding=encoding, newline="")
        try:
            yield _rows(text)
        except UnicodeError as error:
            raise PermanentError("table_unreadable", "The table is not UTF-8: save it as UTF-8.") from error


def _rows(text: TextIO) -> Iterator[tuple[int, list[str]]]:
    separator = separator_of(text.read(SAMPLE))
    text.seek(0)
    csv.field_size_limit(LONGEST_FIELD)
    reader = csv.reader(_lines(text), delimiter=separator)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield reader.line_num, row
    except csv.Error as error:
        detail = f"The table cannot be read from line {reader.line_num} on: a quotation mark may be missing."
        raise PermanentError("table_unreadable", detail) from error


def _lines(text: TextIO) -> Iterator[str]:
    while line := text.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE and not line.endswith("\n"):
            detail = f"The table has a line of more than {LONGEST_LINE} characters."
            raise PermanentError("table_unreadable", detail)
        yield line


def separator_of(sample: str) -> str:
    """What stands between the columns: that of which most lines have the same number, and at least one."""
    lines = [line for line in sample.splitlines()[:20] if line.strip()]
    scores = {separator: min((line.count(separator) for line in lines), default=0) for separator in SEPARATORS}
    best = max(SEPARATORS, key=lambda separator: (scores[separator], -SEPARATORS.index(separator)))
    return best if scores[best] else ("\t" if "\t" in sample else ",")
