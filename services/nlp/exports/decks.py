"""An export as an Anki package. Ids are the same every time, so importing it twice updates and doubles nothing.

The only import of genanki, which writes notes without a past: what a learner has learnt is put beside each into the
database, as Anki itself keeps it (seen in packages of anki 26.9). genanki's own packages hold all notes in memory and
leave their database behind, so the notes go into one of ours, one at a time.
"""

import html
import itertools
import sqlite3
import time
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zlib import crc32

import genanki
import msgspec

from shared.learning.settings import StudySettings

MODEL_ID = 1_732_094_601
FIELDS = ("Word", "Translation", "Reading", "Example", "Note", "Media")
DIRECTIONS = ("recognition", "production")
"""Of the two templates, in order."""
REVIEW = 2
QUEUES = {0: 0, 1: 1, 2: 2, 3: 1}
"""Anki's queue of a card that is new, learning, in review, learning again."""
TYPES = {0: 0, 1: 0, 2: 1, 3: 2}
"""The type of a review in Anki's log by the card's state before it."""
FACTOR = 2500  # per mille: Anki wants an ease, which FSRS does not use
EPOCH = datetime.fromtimestamp(0, UTC)
MILLISECOND = timedelta(milliseconds=1)
REVIEWED = "INSERT OR IGNORE INTO revlog VALUES (?, ?, -1, ?, 0, 0, 0, ?, ?)"
ANSWER = "{{FrontSide}}<hr id=answer>"
MODEL = genanki.Model(
    MODEL_ID,
    "Parlance",
    fields=[{"name": name} for name in FIELDS],
    templates=[
        {
            "name": "Recognition",
            "qfmt": "{{Word}}",
            "afmt": f"{ANSWER}{{{{Translation}}}}<br>{{{{Reading}}}}<br>{{{{Example}}}}<br>{{{{Media}}}}",
        },
        {
            "name": "Production",
            "qfmt": "{{#Translation}}{{Translation}}{{/Translation}}",
            "afmt": f"{ANSWER}{{{{Word}}}}<br>{{{{Reading}}}}<br>{{{{Example}}}}<br>{{{{Media}}}}",
        },
    ],
)

Row = dict[str, Any]


class DeckCard(msgspec.Struct, frozen=True, kw_only=True):
    """A card as the database has it, with its reviews."""

    row: Row
    reviews: list[Row]


