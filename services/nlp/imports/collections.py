"""Anki's database, old schema and new: note types, and notes with their cards and reviews, a few hundred at a time.

The file is somebody else's: it is opened read-only, with nothing trusted that its schema could do, and a query that
does not end is stopped with the step.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import msgspec

from shared.jobs.errors import PermanentError
from shared.jobs.steps import Watch

SEPARATOR = "\x1f"
BATCH = 500  # notes
MOST_NOTE_TYPES = 1000
MOST_REVIEWS = 200
"""Of one card that are kept, the newest; what is older is in its memory."""
STEPS = 1_000_000  # instructions of SQLite's machine between two looks at the clock
MOST_VALUE = 32 * 1024**2
"""Bytes of one value: note types of the old schema are a single one, and take a hundredth of that."""
MOST_TEXT = 32 * 1024**2  # characters of one batch's notes; one note may have more
MOST_CARDS = 8  # of one note: only those of its first templates can have a direction
CARDS = f"""
SELECT id, nid, ord, type, queue, CASE WHEN odid <> 0 THEN odue ELSE due END, ivl, factor, reps, lapses,
  substr(data, 1, 10000)
FROM cards WHERE ord < {MOST_CARDS} AND nid IN"""  # noqa: S608 - our own number
MOST_PARTS = 1000  # fields or templates of one note type
# Anki's tables are plain ones; a view or a computed column can be far larger than the file, and has no end.
UNREAL = "SELECT 1 FROM sqlite_master WHERE type = 'view' OR type = 'table' AND rootpage = 0"
COMPUTED = (
    "SELECT 1 FROM sqlite_master AS thing, pragma_table_xinfo(thing.name) AS part"
    " WHERE thing.type = 'table' AND part.hidden <> 0"
)


class NoteType(msgspec.Struct, frozen=True):
    """What notes of one sort look like."""

    id: int
    name: str
    fields: list[str]
    templates: list[str]


class AnkiCard(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `cards`, with its reviews (id in milliseconds, ease, milliseconds taken, type)."""

    id: int
    ord: int
    type: int
    queue: int
    due: int
    ivl: int
    factor: int
    reps: int
    lapses: int
    data: str
    reviews: list[tuple[int, int, int, int]] = []


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `notes` with its cards."""

    id: int
    guid: str
    type_id: int
    fields: list[str]
    cards: list[AnkiCard] = []


class _ModelPart(msgspec.Struct):
    name: str
    ord: int | None = None


class _Model(msgspec.Struct):
    name: str
    flds: list[_ModelPart]
    tmpls: list[_ModelPart]


class Collection:
    """An open collection.

    Args:
        connection: To a copy of its database.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def created(self) -> int:
        """When the collection was made, in seconds: due days are counted from then."""
        return int(self._connection.execute("SELECT crt FROM col").fetchone()[0])

    def notes(self) -> int:
        """How many notes there are."""
        return int(self._connection.execute("SELECT count(*) FROM notes").fetchone()[0])

    def note_types(self) -> dict[int, NoteType]:
        """Note types by id, from the tables of the new schema or the JSON of the old."""
        new = self._connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'notetypes'")
        return self._from_tables() if new.fetchone() else self._from_json()

    def _from_tables(self) -> dict[int, NoteType]:
        types = self._connection.execute("SELECT id, name FROM notetypes LIMIT ?", (MOST_NOTE_TYPES,)).fetchall()
        return {
            int(number): NoteType(int(number), name, self._parts("fields", number), self._parts("templates", number))
            for number, name in types
        }

    def _parts(self, table: str, note_type: int) -> list[str]:
        query = f"SELECT ord, name FROM {table} WHERE ntid = ? LIMIT ?"  # noqa: S608 - ours
        rows = self._connection.execute(query, (note_type, MOST_PARTS))
        return [name for _, name in sorted(rows)]

    def _from_json(self) -> dict[int, NoteType]:
        packed = self._connection.execute("SELECT models FROM col").fetchone()[0]
        models = msgspec.json.decode(packed, type=dict[str, _Model])
        return {
            int(number): NoteType(int(number), model.name, _in_order(model.flds), _in_order(model.tmpls))
            for number, model in models.items()
        }

    def batches(self) -> Iterator[list[Note]]:
        """All notes by id, in batches, so that no number of them fills the memory."""
        last = -1
        while rows := self._some_notes(last):
            last = rows[-1][0]
            notes = {
                row[0]: Note(id=row[0], guid=str(row[1]), type_id=int(row[2]), fields=str(row[3]).split(SEPARATOR))
                for row in rows
            }
            self._add_cards(notes)
            yield list(notes.values())

    def _some_notes(self, last: int) -> list[tuple[Any, ...]]:
        """The next rows, fewer where they are long."""
        rows, size = [], 0
        query = "SELECT id, guid, mid, flds FROM notes WHERE id > ? ORDER BY id LIMIT ?"
        for row in self._connection.execute(query, (last, BATCH)):
            rows.append(row)
            size += len(str(row[1])) + len(str(row[3]))
            if size > MOST_TEXT:
                break
        return rows

    def _add_cards(self, notes: dict[int, Note]) -> None:
        cards: dict[int, AnkiCard] = {}
        for row in self._of(CARDS, notes):
            number, note, order, kind, queue, due, interval, factor, repetitions, lapses = map(int, row[:-1])
            if len(notes[note].cards) == MOST_CARDS:
                continue
            cards[number] = AnkiCard(
                id=number, ord=order, type=kind, queue=queue, due=due, ivl=interval, factor=factor,
                reps=repetitions, lapses=lapses, data=str(row[-1] or ""),
            )  # fmt: skip
            notes[note].cards.append(cards[number])
        for card, *review in self._of("SELECT cid, id, ease, time, type FROM revlog WHERE cid IN", cards):
            at, ease, took, kind = map(int, review)
            log = cards[int(card)].reviews
            log.append((at, ease, took, kind))
            if len(log) > 2 * MOST_REVIEWS:
                _keep_newest(log)
        for each in cards.values():
            _keep_newest(each.reviews)

    def _of(self, query: str, ids: dict[int, Any]) -> Iterator[tuple[Any, ...]]:
        """Rows of a query that belong to any of `ids`, which are numbers: SQLite takes only so many arguments."""
        listed = ",".join(str(int(number)) for number in ids)
        yield from self._connection.execute(f"{query} ({listed})")


