import io

import pytest
from rich.console import Console

from services.cli.screen import Screen

BATCH_ID = "01a1fea5-d3b4-7086-aa73-f504cd677c30"


def test_a_narrow_terminal_cuts_no_id_and_breaks_no_cell() -> None:
    screen = Screen()
    screen.out = Console(file=io.StringIO(), width=40, force_terminal=True, highlight=False)
    screen.table(("BATCH", "CREATED", "NAME"), [[BATCH_ID, "2026-11-21T15:07:22Z", "Ein Tag im Zoo"]])
    assert isinstance(screen.out.file, io.StringIO)
    assert screen.out.file.getvalue().splitlines()[1] == f"{BATCH_ID}  2026-11-21T15:07:22Z  Ein Tag im Zoo"
    assert screen.out.width == 40


def test_a_bold_head_ends_with_its_last_letter() -> None:
    screen = Screen()
    screen.out = Console(file=io.StringIO(), width=40, force_terminal=True, highlight=False, color_system="standard")
    screen.table(("ID", "TITLE"), [["1", "Ein langer Titel"]])
    assert isinstance(screen.out.file, io.StringIO)
    assert screen.out.file.getvalue().splitlines()[0].endswith("TITLE\x1b[0m")


def test_an_empty_table_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    Screen().table(("ID", "TITLE"), iter(()))
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("ID  TITLE\n", "There are none.\n")
    Screen().table(("ID", "TITLE"), iter([["1", "One"]]))
    assert capsys.readouterr().err == ""
