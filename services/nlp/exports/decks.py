"""An export as an Anki package. Ids are the same every time, so importing it twice updates and doubles nothing.

The only import of genanki, which writes decks without a past: what a learner has learnt is put into its database before
it is packed, as Anki itself keeps it (data.md, section 6.2).
"""

import html
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID
from zlib import crc32

import genanki
import msgspec

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
DAY = 86_400  # seconds
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


def write_package(path: Path, notes: Iterable[DeckNote], media: list[Path], retention: float) -> int:
    """Write a deck a language pair; returns how many notes there are."""
    decks: dict[str, genanki.Deck] = {}
    cards: dict[str, list[DeckCard]] = {}
    for note in notes:
        name = f"Parlance {note.language} - {note.native_language}"
        deck = decks.setdefault(name, genanki.Deck(stable_id(name), name))
        deck.add_note(genanki.Note(model=MODEL, fields=_fields(note), guid=note.entry_id.hex))
        cards[note.entry_id.hex] = note.cards
    package = _Package(list(decks.values()), media_files=[str(file) for file in media])
    package.learnt = cards
    package.retention = retention
    package.write_to_file(str(path))
    return len(cards)


def stable_id(name: str) -> int:
    """A deck's number: the same for the same name, and one that Anki would not make itself."""
    return 1_000_000_000 + crc32(name.encode()) % 900_000_000


def _fields(note: DeckNote) -> list[str]:
    shown = [html.escape(text) for text in note.texts]
    return [*shown, "".join(map(_shown, note.media))]


def _shown(name: str) -> str:
    is_image = name.lower().endswith((".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".bmp"))
    return f'<img src="{html.escape(name)}">' if is_image else f"[sound:{name}]"


class _Package(genanki.Package):  # type: ignore[misc]  # genanki ships no types
    """A package that also writes what was learnt."""

    learnt: dict[str, list[DeckCard]]
    retention: float

    def write_to_db(self, cursor: sqlite3.Cursor, timestamp: float, id_gen: Iterator[int]) -> None:
        super().write_to_db(cursor, timestamp, id_gen)
        created = int(cursor.execute("SELECT crt FROM col").fetchone()[0])
        used: set[int] = set()
        for note_id, guid in cursor.execute("SELECT id, guid FROM notes").fetchall():
            _write_note(cursor, note_id, self.learnt[guid], created, self.retention, used)


def _write_note(  # noqa: PLR0917 - one note and where everything about it goes
    cursor: sqlite3.Cursor, note_id: int, cards: list[DeckCard], created: int, retention: float, used: set[int]
) -> None:
    """Its cards as they were learnt; without any it stays a new card that asks for recognition."""
    kept = {DIRECTIONS.index(card.row["direction"]): card for card in cards}
    for order in {0, 1} - (set(kept) or {0}):
        cursor.execute("DELETE FROM cards WHERE nid = ? AND ord = ?", (note_id, order))
    for order, card in kept.items():
        found = cursor.execute("SELECT id FROM cards WHERE nid = ? AND ord = ?", (note_id, order)).fetchone()
        if found is not None:  # genanki makes no card whose question would be empty
            _write_card(cursor, found[0], card.row, created, retention)
            _write_reviews(cursor, found[0], card.reviews, used)


def _write_card(cursor: sqlite3.Cursor, card_id: int, row: Row, created: int, retention: float) -> None:
    state, due = row["state"], row["due"].timestamp()
    days = int((due - created) // DAY)
    interval = max(1, (row["due"] - row["last_review"]).days) if state == REVIEW else 0
    queue = -1 if row["suspended"] else QUEUES[state]
    shown_due = {0: 0, REVIEW: days}.get(state, int(due))
    values = (state, queue, shown_due, interval, FACTOR if state else 0, row["reviews"], row["lapses"])
    cursor.execute(
        "UPDATE cards SET type = ?, queue = ?, due = ?, ivl = ?, factor = ?, reps = ?, lapses = ?, data = ?"
        " WHERE id = ?",
        (*values, _data(row, retention) if state else "", card_id),
    )


def _data(row: Row, retention: float) -> str:
    known = {"s": row["stability"], "d": row["difficulty"], "dr": retention, "lrt": _seconds(row["last_review"])}
    return msgspec.json.encode(known).decode()


def _seconds(moment: datetime) -> int:
    return int(moment.astimezone(UTC).timestamp())


def _write_reviews(cursor: sqlite3.Cursor, card_id: int, reviews: list[Row], used: set[int]) -> None:
    """Anki's log is ordered by milliseconds, which are its key: of two at once the second is one later."""
    for review in reviews:
        at = round(review["reviewed_at"].timestamp() * 1000)
        while at in used:
            at += 1
        used.add(at)
        values = (at, card_id, review["rating"], review["duration_ms"] or 0, TYPES[review["state_before"]])
        cursor.execute("INSERT INTO revlog VALUES (?, ?, -1, ?, 0, 0, 0, ?, ?)", values)