class DeckNote(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the bank as a note."""

    entry_id: UUID
    language: str
    native_language: str
    texts: tuple[str, str, str, str, str]
    """Word, translation, reading, example, note: plain text."""
    media: list[str]
    """Names of files that go along."""
    cards: list[DeckCard]


def write_collection(path: Path, notes: Iterable[DeckNote], settings: StudySettings) -> int:
    """Write Anki's database with a deck a language pair; returns how many notes there are. One is in memory at a time.

    Args:
        path: The file to make.
        notes: Read once.
        settings: How the learner studies, and when their day begins.
    """
    with closing(sqlite3.connect(path)) as connection, connection:
        collection = _Collection(connection.cursor(), settings)
        for note in notes:
            collection.add(note)
        return collection.finish()


def pack(path: Path, collection: Path, media: Sequence[Path]) -> None:
    """Write the package: the database, and each medium under a number that the map tells the name of."""
    names = {str(number): file.name for number, file in enumerate(media)}
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(collection, "collection.anki2", zipfile.ZIP_DEFLATED)
        archive.writestr("media", msgspec.json.encode(names))
        for number, file in enumerate(media):
            archive.write(file, str(number))


def stable_id(name: str) -> int:
    """A deck's number: the same for the same name, and one that Anki would not make itself."""
    return 1_000_000_000 + crc32(name.encode()) % 900_000_000


def _fields(note: DeckNote) -> list[str]:
    shown = [html.escape(text) for text in note.texts]
    return [*shown, "".join(map(_shown, note.media))]


def _shown(name: str) -> str:
    is_image = name.lower().endswith((".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".bmp"))
    return f'<img src="{html.escape(name)}">' if is_image else f"[sound:{name}]"


class _Collection:
    """A database of Anki's that is being written.

    Args:
        cursor: Of an empty database.
        settings: The learner's. Anki keeps the retention with each card, and counts days as its user lives them.
    """

    def __init__(self, cursor: sqlite3.Cursor, settings: StudySettings) -> None:
        self._cursor = cursor
        self._settings = settings
        self._now = time.time()
        self._ids: Iterator[int] = itertools.count(int(self._now * 1000))
        self._decks: dict[str, genanki.Deck] = {}
        self._notes = 0
        genanki.Package([]).write_to_db(cursor, self._now, self._ids)
        created = int(cursor.execute("SELECT crt FROM col").fetchone()[0])
        self._first = settings.on_the_wall(datetime.fromtimestamp(created, UTC))

    def add(self, note: DeckNote) -> None:
        """Write a note and its cards as they were learnt; without any it is a new card that asks for recognition."""
        note_id = next(self._ids)
        written = genanki.Note(model=MODEL, fields=_fields(note), guid=note.entry_id.hex)
        written.write_to_db(self._cursor, self._now, self._deck(note), itertools.chain((note_id,), self._ids))
        kept = {DIRECTIONS.index(card.row["direction"]): card for card in note.cards}
        for order in {0, 1} - (set(kept) or {0}):
            self._cursor.execute("DELETE FROM cards WHERE nid = ? AND ord = ?", (note_id, order))
        for order, card in kept.items():
            self._add_card(note_id, order, card)
        self._notes += 1

    def finish(self) -> int:
        """Write the decks and what their notes look like; how many notes there are."""
        for deck in self._decks.values():
            deck.add_model(MODEL)
            deck.write_to_db(self._cursor, self._now, self._ids)
        return self._notes

    def _deck(self, note: DeckNote) -> int:
        name = f"Parlance {note.language} - {note.native_language}"
        if name not in self._decks:
            self._decks[name] = genanki.Deck(stable_id(name), name)
        return int(self._decks[name].deck_id)

    def _add_card(self, note_id: int, order: int, card: DeckCard) -> None:
        query = "SELECT id FROM cards WHERE nid = ? AND ord = ?"
        found = self._cursor.execute(query, (note_id, order)).fetchone()
        if found is not None:  # genanki makes no card whose question would be empty
            _write_card(self._cursor, found[0], card.row, self._first, self._settings)
            _write_reviews(self._cursor, found[0], card.reviews)


def _write_card(cursor: sqlite3.Cursor, card_id: int, row: Row, first: date, settings: StudySettings) -> None:
    """Of a review Anki keeps the number of the day: it is the learner's day, whatever the hour."""
    state = row["state"]
    interval = max(1, (row["due"] - row["last_review"]).days) if state == REVIEW else 0
    queue = -1 if row["suspended"] else QUEUES[state]
    shown_due = {0: 0, REVIEW: (settings.day(row["due"]) - first).days}.get(state, _seconds(row["due"]))
    values = (state, queue, shown_due, interval, FACTOR if state else 0, row["reviews"], row["lapses"])
    cursor.execute(
        "UPDATE cards SET type = ?, queue = ?, due = ?, ivl = ?, factor = ?, reps = ?, lapses = ?, data = ?"
        " WHERE id = ?",
        (*values, _data(row, settings.desired_retention) if state else "", card_id),
    )


def _data(row: Row, retention: float) -> str:
    known = {"s": row["stability"], "d": row["difficulty"], "dr": retention, "lrt": _seconds(row["last_review"])}
    return msgspec.json.encode(known).decode()


def _seconds(moment: datetime) -> int:
    return int(moment.astimezone(UTC).timestamp())


def _write_reviews(cursor: sqlite3.Cursor, card_id: int, reviews: list[Row]) -> None:
    """Anki's log is ordered by milliseconds, which are its key: of two at once the second is one later.

    None is earlier than it was, and none later but for that: a review that comes back is known by its moment.
    """
    for review in reviews:
        at = (review["reviewed_at"] - EPOCH) // MILLISECOND
        values = (card_id, review["rating"], review["duration_ms"] or 0, TYPES[review["state_before"]])
        while not cursor.execute(REVIEWED, (at, *values)).rowcount:
            at += 1
