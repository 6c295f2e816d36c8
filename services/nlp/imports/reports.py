"""What became of each row: counts for the job, and an object with a JSON line a row."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from shared.jobs.wording import storable

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

    def add(self, row: int, outcome: str, text: str = "", reason: str = "") -> None:
        """Note one row."""
        self.counts[outcome] += 1
        line = Line(row, outcome, storable(text)[:LONGEST], storable(reason)[:LONGEST])
        self._file.write(msgspec.json.encode(line) + b"\n")

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
