"""Anki itself, in an environment of its own: it is under the AGPL and never a dependency."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

ANKI = "anki==26.9.3"
PATIENCE = 180  # seconds to install it
OPENING = """
import json, sys
from anki.collection import Collection, ExportAnkiPackageOptions, ImportAnkiPackageOptions, ImportAnkiPackageRequest
collection = Collection(sys.argv[1])
counts = []
for _ in range(2):
    options = ImportAnkiPackageOptions(with_scheduling=True)
    log = collection.import_anki_package(ImportAnkiPackageRequest(package_path=sys.argv[2], options=options)).log
    counts.append([len(log.new), len(log.updated), len(log.duplicate)])
columns = ("guid", "ord", "type", "queue", "due", "ivl", "reps", "lapses", "data", "reviews")
rows = collection.db.all(
    "SELECT guid, ord, type, queue, due, ivl, reps, lapses, c.data, (SELECT count(*) FROM revlog WHERE cid = c.id)"
    " FROM cards c JOIN notes n ON n.id = c.nid ORDER BY guid, ord"
)
for at, legacy in enumerate((False, True)):
    options = ExportAnkiPackageOptions(with_scheduling=True, with_media=True, legacy=legacy)
    collection.export_anki_package(out_path=sys.argv[3 + at], options=options, limit=None)
today = collection.sched.today
collection.close()
print(json.dumps({"counts": counts, "today": today, "cards": [dict(zip(columns, row)) for row in rows]}))
"""


class AnkiCard(msgspec.Struct, frozen=True, kw_only=True):
    """A row of Anki's table of cards, with its note's guid and how many reviews its log has."""

    guid: str
    ord: int
    type: int
    queue: int
    due: int
    """Of a learning card a Unix time, of a review the number of a day."""
    ivl: int
    reps: int
    lapses: int
    data: str
    reviews: int

    @property
    def memory(self) -> dict[str, Any]:
        """FSRS's numbers: `s`tability, `d`ifficulty and others; empty of a new card."""
        known: dict[str, Any] = json.loads(self.data or "{}")
        return known


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """What Anki made of a package."""

    counts: list[tuple[int, int, int]]
    """Notes that were new, updated and known, when it was opened for the first and the second time."""
    today: int
    """The number of today."""
    cards: list[AnkiCard]


def install(folder: Path) -> Path:
    """An interpreter that has Anki; the test is skipped where that cannot be had."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)  # noqa: S603 - our own interpreter
    python = folder / "bin" / "python"
    order: list[str | Path] = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", ANKI]
    try:
        made = subprocess.run(order, check=False, capture_output=True, timeout=PATIENCE)  # noqa: S603 - as above
    except subprocess.TimeoutExpired:
        pytest.skip("Anki takes too long to install here")
    if made.returncode:
        pytest.skip("Anki cannot be installed here")
    return python


def opened(python: Path, package: Path, theirs: tuple[Path, Path], time_zone: str = "UTC") -> Opened:
    """Let Anki open a package twice, in an empty collection, and export it as it does today and as it used to.

    Args:
        python: An interpreter that has Anki.
        package: Ours.
        theirs: Where Anki's two packages go.
        time_zone: Where Anki's user lives.
    """
    collection = package.with_suffix(".anki2")
    command: list[str | Path] = [python, "-c", OPENING, collection, package, *theirs]
    environment = os.environ | {"TZ": time_zone}
    told = subprocess.run(command, check=True, capture_output=True, timeout=120, env=environment)  # noqa: S603 - as above
    return msgspec.json.decode(told.stdout, type=Opened)
