"""What became of each row: counts for the job, and an object with a JSON line a row."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from shared.jobs.wording import storable

MOST_BYTES = 32 * 1024**2
"""Of a report, which is handed over in one piece; rows behind it are only counted."""
LONGEST = 200
"""Characters of a row's text and of a reason that are kept."""


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """One row."""

    row: int
    """Its line in a table, its number among a deck's notes; from 1."""
    outcome: str
    text: str = ""
    reason: str = ""


class Report:
    """Counts rows and writes them down.

    Args:
        path: Where the lines go until the job is over.
    """

    def __init__(self, path: Path) -> None:
        self.counts: Counter[str] = Counter()
        self.path = path
        self._file = path.open("wb")
        self._left = MOST_BYTES

    def add(self, row: int, outcome: str, text: str = "", reason: str = "") -> None:
        """Note one row."""
        self.counts[outcome] += 1
        line = msgspec.json.encode(Line(row, outcome, storable(text)[:LONGEST], storable(reason)[:LONGEST])) + b"\n"
        if len(line) <= self._left:
            self._left -= len(line)
            self._file.write(line)

    def close(self) -> None:
        """No more rows."""
        self._file.close()


@contextmanager
def report_in(folder: Path) -> Iterator[Report]:
    """A report in a folder that somebody else deletes."""
    report = Report(folder / "report.jsonl")
    try:
        yield report
    finally:
        report.close()
