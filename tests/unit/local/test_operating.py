"""The operator's commands beside `make up`; what they do on a running stack is tested in tests/e2e/test_make_up.py."""

from pathlib import Path

import pytest

from deploy.local.__main__ import main


@pytest.mark.parametrize("command", ["accounts", "keys", "catalogue"])
def test_without_a_stack_it_says_how_to_start_one(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, "create", "--name", "x"], tmp_path) == 1
    assert capsys.readouterr().err == "There is no stack here yet: `make up` starts one.\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["up", "now"]])
def test_what_is_no_command_is_answered_with_those_there_are(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments, tmp_path) == 2
    said = capsys.readouterr().err
    assert all(name in said for name in ("demo", "up", "down", "clean", "accounts", "keys", "catalogue"))
