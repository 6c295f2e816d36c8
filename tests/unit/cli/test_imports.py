import json
from pathlib import Path

import httpx
import msgspec
import pytest

from services.api.imports.schemas import (
    ColumnsOrder,
    FieldsOrder,
    ImportOrder,
    PreviewRequest,
)
from services.cli.transfers import PIECE
from tests.support.cli_learner import GERMAN, JAPANESE, Learner
from tests.support.cli_server import CommandLine, FakeServer, problem
from tests.support.cli_transfers import BASIC, CLOZE, IMPORT, IMPORTS, UPLOAD, UPLOADS, TransferRoom, ended


@pytest.fixture(name="room")
def _room(server: FakeServer) -> TransferRoom:
    Learner(server)
    return TransferRoom(server)


@pytest.fixture(name="table")
def _table(tmp_path: Path) -> Path:
    path = tmp_path / "words.csv"
    path.write_text("Wort,Bedeutung\nHaus,house\nHund,dog\n", encoding="utf-8")
    return path


@pytest.fixture(name="deck")
def _deck(tmp_path: Path, room: TransferRoom) -> Path:
    room.tables = [BASIC, CLOZE]
    path = tmp_path / "deck.apkg"
    path.write_bytes(b"PK")
    return path


def test_a_table_is_uploaded_as_it_is_and_taken_in(
    parlance: CommandLine, server: FakeServer, room: TransferRoom, table: Path
) -> None:
    result = parlance("import", str(table), "--map", "lemma=Wort", "--map", "translation=2", "--both")
    assert result.exit_code == 0, result.stderr
    (sent,) = server.asked(UPLOADS)
    assert sent.content == table.read_bytes()
    assert sent.headers["Content-Length"] == str(table.stat().st_size)
    assert "Transfer-Encoding" not in sent.headers
    (looked,) = server.asked(f"{IMPORTS}/preview")
    assert msgspec.json.decode(looked.content, type=PreviewRequest) == PreviewRequest(upload_id=UPLOAD, kind="words")
    assert room.orders == [
        ImportOrder(
            upload_id=UPLOAD,
            kind="words",
            pair_id=GERMAN.id,
            columns=ColumnsOrder(lemma=0, translation=1),
            directions=("recognition", "production"),
        )
    ]
    assert result.stdout == "Rows: 2 new, 1 duplicate.\n"


def test_a_table_can_be_without_names_and_of_another_language(
    parlance: CommandLine, room: TransferRoom, table: Path
) -> None:
    result = parlance("import", str(table), "--map", "lemma=1", "--no-header", "--language", "ja")
    assert result.exit_code == 0, result.stderr
    (order,) = room.orders
    assert (order.header, order.pair_id, order.directions) == (False, JAPANESE.id, ("recognition",))


def test_the_report_of_each_row_is_kept(parlance: CommandLine, room: TransferRoom, table: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.jsonl"
    result = parlance("import", str(table), "--map", "lemma=Wort", "--report", str(report), "--json")
    assert result.exit_code == 0, result.stderr
    assert report.read_bytes() == b'{"row":1}\n'
    assert json.loads(result.stdout)["counts"] == room.counts


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        (["lemma"], "it is FIELD=COLUMN"),
        (["word=Wort"], "it is FIELD=COLUMN"),
        (["lemma=Word"], "there is no 'Word' among Wort, Bedeutung"),
        (["lemma=3"], "there is no '3'"),
        (["lemma=0"], "there is no '0'"),
        (["translation=Bedeutung"], "The word itself is missing"),
    ],
)
def test_a_wrong_mapping_imports_nothing(
    parlance: CommandLine, room: TransferRoom, table: Path, mapping: list[str], said: str
) -> None:
    result = parlance("import", str(table), *(part for each in mapping for part in ("--map", each)))
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.split())
    assert room.orders == []


def test_without_a_terminal_the_columns_are_said(parlance: CommandLine, room: TransferRoom, table: Path) -> None:
    result = parlance("import", str(table))
    assert result.exit_code == 2
    assert "--map lemma=Wort" in result.stderr
    assert "Wort, Bedeutung" in result.stderr
    assert room.orders == []


