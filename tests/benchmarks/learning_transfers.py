"""What it costs to bring words in and to take them out again.

`python -m tests.benchmarks learning_transfers`: 10 000 words of a table beside COPY of the same rows; then a deck of
50 000 notes in, and the same deck and all tables out. Times are told, never asserted; the run fails when the process
ever had more than 300 MB. The bodies of the steps in this process, objects in memory; no lexicon, so every word
becomes the learner's own.
"""

import itertools
import resource
import sys
import tempfile
import time
from pathlib import Path

import msgspec

from shared.jobs.ids import uuid7
from shared.learning.transfers import Columns, DeckImport, ExportOrder, Fields, WordsImport
from tests.benchmarks.engine_stand import by_turns, engine_stand, show
from tests.integration.nlp.conftest import Learner
from tests.support.decks import basic_deck, learnt
from tests.support.jobs import Engine
from tests.support.step_watch import HandWatch

WORDS, ROUNDS = 10_000, 3
NOTES = 50_000
MOST_MEMORY = 300  # MB
COPY_WORDS = "COPY words (id, owner_id, language, lemma, pos, folded, translations, source) FROM STDIN"
COPY_ENTRIES = "COPY word_bank (id, owner_id, pair_id, word_id, lemma, pos) FROM STDIN"
COPY_CARDS = "COPY cards (id, owner_id, pair_id, entry_id, direction) FROM STDIN"
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


def _copy(learner: Learner) -> None:
    """The fastest way rows get into Postgres."""
    words, entries, cards = ([uuid7() for _ in range(WORDS)] for _ in range(3))
    whose = (str(learner.id), str(learner.pair))
    with learner.engine.connection.transaction(), learner.engine.connection.cursor() as cursor:
        with cursor.copy(COPY_WORDS) as target:
            for number, word in enumerate(words):
                lemma = f"wort{number}"
                target.write_row((word, whose[0], "de", lemma, "X", lemma, '{"en": ["word"]}', "csv"))
        with cursor.copy(COPY_ENTRIES) as target:
            for number, (entry, word) in enumerate(zip(entries, words, strict=True)):
                target.write_row((entry, *whose, word, f"wort{number}", "X"))
        with cursor.copy(COPY_CARDS) as target:
            for card, entry in zip(cards, entries, strict=True):
                target.write_row((card, *whose, entry, "recognition"))


def _take_in(learner: Learner) -> None:
    """The job's only step."""
    table = "\n".join(f"wort{number},word {number}" for number in range(WORDS)).encode()
    order = WordsImport(
        upload_id=learner.upload(table),
        pair_id=learner.pair,
        columns=Columns(lemma=0, translation=1),
        header=False,
        directions=("recognition",),
    )
    counts = learner.perform("import_words", order).output["counts"]
    if counts != {"new": WORDS}:
        raise RuntimeError(counts)


def _table(engine: Engine) -> None:
    """Both by turns, each time for somebody who has nothing yet."""
    numbers = itertools.count()
    baseline, candidate = by_turns(
        lambda: _copy(Learner(engine, f"copier-{next(numbers)}")),
        lambda: _take_in(Learner(engine, f"importer-{next(numbers)}")),
        rounds=ROUNDS,
    )
    show(f"import {WORDS} words, beside COPY of their rows", baseline, candidate)


def _deck(learner: Learner, folder: Path) -> DeckImport:
    path = basic_deck(folder / "deck.apkg", [("Anfang", "begin")])
    learnt(path, [(MANY_NOTES, (NOTES,)), (MANY_CARDS, ()), (LOG, ())])
    fields = {"Basic (and reversed)": Fields(lemma="Front", translation="Back")}
    return DeckImport(upload_id=learner.upload(path), pair_id=learner.pair, note_types=fields)


def _perform(learner: Learner, what: str, kind: str, order: msgspec.Struct) -> None:
    began = time.perf_counter()
    done = learner.perform(kind, order, watch=HandWatch(3600.0))
    seconds = time.perf_counter() - began
    print(f"{what:45} {seconds:6.1f} s, {_peak():5.0f} MB at most, {done.output['counts']}")  # noqa: T201 - a benchmark prints


def _peak() -> float:
    """The most memory that this process ever had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> int:
    """Measure and print; 1 if the memory went beyond its bound."""
    with engine_stand() as engine, tempfile.TemporaryDirectory() as folder:
        _table(engine)
        engine.connection.execute("ANALYZE")  # as autovacuum does: without statistics 50 000 notes take twice as long
        learner = Learner(engine)
        _perform(
            learner, f"{NOTES} notes of a deck in, each with a review", "import_deck", _deck(learner, Path(folder))
        )
        _perform(learner, "the same out, as a deck", "export_learner", ExportOrder(format="apkg"))
        _perform(learner, "the same out, as tables", "export_learner", ExportOrder(format="json"))
    return int(_peak() > MOST_MEMORY)


if __name__ == "__main__":
    sys.exit(main())
