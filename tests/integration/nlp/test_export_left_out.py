"""What does not go out with a deck: reviews that were taken back, and words without a meaning."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.integration.nlp.conftest import Learner
from tests.integration.nlp.test_deck_import import deck, order
from tests.integration.nlp.test_export import exported
from tests.support.decks import members_of

TAKEN_BACK = (
    "UPDATE reviews SET undone_at = reviewed_at WHERE reviewed_at = (SELECT max(reviewed_at) FROM reviews)"
    " RETURNING rating"
)


def column(path: Path, query: str) -> list[Any]:
    """The first column of a query to the deck."""
    database = path.with_suffix(".db")
    database.write_bytes(members_of(path)["collection.anki2"])
    with closing(sqlite3.connect(database)) as connection:
        return [row[0] for row in connection.execute(query)]


def test_a_review_that_was_taken_back_stays_here(learner: Learner, tmp_path: Path) -> None:
    learner.perform("import_deck", order(learner, deck(tmp_path)))
    ratings = "SELECT ease FROM revlog ORDER BY id"
    assert column(exported(learner, tmp_path, "apkg"), ratings) == [3, 3]
    assert len(learner.rows(TAKEN_BACK)) == 1
    assert column(exported(learner, tmp_path, "apkg"), ratings) == [3]


def test_a_word_that_waits_for_its_meaning_stays_here(learner: Learner, tmp_path: Path) -> None:
    learner.perform("import_deck", order(learner, deck(tmp_path)))
    waits = "UPDATE word_bank SET status = 'pending_sense', word_id = NULL WHERE lemma = 'Katze'"
    learner.engine.connection.execute(waits)
    notes = column(exported(learner, tmp_path, "apkg"), "SELECT flds FROM notes")
    assert [note.split("\x1f")[0].partition(" ")[0] for note in notes] == ["Hund"]
