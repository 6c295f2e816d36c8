"""What goes out comes in again as it was: JSON, CSV, and a deck with all that was learnt."""

import csv
import io
import json
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from services.nlp.exports.decks import stable_id
from shared.learning.transfers import DeckImport, ExportOrder, Fields
from tests.integration.nlp.conftest import Learner
from tests.integration.nlp.test_deck_import import deck, order
from tests.support.decks import members_of

WANTED = {"Parlance": Fields(lemma="Word", translation="Translation", reading="Reading", note="Note")}


def exported(learner: Learner, folder: Path, form: str) -> Path:
    done = learner.perform("export_learner", ExportOrder(format=form))  # type: ignore[arg-type]  # one of the two
    path = folder / str(done.output["archive_name"])
    path.write_bytes(learner.blobs.get(done.output["archive_key"]))
    return path


def cards_in(path: Path) -> list[tuple[object, ...]]:
    database = path.with_suffix(".db")
    database.write_bytes(members_of(path)["collection.anki2"])
    with closing(sqlite3.connect(database)) as connection:
        query = (
            "SELECT guid, ord, type, reps, lapses, cards.data FROM cards"
            " JOIN notes ON notes.id = nid ORDER BY guid, ord"
        )
        return connection.execute(query).fetchall()


def test_everything_goes_out_as_json_and_csv_and_nothing_of_others(learner: Learner, tmp_path: Path) -> None:
    learner.perform("import_deck", order(learner, deck(tmp_path)))
    stranger = Learner(learner.engine, "a stranger")
    stranger.perform("import_deck", order(stranger, deck(tmp_path)))
    with zipfile.ZipFile(exported(learner, tmp_path, "json")) as archive:
        tables = {name: json.loads(archive.read(name)) for name in archive.namelist() if name.endswith(".json")}
        words = list(csv.DictReader(io.StringIO(archive.read("words.csv").decode("utf-8-sig"))))
    assert tables["account.json"]["account"][0]["id"] == str(learner.id)
    assert {name: len(tables[f"{name}.json"]) for name in ("word_bank", "cards", "reviews")} == {
        "word_bank": 2,
        "cards": 4,
        "reviews": 2,
    }
    assert [(row["lemma"], row["translations"]) for row in sorted(words, key=lambda row: row["lemma"])] == [
        ("Hund", "dog"),
        ("Katze", "cat"),
    ]
    assert str(stranger.id) not in json.dumps(tables)
    assert "password" not in json.dumps(tables)


def test_a_spreadsheet_is_given_no_formula(learner: Learner, tmp_path: Path) -> None:
    learner.perform("import_deck", order(learner, deck(tmp_path)))
    learner.engine.connection.execute("UPDATE word_bank SET note = '=1+1' WHERE lemma = 'Hund'")
    with zipfile.ZipFile(exported(learner, tmp_path, "json")) as archive:
        assert ",'=1+1," in archive.read("words.csv").decode()


def test_a_deck_goes_out_with_what_was_learnt_and_the_same_ids_each_time(learner: Learner, tmp_path: Path) -> None:
    learner.perform("import_deck", order(learner, deck(tmp_path)))
    path = exported(learner, tmp_path, "apkg")
    first = cards_in(path)
    assert first == cards_in(exported(learner, tmp_path, "apkg"))
    assert len(first) == 4
    (remembered,) = [row for row in first if row[2]]
    assert remembered[1:5] == (0, 2, 2, 1)
    assert json.loads(str(remembered[5])) == {"s": 12.5, "d": 4.25, "dr": 0.9, "lrt": 1_767_225_600}
    assert b"sound" in members_of(path).values()


def test_a_deck_that_went_out_comes_in_without_doubling_anything(learner: Learner, tmp_path: Path) -> None:
    learner.perform("import_deck", order(learner, deck(tmp_path)))
    upload = learner.upload(exported(learner, tmp_path, "apkg"))
    done = learner.perform("import_deck", DeckImport(upload_id=upload, pair_id=learner.pair, note_types=WANTED))
    assert done.output["counts"] == {"duplicate": 2}
    assert (learner.count("word_bank"), learner.count("cards"), learner.count("reviews")) == (2, 4, 2)


def test_somebody_else_gets_the_same_memory_out_of_it(learner: Learner, tmp_path: Path) -> None:
    learner.perform("import_deck", order(learner, deck(tmp_path)))
    other = Learner(learner.engine, "another")
    upload = other.upload(exported(learner, tmp_path, "apkg"))
    done = other.perform("import_deck", DeckImport(upload_id=upload, pair_id=other.pair, note_types=WANTED))
    assert done.output["counts"] == {"new": 2}
    columns = "SELECT state, stability, difficulty, last_review, reviews, lapses FROM cards"
    theirs = other.rows(f"{columns} WHERE owner_id = $1 AND state > 0", other.id)
    assert theirs == learner.rows(f"{columns} WHERE owner_id = $1 AND state > 0", learner.id)
    assert (other.count("reviews"), other.count("entry_media")) == (2, 1)


@pytest.mark.parametrize("name", ["Parlance de - en", "Parlance ja - en"])
def test_a_decks_number_is_the_same_for_its_name_alone(name: str) -> None:
    assert stable_id(name) == stable_id(name)
    assert stable_id(name) != stable_id(name + "x")
