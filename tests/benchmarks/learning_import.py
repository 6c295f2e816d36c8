"""What it costs to import a table of 10 000 words with a card each, beside COPY of the same rows.

`python -m tests.benchmarks.learning_import`: prints ratios, asserts nothing. The body of the step in this process,
objects in memory; no lexicon, so every word becomes the learner's own.
"""

import itertools

from shared.jobs.ids import uuid7
from shared.learning.transfers import Columns, WordsImport
from tests.benchmarks.engine_stand import by_turns, engine_stand, show
from tests.integration.nlp.conftest import Learner
from tests.support.jobs import Engine

WORDS, ROUNDS = 10_000, 3
COPY_WORDS = "COPY words (id, owner_id, language, lemma, pos, folded, translations, source) FROM STDIN"
COPY_ENTRIES = "COPY word_bank (id, owner_id, pair_id, word_id, lemma, pos) FROM STDIN"
COPY_CARDS = "COPY cards (id, owner_id, pair_id, entry_id, direction) FROM STDIN"


def copy(learner: Learner) -> None:
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


def take_in(learner: Learner) -> None:
    """The job's only step."""
    table = "\n".join(f"wort{number},word {number}" for number in range(WORDS)).encode()
    columns = Columns(lemma=0, translation=1)
    order = WordsImport(
        upload_id=learner.upload(table),
        pair_id=learner.pair,
        columns=columns,
        header=False,
        directions=("recognition",),
    )
    counts = learner.perform("import_words", order).output["counts"]
    if counts != {"new": WORDS}:
        raise RuntimeError(counts)


def measure(engine: Engine) -> None:
    """Both by turns, each time for somebody who has nothing yet."""
    numbers = itertools.count()
    baseline, candidate = by_turns(
        lambda: copy(Learner(engine, f"copier-{next(numbers)}")),
        lambda: take_in(Learner(engine, f"importer-{next(numbers)}")),
        rounds=ROUNDS,
    )
    show(f"import {WORDS} words, beside COPY of their rows", baseline, candidate)


def main() -> None:
    """Measure and print."""
    with engine_stand() as engine:
        measure(engine)


if __name__ == "__main__":
    main()