def test_in_a_terminal_each_field_is_asked_for(
    parlance: CommandLine, room: TransferRoom, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.cli.mapping.at_terminal", lambda: True)
    result = parlance("import", str(table), given="1\n7\n2\n\n\n\n\n")
    assert result.exit_code == 0, result.stderr
    assert "1  Wort: Haus | Hund" in result.stderr
    assert [order.columns for order in room.orders] == [ColumnsOrder(lemma=0, translation=1)]


def test_in_a_terminal_nothing_is_an_answer(
    parlance: CommandLine, room: TransferRoom, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.cli.mapping.at_terminal", lambda: True)
    result = parlance("import", str(table), given="0\n")
    assert result.exit_code == 2
    assert "Nothing was imported." in result.stderr
    assert room.orders == []


def test_a_mapping_is_for_the_note_types_that_have_its_fields(
    parlance: CommandLine, room: TransferRoom, deck: Path
) -> None:
    result = parlance("import", str(deck), "--map", "lemma=Front", "--map", "translation=Back")
    assert result.exit_code == 0, result.stderr
    (order,) = room.orders
    assert (order.kind, order.columns) == ("deck", None)
    assert order.note_types == {"Basic": FieldsOrder(lemma="Front", translation="Back")}


def test_each_note_type_is_asked_for_and_can_be_left_out(
    parlance: CommandLine, room: TransferRoom, deck: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.cli.mapping.at_terminal", lambda: True)
    result = parlance("import", str(deck), given="1\n2\n\n\n\n0\n")
    assert result.exit_code == 0, result.stderr
    assert [order.note_types for order in room.orders] == [{"Basic": FieldsOrder(lemma="Front", translation="Back")}]


@pytest.mark.parametrize("given", [["--note-type", "Cloze"], ["--note-type", "Nope"]])
def test_a_mapping_that_fits_no_note_type_shows_what_there_is(
    parlance: CommandLine, room: TransferRoom, deck: Path, given: list[str]
) -> None:
    result = parlance("import", str(deck), "--map", "lemma=Front", *given)
    assert result.exit_code == 2
    assert "Basic: Front, Back; Cloze: Text, Extra" in " ".join(result.stderr.split())
    assert room.orders == []


def test_a_file_that_cannot_be_one_is_not_sent(parlance: CommandLine, server: FakeServer, tmp_path: Path) -> None:
    Learner(server)
    empty = tmp_path / "empty.csv"
    empty.touch()
    folder = tmp_path / "folder.csv"
    folder.mkdir()
    for path in (empty, folder, tmp_path / "missing.csv", tmp_path / "deck.zip"):
        assert parlance("import", str(path), "--map", "lemma=1").exit_code == 2
    assert server.asked(UPLOADS) == []


def test_a_file_is_sent_again_from_its_begin(
    parlance: CommandLine, server: FakeServer, room: TransferRoom, deck: Path
) -> None:
    deck.write_bytes(bytes(range(256)) * (PIECE // 256 * 2 + 1))
    server.before[UPLOADS] = [httpx.Response(503, headers={"Retry-After": "2"})]
    result = parlance("import", str(deck), "--map", "lemma=Front")
    assert result.exit_code == 0, result.stderr
    assert len(server.asked(UPLOADS)) == 2
    assert server.asked(UPLOADS)[1].content == deck.read_bytes()
    assert len(room.orders) == 1


def test_a_file_that_is_too_large_is_said_so(
    parlance: CommandLine, server: FakeServer, room: TransferRoom, deck: Path
) -> None:
    server.before[UPLOADS] = [problem(413, "body_too_large", "A file may have 200 MB.")]
    result = parlance("import", str(deck), "--map", "lemma=Front")
    assert result.exit_code == 2
    assert "A file may have 200 MB. (body_too_large" in result.stderr
    assert room.orders == []


@pytest.mark.usefixtures("room")
def test_a_lost_answer_orders_nothing_twice(parlance: CommandLine, server: FakeServer, table: Path) -> None:
    server.before[IMPORTS] = [httpx.ReadTimeout("slow")]
    assert parlance("import", str(table), "--map", "lemma=Wort").exit_code == 0
    first, second = server.asked(IMPORTS)
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"]


def test_a_broken_deck_says_why(parlance: CommandLine, room: TransferRoom, deck: Path) -> None:
    error = {"code": "deck_stub", "message": "Update Anki and export it again."}
    room.result = ended(IMPORT, "import_deck", status="failed", error=error)
    result = parlance("import", str(deck), "--map", "lemma=Front")
    assert result.exit_code == 3
    assert "deck_stub. Update Anki" in result.stderr
