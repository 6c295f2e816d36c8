"""Rows of orders as people keep them: CSV from a spreadsheet (comma, semicolon or tab) or JSON lines. Pure."""

import csv
import io
from collections.abc import Iterable
from typing import Any, Final, Literal

import msgspec

from services.cli.exits import WRONG, StopError

DELIMITERS: Final = ",;\t"
REPORT_COLUMNS: Final = ("error_code", "error_message")
"""Written into the rows that failed, and ignored when they are read again."""


class Row(msgspec.Struct, frozen=True):
    """One row: its number as a spreadsheet or an editor counts, and its cells by column."""

    number: int
    cells: dict[str, Any]


class Fault(msgspec.Struct, frozen=True):
    """What is wrong with one cell; `column` is empty if it is the row as a whole."""

    row: int
    column: str
    message: str

    def __str__(self) -> str:
        return f"row {self.row}, {self.column}: {self.message}" if self.column else f"row {self.row}: {self.message}"


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """All rows, and how to write some of them down in the same way."""

    kind: Literal["csv", "jsonl"]
    rows: list[Row]
    columns: tuple[str, ...] = ()
    """Of CSV."""
    delimiter: str = ","
    """Of CSV."""
    faults: list[Fault] = []


def read_sheet(data: bytes, name: str) -> Sheet:
    """The rows of a file; its name or, without a telling one, its first character says what it is.

    Raises:
        StopError: It is no text, or has no rows.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise StopError(WRONG, f"{name} is not UTF-8 text: export it as UTF-8.") from None
    if "\0" in text:
        raise StopError(WRONG, f"{name} is not plain text: it contains NUL characters.")
    lowered = name.lower()
    as_lines = lowered.endswith((".jsonl", ".ndjson"))
    if not as_lines and not lowered.endswith((".csv", ".tsv")):
        as_lines = text.lstrip().startswith("{")
    sheet = _json_lines(text) if as_lines else _csv(text)
    if not sheet.rows and not sheet.faults:
        raise StopError(WRONG, f"{name} has no rows.")
    return sheet


def _json_lines(text: str) -> Sheet:
    rows, faults = [], []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            rows.append(Row(number, msgspec.json.decode(line, type=dict[str, Any])))
        except (msgspec.MsgspecError, RecursionError):
            faults.append(Fault(number, "", "is no JSON object"))
    return Sheet(kind="jsonl", rows=rows, faults=faults)


def _csv(text: str) -> Sheet:
    head = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=head.count)  # the first of several that are as frequent: the comma
    rows: list[Row] = []
    faults: list[Fault] = []
    columns: tuple[str, ...] = ()
    number = 0
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), 1):
            if not any(cell.strip() for cell in cells):
                continue
            if not columns:
                columns = tuple(cell.strip() for cell in cells)
                faults += _doubled(number, columns)
            elif len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
                faults.append(Fault(number, "", f"has {len(cells)} cells, the first row only {len(columns)}"))
            else:
                rows.append(Row(number, dict(zip(columns, cells, strict=False))))
    except csv.Error as error:
        faults.append(Fault(number + 1, "", f"is not CSV: {error}"))
    return Sheet(kind="csv", rows=rows, columns=columns, delimiter=delimiter, faults=faults)


def _doubled(number: int, columns: tuple[str, ...]) -> Iterable[Fault]:
    for column in dict.fromkeys(columns):
        if column and columns.count(column) > 1:
            yield Fault(number, column, "is there more than once")


def failed_rows(sheet: Sheet, failures: Iterable[tuple[Row, str, str]]) -> str:
    """The rows that failed in the input's own format, with code and message: fit to be read again."""
    if sheet.kind == "jsonl":
        return "".join(
            msgspec.json.encode(row.cells | dict(zip(REPORT_COLUMNS, report, strict=True))).decode() + "\n"
            for row, *report in failures
        )
    kept = [column for column in sheet.columns if column and column not in REPORT_COLUMNS]
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=sheet.delimiter, lineterminator="\n")
    writer.writerow([*kept, *REPORT_COLUMNS])
    for row, code, message in failures:
        writer.writerow([*(row.cells.get(column, "") for column in kept), code, message])
    return written.getvalue()
