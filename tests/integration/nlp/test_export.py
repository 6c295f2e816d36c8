"""What goes out comes in again as it was: JSON, CSV, and a deck with all that was learnt."""

import csv
import io
import json
import sqlite3
import zipfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from services.nlp.exports.decks import DeckCard, DeckNote, stable_id, write_collection
from shared.jobs.errors import StepStoppedError
from shared.learning.settings import StudySettings
from shared.learning.transfers import DeckImport, ExportOrder, Fields
from tests.integration.nlp.conftest import Learner
from tests.integration.nlp.test_deck_import import deck, order
from tests.support.decks import members_of
from tests.support.step_watch import HandWatch

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


def words_in(path: Path) -> set[str]:
    database = path.with_suffix(".words.db")
    database.write_bytes(members_of(path)["collection.anki2"])
    with closing(sqlite3.connect(database)) as connection:
        return {fields.split("\x1f")[0] for (fields,) in connection.execute("SELECT flds FROM notes")}


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


@pytest.mark.parametrize("article", ["der", "der/die"])
def test_a_word_goes_out_with_its_article_and_comes_in_as_the_same_entry(
    learner: Learner, tmp_path: Path, article: str
) -> None:
    learner.perform("import_deck", order(learner, deck(tmp_path)))
    learner.engine.connection.execute("UPDATE words SET article = $1 WHERE lemma = 'Hund'", (article,))
    path = exported(learner, tmp_path, "apkg")
    assert words_in(path) == {f"{article} Hund", "Katze"}
    done = learner.perform(
        "import_deck", DeckImport(upload_id=learner.upload(path), pair_id=learner.pair, note_types=WANTED)
    )
    assert (done.output["counts"], learner.count("word_bank")) == ({"duplicate": 2}, 2)


def test_a_note_over_which_somebody_wrote_another_word_is_another_entry(learner: Learner, tmp_path: Path) -> None:
    learner.perform("import_deck", order(learner, deck(tmp_path)))
    path = exported(learner, tmp_path, "apkg")
    learner.engine.connection.execute("UPDATE words SET lemma = 'Rüde', folded = 'rude' WHERE lemma = 'Hund'")
    learner.engine.connection.execute("UPDATE word_bank SET lemma = 'Rüde' WHERE lemma = 'Hund'")
    done = learner.perform(
        "import_deck", DeckImport(upload_id=learner.upload(path), pair_id=learner.pair, note_types=WANTED)
    )
    assert (done.output["counts"], learner.count("word_bank")) == ({"duplicate": 1, "new": 1}, 3)


def test_somebody_else_gets_the_same_memory_out_of_it(learner: Learner, tmp_path: Path) -> None:
    learner.perform("import_deck", order(learner, deck(tmp_path)))
    other = Learner(learner.engine, "another")
    upload = other.upload(exported(learner, tmp_path, "apkg"))
    done = other.perform("import_deck", DeckImport(upload_id=upload, pair_id=other.pair, note_types=WANTED))
    assert done.output["counts"] == {"new": 2}
    assert other.count("words") == 2, "words of their own, not those of whose deck it was"
    columns = "SELECT state, stability, difficulty, last_review, reviews, lapses FROM cards"
    theirs = other.rows(f"{columns} WHERE owner_id = $1 AND state > 0", other.id)
    assert theirs == learner.rows(f"{columns} WHERE owner_id = $1 AND state > 0", learner.id)
    assert (other.count("reviews"), other.count("entry_media")) == (2, 1)


@pytest.mark.parametrize("name", ["Parlance de - en", "Parlance ja - en"])
def test_a_decks_number_is_the_same_for_its_name_alone(name: str) -> None:
    assert stable_id(name) == stable_id(name)
    assert stable_id(name) != stable_id(name + "x")


@pytest.mark.parametrize(("form", "looks"), [("json", 1), ("apkg", 0)])
def test_an_export_tells_how_far_it_is_and_can_be_stopped(
    learner: Learner, tmp_path: Path, form: str, looks: int
) -> None:
    learner.perform("import_deck", order(learner, deck(tmp_path)))
    watch = HandWatch()
    learner.perform("export_learner", ExportOrder(format=form), watch=watch)  # type: ignore[arg-type]  # one of the two
    assert {total for _, total, _ in watch.reports} == {2 if form == "apkg" else 11}
    with pytest.raises(StepStoppedError):
        learner.perform("export_learner", ExportOrder(format=form), watch=HandWatch(stop_after=looks))  # type: ignore[arg-type]


def test_pages_of_a_deck_join_without_a_gap(learner: Learner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    learner.perform("import_deck", order(learner, deck(tmp_path)))
    monkeypatch.setattr("services.nlp.exports.learnt.ENTRIES_AT_ONCE", 1)
    assert len(cards_in(exported(learner, tmp_path, "apkg"))) == 4


def test_an_export_leaves_no_file_behind(learner: Learner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    learner.perform("import_deck", order(learner, deck(tmp_path)))
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    learner.perform("export_learner", ExportOrder(format="apkg"))
    assert list(folder.iterdir()) == []


def test_two_reviews_of_one_moment_are_both_in_the_log(tmp_path: Path) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    review = {"reviewed_at": at, "rating": 3, "duration_ms": None, "state_before": 2}
    row = {
        "direction": "recognition", "state": 2, "due": at, "last_review": at, "suspended": None, "reviews": 2,
        "lapses": 0, "stability": 1.0, "difficulty": 5.0,
    }  # fmt: skip
    notes = [
        DeckNote(
            entry_id=uuid4(), language="de", native_language="en", texts=("Hund", "dog", "", "", ""), media=[],
            cards=[DeckCard(row=row, reviews=[review, review])],
        )
        for _ in range(2)
    ]  # fmt: skip
    assert write_collection(tmp_path / "collection", notes, StudySettings()) == 2
    with closing(sqlite3.connect(tmp_path / "collection")) as connection:
        logged = [moment for (moment,) in connection.execute("SELECT id FROM revlog ORDER BY id")]
    first = int(at.timestamp() * 1000)
    assert logged == [first, first + 1, first + 2, first + 3]
