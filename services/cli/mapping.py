"""Which column of a table, or which field of a deck's notes, is the word, and which its translation."""

import sys
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
import typer

from services.cli.console import shown
from services.cli.exits import WRONG, StopError
from services.cli.screen import Screen

FIELDS: Final = {
    "lemma": "the word",
    "translation": "its translation",
    "reading": "its reading (Japanese)",
    "example": "an example",
    "note": "a note",
    "pos": "its part of speech",
}
LONGEST_CELL: Final = 30  # characters of a sample that are shown
Places = Mapping[str, int]
"""Field to its column, counted from 0."""


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """How a table, or the notes of one type, begin."""

    name: str = ""
    """Of the note type; empty for a table."""
    columns: list[str]
    rows: list[list[str]] = []


def given_places(parts: Sequence[str], sample: Sample, fields: Sequence[str]) -> Places:
    """The columns of `--map lemma=Front --map translation=2`: names, or numbers from 1.

    Raises:
        StopError: A part is none, names what is not there, or the word itself is missing.
    """
    places: dict[str, int] = {}
    for part in parts:
        field, _, column = (piece.strip() for piece in part.partition("="))
        if field not in fields or not column:
            raise StopError(WRONG, f"--map {part}: it is FIELD=COLUMN with one of {', '.join(fields)}.")
        place = _place_of(column, sample.columns)
        if place is None:
            raise StopError(WRONG, f"--map {part}: there is no {column!r} among {', '.join(sample.columns)}.")
        places[field] = place
    if "lemma" not in places:
        raise StopError(WRONG, "The word itself is missing: give it as --map lemma=COLUMN.")
    return places


def fits(parts: Sequence[str], sample: Sample) -> bool:
    """Whether all columns of a mapping are there."""
    return all(_place_of(part.partition("=")[2].strip(), sample.columns) is not None for part in parts)


def _place_of(column: str, columns: Sequence[str]) -> int | None:
    if column in columns:
        return columns.index(column)
    number = int(column) if column.isascii() and column.isdigit() else 0
    return number - 1 if 1 <= number <= len(columns) else None


def asked_places(screen: Screen, sample: Sample, fields: Sequence[str]) -> Places:
    """Show the columns and ask where each field is; empty if the word is nowhere.

    Raises:
        StopError: There is no terminal to ask at.
    """
    if not at_terminal():
        raise StopError(
            WRONG,
            f"What is what? Say it as --map lemma={sample.columns[0] if sample.columns else 'COLUMN'}.",
            f"There is: {', '.join(sample.columns)}.",
        )
    screen.say(f"Notes of the type {sample.name}:" if sample.name else "The table begins so:")
    for number, column in enumerate(sample.columns, 1):
        cells = " | ".join(row[number - 1][:LONGEST_CELL] for row in sample.rows if len(row) >= number)
        screen.err.print(shown(f"{number}  {column}: {' '.join(cells.split())}"), soft_wrap=True)
    places: dict[str, int] = {}
    for field in fields:
        number = _asked(f"Which is {FIELDS[field]}? (0: none)", len(sample.columns))
        if number:
            places[field] = number - 1
        elif field == "lemma":
            return {}
    return places


def at_terminal() -> bool:
    """Whether somebody is there to be asked."""
    return sys.stdin.isatty()


def _asked(question: str, most: int) -> int:
    while not 0 <= (number := int(typer.prompt(question, default=0, type=int, err=True))) <= most:
        pass
    return number
