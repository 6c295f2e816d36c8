"""Tables as programs write them."""

from pathlib import Path

import pytest

from services.nlp.imports.tables import LONGEST_LINE, rows_of, separator_of
from shared.jobs.errors import PermanentError


def read(folder: Path, body: bytes) -> list[tuple[int, list[str]]]:
    path = folder / "table"
    path.write_bytes(body)
    with rows_of(path) as rows:
        return list(rows)


@pytest.mark.parametrize(
    ("sample", "separator"),
    [("a,b\nc,d\n", ","), ("a\tb, c\nd\te\n", "\t"), ("a;b,c\nd;e\n", ";"), ("Wort\nHund\n", ","), ("a|b\n", "|")],
)
def test_the_separator_is_what_every_line_has(sample: str, separator: str) -> None:
    assert separator_of(sample) == separator


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_rows_come_with_their_lines_and_empty_ones_are_left_out(tmp_path: Path, encoding: str) -> None:
    body = 'Tür,door\n\n , \n"zwei\nZeilen",two\n'.encode(encoding)
    assert read(tmp_path, body) == [(1, ["Tür", "door"]), (5, ["zwei\nZeilen", "two"])]


@pytest.mark.parametrize(
    "body", [b"H\xfcnd,dog\n", b'a,b\n"never closed' + b"x" * 20_000, b"a,b\n" + b"x," * LONGEST_LINE]
)
def test_what_cannot_be_read_is_told(tmp_path: Path, body: bytes) -> None:
    with pytest.raises(PermanentError) as refused:
        read(tmp_path, body)
    assert refused.value.code == "table_unreadable"
