"""How long 10 000 words and 50 000 notes take to come in, and how much memory the process ever has.

`python -m tests.benchmarks transfers`. The bounds of memory fail the run; times are told, never asserted.
"""

import resource
import sys
import tempfile
import time
from pathlib import Path

from shared.learning.transfers import Columns, DeckImport, Fields, WordsImport
from tests.benchmarks.engine_stand import engine_stand
from tests.integration.nlp.conftest import Learner
from tests.support.decks import basic_deck, learnt
from tests.support.step_watch import HandWatch

WORDS, NOTES = 10_000, 50_000
MOST_MEMORY = 300  # MB
MANY_NOTES = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
    " INSERT INTO notes SELECT 10000 + i, 'guid' || i, mid, 0, -1, '', 'Wort' || i || char(31) || 'word ' || i,"
    " 'Wort' || i, 0, 0, '' FROM n, (SELECT mid FROM notes LIMIT 1)"
)
MANY_CARDS = (
    "INSERT INTO cards SELECT 1000000 + id, id, 1, 0, 0, -1, 2, 2, 100, 10, 2500, 2, 0, 0, 0, 0, 0,"
    ' \'{"s": 10.0, "d": 5.0, "lrt": 1767225600}\' FROM notes WHERE id > 10000'
)
LOG = "INSERT INTO revlog SELECT 1767000000000 + id, id, -1, 3, 1, 1, 0, 3000, 1 FROM cards WHERE id > 1000000"


def _peak() -> float:
    """The most memory that this process ever had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _words(learner: Learner) -> None:
    table = "\n".join(f"Begriff{number},term {number}" for number in range(WORDS)).encode()
    order = WordsImport(
        upload_id=learner.upload(table), pair_id=learner.pair, columns=Columns(lemma=0, translation=1), header=False
    )
    began = time.perf_counter()
    done = learner.perform("import_words", order, watch=HandWatch(3600.0))
    _show(f"{WORDS} words of a table", began, done.output["counts"])


def _deck(learner: Learner, folder: Path) -> None:
    path = basic_deck(folder / "deck.apkg", [("Anfang", "begin")])
    learnt(path, [(MANY_NOTES, (NOTES,)), (MANY_CARDS, ()), (LOG, ())])
    fields = {"Basic (and reversed)": Fields(lemma="Front", translation="Back")}
    order = DeckImport(upload_id=learner.upload(path), pair_id=learner.pair, note_types=fields)
    began = time.perf_counter()
    done = learner.perform("import_deck", order, watch=HandWatch(3600.0))
    _show(f"{NOTES} notes of a deck, each with a review", began, done.output["counts"])


def _show(what: str, began: float, counts: dict[str, int]) -> None:
    seconds = time.perf_counter() - began
    print(f"{what:45} {seconds:6.1f} s, {_peak():5.0f} MB at most, {counts}")  # noqa: T201 - a benchmark prints


def main() -> int:
    """Import both; 1 if the memory went beyond its bound."""
    with engine_stand() as engine, tempfile.TemporaryDirectory() as folder:
        learner = Learner(engine)
        _words(learner)
        _deck(learner, Path(folder))
    return int(_peak() > MOST_MEMORY)


if __name__ == "__main__":
    sys.exit(main())
