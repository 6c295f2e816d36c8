"""Databases that somebody else has made: larger than they look, or not Anki's at all."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest

from services.nlp.imports import collections
from services.nlp.imports.collections import MOST_CARDS, MOST_REVIEWS, MOST_TEXT, MOST_VALUE, Note
from shared.jobs.errors import PermanentError
from tests.support.decks import basic_deck, members_of
from tests.support.step_watch import HandWatch

AS_VIEW = [
    "ALTER TABLE notes RENAME TO hidden",
    "CREATE VIEW notes AS SELECT id, guid, mid, hex(zeroblob(1000000)) AS flds FROM hidden",
]
COMPUTED = [
    "DROP TABLE notes",
    "CREATE TABLE notes (id integer PRIMARY KEY, guid, mid, flds AS (hex(zeroblob(1000000))))",
    "INSERT INTO notes (guid, mid) VALUES ('a', 1)",
]
VIRTUAL = ["DROP TABLE notes", "CREATE VIRTUAL TABLE notes USING fts5(id, guid, mid, flds)"]
LONG = [f"UPDATE notes SET flds = CAST(zeroblob({MOST_VALUE + 1}) AS text)"]  # noqa: S608 - our own number
NO_NUMBER = ["UPDATE cards SET due = 'never'"]
ENDLESS = ["UPDATE cards SET ivl = 1e999"]

NUMBERS = (
    "CREATE TABLE number AS SELECT 10 * (10 * one.n + two.n) + three.n + 1 AS n"
    " FROM digit AS one, digit AS two, digit AS three"
)
CARD = (
    "INSERT INTO cards SELECT (SELECT max(id) FROM cards) + n, nid, did, 0, mod, usn, type, queue, due, ivl, factor,"
    " reps, lapses, left, odue, odid, flags, data FROM (SELECT * FROM cards ORDER BY id LIMIT 1), number"
)
MANY = [
    "CREATE TABLE digit AS SELECT value AS n FROM json_each('[0,1,2,3,4,5,6,7,8,9]')",
    NUMBERS,
    "INSERT INTO revlog SELECT n, (SELECT min(id) FROM cards), -1, 3, 1, 1, 0, 1, 1 FROM number",
    CARD,
]
"""A thousand reviews of one card, and a thousand cards of one note."""


def collection(folder: Path, statements: Iterable[str] = ()) -> Path:
    path = folder / "collection"
    path.write_bytes(
        members_of(basic_deck(folder / "deck.apkg", [("Hund", "dog"), ("Katze", "cat")]))["collection.anki2"]
    )
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)
    return path


def read(path: Path) -> list[list[Note]]:
    with collections.opened(path, HandWatch()) as opened:
        return list(opened.batches())


@pytest.mark.parametrize("statements", [AS_VIEW, COMPUTED, VIRTUAL, LONG, NO_NUMBER, ENDLESS])
def test_what_is_no_plain_table_of_numbers_and_short_texts_is_refused(tmp_path: Path, statements: list[str]) -> None:
    path = collection(tmp_path, statements)
    with pytest.raises(PermanentError) as refused:
        read(path)
    assert refused.value.code == "deck_unreadable"


def test_of_a_card_the_newest_reviews_are_kept_and_of_a_note_few_cards(tmp_path: Path) -> None:
    path = collection(tmp_path, MANY)
    (notes,) = read(path)
    first = min((each for note in notes for each in note.cards), key=lambda each: each.id)
    assert [review[0] for review in first.reviews] == list(range(1001 - MOST_REVIEWS, 1001))
    assert max(len(note.cards) for note in notes) == MOST_CARDS


def test_long_notes_come_a_few_at_a_time(tmp_path: Path) -> None:
    path = collection(tmp_path, [f"UPDATE notes SET flds = CAST(zeroblob({MOST_TEXT // 2 + 1}) AS text)"])  # noqa: S608 - our own number
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO notes SELECT max(id) + 1, 'c', mid, mod, usn, tags, flds, 0, 0, 0, '' FROM notes"
        )
    assert [len(notes) for notes in read(path)] == [2, 1]
