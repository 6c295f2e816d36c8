"""The lock that says: a stack runs."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deploy.local.lock import Lock, StackRunsError, holder
from tests.support.processes import eventually, sleeper, start_python

HOLDING = """
import signal, sys
from pathlib import Path
from deploy.local.lock import Lock
with Lock(Path(sys.argv[1])):
    print("held", flush=True)
    signal.pause()
"""


@contextmanager
def another_holder(path: Path) -> Iterator[subprocess.Popen[bytes]]:
    with start_python(HOLDING, str(path), stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == b"held\n"
            yield process
        finally:
            process.kill()


def test_a_second_stack_is_refused_and_told_which_process_runs(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with another_holder(path) as other:
        assert holder(path) == other.pid
        with pytest.raises(StackRunsError, match=f"process {other.pid}.*make down"), Lock(path):
            pass


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with another_holder(path) as other:
        other.send_signal(signal.SIGKILL)
        other.wait()
        assert holder(path) is None
        with Lock(path):
            assert path.read_text() == f"{os.getpid()}\n"


def test_children_do_not_keep_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with Lock(path):
        child = sleeper(close_fds=False)
    try:
        # A fork of another thread has a copy of the descriptor until it runs its program.
        assert eventually(lambda: holder(path) is None)
    finally:
        child.kill()
        child.wait()


def test_nobody_holds_a_lock_that_never_was(tmp_path: Path) -> None:
    assert holder(tmp_path / "lock") is None
    assert list(tmp_path.iterdir()) == []
