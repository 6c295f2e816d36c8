import io
from typing import Any

import msgspec
import pytest
from rich.console import Console

from services.cli.answers import Job, Step
from services.cli.board import MovingBoard, PlainBoard, board_for, share, situation
from tests.support.demo_stack import job, step


def state(*steps: dict[str, Any]) -> Job:
    return msgspec.convert(job("running", list(steps)), Job)


def console_of(*, terminal: bool, environment: dict[str, str] | None = None) -> Console:
    return Console(
        file=io.StringIO(), force_terminal=terminal, width=100, _environ=environment or {"TERM": "xterm"}, markup=False
    )


def printed(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_only_a_real_terminal_gets_a_moving_board() -> None:
    assert isinstance(board_for(console_of(terminal=True)), MovingBoard)
    assert isinstance(board_for(console_of(terminal=False)), PlainBoard)
    assert isinstance(board_for(console_of(terminal=True, environment={"TERM": "dumb"})), PlainBoard)


def test_plain_lines_come_on_change_only() -> None:
    console = console_of(terminal=False)
    with PlainBoard(console, clock=lambda: 0.0) as board:
        for done in (0, 1, 2, 3, 3, 40):
            board.show(state(step("write_text", "running", done=done, total=40, message="writing")))
        board.show(state(step("write_text")))

    assert printed(console).splitlines() == [
        "   0.0 s  generation.write_text      running, 0 of 40, writing",
        "   0.0 s  generation.write_text      running, 40 of 40, writing",
        "   0.0 s  generation.write_text      done",
    ]


def test_a_second_attempt_is_a_line_of_its_own() -> None:
    console = console_of(terminal=False)
    with PlainBoard(console, clock=lambda: 0.0) as board:
        board.show(state(step("write_text", "running")))
        board.show(state(step("write_text", "running", attempt=2)))

    assert "running, attempt 2" in printed(console)


def test_plain_lines_have_no_colours_and_no_control_characters() -> None:
    console = console_of(terminal=False)
    with PlainBoard(console) as board:
        board.show(state(step("write_text", "running", message="\x1b[2Jgone\x07")))
        board.tell("\x1b]0;title\x07")

    assert "\x1b" not in printed(console)
    assert "\x07" not in printed(console)


def test_a_step_that_waits_from_the_start_is_not_worth_a_line() -> None:
    console = console_of(terminal=False)
    with PlainBoard(console) as board:
        board.show(state(step("align_audio", "blocked")))

    assert printed(console) == ""


def test_a_terminal_shows_one_line_a_step_with_its_running_time() -> None:
    console = console_of(terminal=True)
    times = iter([10.0])
    board = MovingBoard(console, clock=lambda: next(times, 13.5))
    with board:
        board.show(
            state(step("write_text"), step("narrate_text", "running", done=1, total=4), step("align_audio", "blocked"))
        )

    last = printed(console).splitlines()
    assert any("generation.write_text" in line and "1.5 s" in line and "done" in line for line in last)
    assert any("tts.narrate_text" in line and "3.5 s" in line and "running, 1 of 4" in line for line in last)
    assert any("stt.align_audio" in line and "waits" in line for line in last)


@pytest.mark.parametrize(
    ("given", "part"),
    [
        (step("write_text"), 1.0),
        (step("write_text", "running", done=1, total=4), 0.25),
        (step("write_text", "running", done=9, total=4), 1.0),
        (step("write_text", "running"), 0.0),
        (step("write_text", "failed"), 0.0),
    ],
)
def test_the_share_of_a_step_stays_between_nothing_and_all(given: dict[str, Any], part: float) -> None:
    assert share(msgspec.convert(given, Step)) == part


def test_the_code_of_a_failure_is_shown() -> None:
    failed = step("narrate_text", "failed", attempt=4, error={"code": "audio_empty", "message": "silence"})

    assert situation(msgspec.convert(failed, Step)) == "failed, attempt 4, audio_empty"


def test_a_new_attempt_does_not_carry_the_old_error() -> None:
    again = step("narrate_text", "running", attempt=2, error={"code": "worker_lost", "message": ""})

    assert situation(msgspec.convert(again, Step)) == "running, attempt 2"
