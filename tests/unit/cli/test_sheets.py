import pytest

from services.cli.exits import StopError
from services.cli.sheets import Fault, failed_rows, read_sheet


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_spreadsheets_csv_is_read_as_it_is(delimiter: str) -> None:
    text = (
        "\ufeff" + delimiter.join(["language", "topic"]) + "\r\n" + delimiter.join(["de", '"a ""b"",\nc;d"']) + "\r\n"
    )
    sheet = read_sheet(text.encode(), "orders.csv")
    assert sheet.columns == ("language", "topic")
    assert [row.cells for row in sheet.rows] == [{"language": "de", "topic": 'a "b",\nc;d'}]
    assert sheet.delimiter == delimiter


def test_blank_rows_count_as_a_spreadsheet_counts() -> None:
    sheet = read_sheet(b"language,topic\n\n,,\nde,x\n", "orders.csv")
    assert [row.number for row in sheet.rows] == [4]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("language,topic\nde,x,y\n", Fault(2, "", "has 3 cells, the first row only 2")),
        ("language,language\nde,de\n", Fault(1, "language", "is there more than once")),
        ('language,topic\nde,"x\n', Fault(2, "", "is not CSV: unexpected end of data")),
    ],
)
def test_a_broken_row_is_named(text: str, fault: Fault) -> None:
    assert read_sheet(text.encode(), "orders.csv").faults == [fault]


def test_a_broken_line_of_json_is_named() -> None:
    sheet = read_sheet(b'{"topic": "x"}\n[1]\n{"topic"\n', "orders.jsonl")
    assert sheet.faults == [Fault(2, "", "is no JSON object"), Fault(3, "", "is no JSON object")]
    assert [row.number for row in sheet.rows] == [1]


def test_a_line_separator_inside_json_ends_no_row() -> None:
    assert len(read_sheet('{"topic": "a\u2028b\u0085c"}\n'.encode(), "orders.jsonl").rows) == 1


def test_the_first_character_tells_when_the_name_does_not() -> None:
    assert read_sheet(b'{"topic": "x"}', "-").kind == "jsonl"
    assert read_sheet(b"topic\nx\n", "-").kind == "csv"


@pytest.mark.parametrize("data", ["Ä,b\n".encode("latin-1"), b"", b"topic\n", b"topic\n\0\n"])
def test_what_has_no_rows_is_refused(data: bytes) -> None:
    with pytest.raises(StopError) as stopped:
        read_sheet(data, "orders.csv")
    assert stopped.value.code == 2


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("orders.csv", 'language;topic\nde;"a;b"\n'),
        ("orders.jsonl", '{"language":"de","topic":"a;b","words_to_use":["x"]}\n'),
    ],
)
def test_failed_rows_are_read_again_as_they_were(name: str, text: str) -> None:
    sheet = read_sheet(text.encode(), name)
    written = failed_rows(sheet, [(sheet.rows[0], "internal", "Ours; sorry")])
    again = read_sheet(written.encode(), name)
    assert again.rows[0].cells == sheet.rows[0].cells | {"error_code": "internal", "error_message": "Ours; sorry"}
    assert failed_rows(again, [(again.rows[0], "internal", "Ours; sorry")]) == written


def test_a_line_without_a_bottom_is_named() -> None:
    deep = '{"topic":' + "[" * 100_000
    assert [fault.row for fault in read_sheet(deep.encode(), "orders.jsonl").faults] == [1]
