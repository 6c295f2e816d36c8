"""Anki packages for tests, in all three formats: by genanki, and from that by hand."""

import json
import sqlite3
import zipfile
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path

import genanki
import zstandard

MODEL = genanki.Model(
    1_607_392_319,
    "Basic (and reversed)",
    fields=[{"name": "Front"}, {"name": "Back"}],
    templates=[
        {"name": "Card 1", "qfmt": "{{Front}}", "afmt": "{{Back}}"},
        {"name": "Card 2", "qfmt": "{{Back}}", "afmt": "{{Front}}"},
    ],
)
NEW_TABLES = """
CREATE TABLE notetypes (id integer PRIMARY KEY, name text NOT NULL COLLATE unicase, mtime_secs integer, usn integer,
  config blob);
CREATE TABLE fields (ntid integer, ord integer, name text COLLATE unicase, config blob, PRIMARY KEY (ntid, ord))
  WITHOUT ROWID;
CREATE TABLE templates (ntid integer, ord integer, name text COLLATE unicase, mtime_secs integer, usn integer,
  config blob, PRIMARY KEY (ntid, ord)) WITHOUT ROWID;
"""
STUB = b"Please update to the latest Anki version"


def basic_deck(path: Path, rows: Iterable[tuple[str, str]], media: Iterable[Path] = ()) -> Path:
    """A deck as genanki writes it, a note a row; guids stay the same."""
    deck = genanki.Deck(2_059_400_110, "A deck")
    for front, back in rows:
        deck.add_note(genanki.Note(model=MODEL, fields=[front, back], guid=f"guid {front}"))
    genanki.Package(deck, media_files=[str(file) for file in media]).write_to_file(str(path))
    return path


def learnt(path: Path, statements: Iterable[tuple[str, tuple[object, ...]]]) -> Path:
    """The same deck after some SQL in its collection."""
    members = members_of(path)
    database = path.with_suffix(".db")
    database.write_bytes(members["collection.anki2"])
    with closing(sqlite3.connect(database)) as connection, connection:
        for statement, values in statements:
            connection.execute(statement, values)
    return packed(path, members | {"collection.anki2": database.read_bytes()})


def members_of(path: Path) -> dict[str, bytes]:
    """What a package holds."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(path: Path, members: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    """A package that holds this."""
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return path


def as_anki21(path: Path) -> Path:
    """The same deck as Anki exports it for older versions: the notes in anki21, a stub in anki2."""
    members = members_of(path)
    stub = stub_collection(path)
    moved = {"collection.anki21": members["collection.anki2"], "collection.anki2": stub, "meta": b"\x08\x02"}
    return packed(path, members | moved)


def as_anki21b(path: Path) -> Path:
    """The same deck as Anki exports it today: new tables, zstd, and a list of media in protocol buffers."""
    members = members_of(path)
    names = json.loads(members.pop("media"))
    new = {
        "collection.anki21b": zstandard.compress(_with_new_tables(path, members.pop("collection.anki2"))),
        "collection.anki2": stub_collection(path),
        "meta": b"\x08\x03",
        "media": zstandard.compress(b"".join(_media_entry(names[str(at)]) for at in range(len(names)))),
    }
    return packed(path, {name: zstandard.compress(body) for name, body in members.items()} | new)


def stub_collection(path: Path) -> bytes:
    """A collection whose one note asks to update Anki."""
    stub = basic_deck(path.with_suffix(".stub"), [(STUB.decode(), "")])
    return members_of(stub)["collection.anki2"]


def _with_new_tables(path: Path, collection: bytes) -> bytes:
    database = path.with_suffix(".new")
    database.write_bytes(collection)
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.create_collation("unicase", lambda one, other: (one > other) - (one < other))
        models = json.loads(connection.execute("SELECT models FROM col").fetchone()[0])
        connection.executescript(NEW_TABLES)
        for number, model in models.items():
            connection.execute("INSERT INTO notetypes VALUES (?, ?, 0, 0, x'')", (int(number), model["name"]))
            for field in model["flds"]:
                values = (int(number), field["ord"], field["name"])
                connection.execute("INSERT INTO fields VALUES (?, ?, ?, x'')", values)
            for template in model["tmpls"]:
                values = (int(number), template["ord"], template["name"])
                connection.execute("INSERT INTO templates VALUES (?, ?, ?, 0, 0, x'')", values)
        connection.execute("UPDATE col SET models = ''")
    return database.read_bytes()


def _media_entry(name: str) -> bytes:
    """`MediaEntry` with its name (field 1), size (2) and SHA-1 (3), as field 1 of `MediaEntries`."""
    body = b"\x0a" + bytes([len(name.encode())]) + name.encode() + b"\x10\x05" + b"\x1a\x14" + bytes(20)
    return b"\x0a" + bytes([len(body)]) + body
