"""An export as a zip: each table as JSON, the word bank as a table for spreadsheets too."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from services.nlp.exports.gathering import ACCOUNT, BANK, PAGE, TABLES, Row, list_words, owned, pages, rows, table
from shared.queue.task import StepRun

VERSION = 1
COLUMNS = ("lemma", "pos", "status", "language", "translations", "reading", "article", "plural", "note", "created_at")
README = """This is everything that Parlance keeps for you.

*.json       arrays, a row a line, as the database has them; times are UTC
words.csv    your word bank for a spreadsheet (UTF-8)
"""
RISKY = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the begin of a formula."""


def write_archive(run: StepRun, path: Path) -> dict[str, int]:
    """Write everything that the owner owns; returns how many rows of each table. Never more than a page in memory."""
    counts = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", README)
        account = rows(run.database, ACCOUNT, run.owner_id)
        archive.writestr("account.json", msgspec.json.encode({"version": VERSION, "account": account[:1]}))
        total, done = owned(run.database, run.owner_id, TABLES), 0
        for name in TABLES:
            found = _told(run, table(run.database, run.owner_id, name), done, total)
            counts[name] = _write_json(archive, f"{name}.json", found)
            done += counts[name]
        found = list_words(run.database, run.owner_id)
        counts["word_list_words"] = _write_json(archive, "word_list_words.json", found)
        _write_csv(archive, run)
    return counts


def _told(run: StepRun, found: Iterable[Row], done: int, total: int) -> Iterator[Row]:
    """The same rows; the job's watchers hear of every thousand of them, and it may be stopped there."""
    for number, row in enumerate(found):
        if number % PAGE == 0:
            run.watch.check()
            run.watch.progress(done + number, total, "packing rows")
        yield row


def _write_json(archive: zipfile.ZipFile, name: str, found: Iterable[Row]) -> int:
    """A JSON array, a row a line."""
    count = 0
    with archive.open(name, "w", force_zip64=True) as file:
        file.write(b"[")
        for row in found:
            file.write((b",\n" if count else b"\n") + msgspec.json.encode(row))
            count += 1
        file.write(b"\n]\n")
    return count


def _write_csv(archive: zipfile.ZipFile, run: StepRun) -> None:
    with (
        archive.open("words.csv", "w", force_zip64=True) as binary,
        io.TextIOWrapper(binary, encoding="utf-8-sig", newline="") as text,
    ):
        writer = csv.writer(text)
        writer.writerow(COLUMNS)
        for page in pages(run.database, run.owner_id, BANK):
            run.watch.check()
            writer.writerows(_cells(page))


def _cells(page: list[Row]) -> Iterator[list[str]]:
    for row in page:
        shown = {**row, "translations": "; ".join(translations_of(row)), "created_at": row["created_at"].isoformat()}
        yield [_harmless(shown[column]) for column in COLUMNS]


def translations_of(row: Row) -> list[str]:
    """What the word means in the pair's other language."""
    translations: list[str] = (row["translations"] or {}).get(row["native_language"], [])
    return translations


def _harmless(value: Any) -> str:  # noqa: ANN401 - whatever a column holds
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(RISKY) else text