def _keep_newest(log: list[tuple[int, int, int, int]]) -> None:
    log.sort()
    del log[:-MOST_REVIEWS]


def _in_order(parts: list[_ModelPart]) -> list[str]:
    numbered = enumerate(parts)
    return [part.name for _, part in sorted(numbered, key=lambda each: each[0] if each[1].ord is None else each[1].ord)]


@contextmanager
def opened(path: Path, watch: Watch) -> Iterator[Collection]:
    """The collection in a file.

    Raises:
        PermanentError: `deck_unreadable`, it is no database of Anki's, or damaged.
    """
    address = f"file:{path}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as connection:
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA cell_size_check = ON")
            connection.create_collation("unicase", _compare)
            connection.text_factory = lambda text: text.decode("utf-8", "replace")
            connection.set_progress_handler(lambda: int(watch.left() == 0.0), STEPS)
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_VALUE)
            _require_plain(connection)
            yield Collection(connection)
    except (sqlite3.Error, msgspec.DecodeError, TypeError, ValueError, KeyError, OverflowError) as error:
        raise PermanentError("deck_unreadable", "The collection in the package is damaged, or not Anki's.") from error


def _require_plain(connection: sqlite3.Connection) -> None:
    for odd in (UNREAL, COMPUTED):
        if connection.execute(odd).fetchone() is not None:
            message = "a collection of Anki's has tables only"
            raise ValueError(message)


def _compare(left: str, right: str) -> int:
    """Anki's own collation, without which its new tables cannot be read."""
    one, other = left.casefold(), right.casefold()
    return (one > other) - (one < other)
