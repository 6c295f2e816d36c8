"""`preview_import`: what a file holds, as far as one must see it to say which column or field is what."""

from pathlib import Path

from services.nlp.imports import archives, collections
from services.nlp.imports.collections import Collection, NoteType
from services.nlp.imports.deck_import import unpacked_collection
from services.nlp.imports.plain_text import plain
from services.nlp.imports.tables import rows_of
from services.nlp.imports.uploads import uploaded
from shared.blobs.ports import Blobs
from shared.learning.transfers import PREVIEW_ROWS, PreviewOrder, PreviewTable
from shared.queue.task import StepRun

LONGEST_CELL = 80  # characters
LONGEST_NAME = 200
"""Characters of the name of a note type or field: longer ones cannot be asked for."""
MOST_COLUMNS = 50
MOST_TABLES = 20


def preview(run: StepRun, order: PreviewOrder, blobs: Blobs) -> list[PreviewTable]:
    """The table, or each note type of the deck, with its first rows.

    Raises:
        PermanentError: As the import itself.
    """
    with uploaded(blobs, run.owner_id, order.upload_id, run.watch) as path:
        return [_table(path)] if order.kind == "words" else _deck(run, path)


def _table(path: Path) -> PreviewTable:
    with rows_of(path) as rows:
        first = [_short(cells) for _, (_, cells) in zip(range(PREVIEW_ROWS + 1), rows, strict=False)]
    return PreviewTable(name="", columns=first[0] if first else [], rows=first[1:])


def _deck(run: StepRun, path: Path) -> list[PreviewTable]:
    with (
        archives.opened(path) as archive,
        collections.opened(unpacked_collection(archive, path.parent), run.watch) as collection,
    ):
        types = list(collection.note_types().values())
        rows = _first_rows(run, collection)
    shown = [note_type for note_type in types if note_type.id in rows][:MOST_TABLES]
    return [_note_type(note_type, rows[note_type.id]) for note_type in shown]


def _first_rows(run: StepRun, collection: Collection) -> dict[int, list[list[str]]]:
    rows: dict[int, list[list[str]]] = {}
    for notes in collection.batches():
        run.watch.check()
        for note in notes:
            some = rows.setdefault(note.type_id, [])
            if len(some) < PREVIEW_ROWS:
                some.append(_short(note.fields))
    return rows


def _note_type(note_type: NoteType, rows: list[list[str]]) -> PreviewTable:
    columns, templates = _names(note_type.fields), _names(note_type.templates)
    return PreviewTable(name=note_type.name[:LONGEST_NAME], columns=columns, rows=rows, templates=templates)


def _names(parts: list[str]) -> list[str]:
    return [part[:LONGEST_NAME] for part in parts[:MOST_COLUMNS]]


def _short(cells: list[str]) -> list[str]:
    return [plain(cell)[:LONGEST_CELL] for cell in cells[:MOST_COLUMNS]]
