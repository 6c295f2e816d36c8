"""No process is left when the supervisor is killed, however it is done."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.guard import Guard
from deploy.local.keeper import Backoff, Keeper
from deploy.local.state import CHECKOUT
from tests.support.children import WAITING, announced, waiting_child
from tests.support.processes import eventually, runs, sleeper, start, start_python, written_pid

SUPERVISING = """
import signal, sys
from pathlib import Path
from deploy.local.keeper import Backoff
from deploy.local.supervisor import Supervisor
from tests.support.children import WAITING, announced, python_child, waiting_child

folder = Path(sys.argv[1])
helper = announced(folder / "helper.pid") + WAITING
parent = f"import subprocess, sys\\nsubprocess.Popen([sys.executable, '-I', '-S', '-c', {helper!r}])\\n"
with Supervisor(folder / "logs", Backoff()) as supervisor:
    supervisor.start(waiting_child("worker", folder))
    supervisor.start(python_child("parent", parent + announced(folder / "parent.pid") + WAITING, folder))
    deaf = "import signal\\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\\n"
    supervisor.start(python_child("deaf", deaf + announced(folder / "deaf.pid") + WAITING, folder))
    (folder / "guard.pid").write_text(f"{supervisor.guard_pid}\\n")
    signal.pause()
"""


GUARD = (sys.executable, "-I", "-S", str(CHECKOUT / "deploy" / "local" / "guard.py"))


@pytest.fixture
def supervising(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A supervisor in a process of its own, with children and a grandchild that write their numbers to files."""
    process = start_python(SUPERVISING, str(tmp_path))
    yield process
    process.kill()
    process.wait()


def pids(folder: Path) -> dict[str, int]:
    return {name: written_pid(folder / f"{name}.pid") for name in ("worker", "parent", "helper", "deaf", "guard")}


def all_gone(numbers: dict[str, int]) -> bool:
    return eventually(lambda: not any(runs(pid) for pid in numbers.values()))


def test_a_killed_supervisor_leaves_no_child_and_no_childs_child(
    supervising: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    numbers = pids(tmp_path)
    supervising.kill()
    assert all_gone(numbers), {name: runs(pid) for name, pid in numbers.items()}


@pytest.mark.skipif(sys.platform != "linux", reason="the death signal is Linux's")
def test_children_end_even_when_the_guard_was_killed_first(
    supervising: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    numbers = pids(tmp_path)
    os.kill(numbers["guard"], signal.SIGKILL)
    supervising.kill()
    del numbers["helper"]  # a child's child is the guard's business alone
    helper = written_pid(tmp_path / "helper.pid")
    try:
        assert all_gone(numbers), {name: runs(pid) for name, pid in numbers.items()}
    finally:
        os.kill(helper, signal.SIGKILL)


def test_a_child_whose_supervisor_is_gone_already_never_starts(tmp_path: Path) -> None:
    launcher = CHECKOUT / "deploy" / "local" / "launch.py"
    no_parent = str(2**22 + 1)
    done = start(
        sys.executable, "-I", "-S", str(launcher), no_parent, "-1", "9", "-", "--", "/bin/touch", str(tmp_path / "x")
    )
    assert done.wait() == 1
    assert not (tmp_path / "x").exists()


def test_a_stopped_child_is_no_concern_of_the_guard_any_more() -> None:
    """Its number may belong to somebody else by then."""
    guard = start(*GUARD, stdin=subprocess.PIPE)
    innocent = sleeper(start_new_session=True)
    guilty = sleeper(start_new_session=True)
    try:
        assert guard.stdin is not None
        guard.stdin.write(b"+%d 9\n+%d 15\n-%d\n" % (innocent.pid, guilty.pid, innocent.pid))
        guard.stdin.close()
        assert guilty.wait(20) == -signal.SIGTERM
        assert guard.wait(20) == 0
        assert innocent.poll() is None
    finally:
        innocent.kill()
        innocent.wait()


def test_a_group_that_ignores_its_signal_is_killed_after_the_grace(tmp_path: Path) -> None:
    deaf = "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + announced(tmp_path / "deaf.pid") + WAITING
    child = start(sys.executable, "-I", "-S", "-c", deaf, start_new_session=True)
    guard = start(*GUARD, "0.05", stdin=subprocess.PIPE)
    try:
        pid = written_pid(tmp_path / "deaf.pid")
        guard.communicate(b"+%d 15\n" % pid, timeout=20)
        assert child.wait(20) == -signal.SIGKILL
    finally:
        child.kill()
        child.wait()


def test_the_guard_learns_of_a_childs_start_and_of_its_end(tmp_path: Path) -> None:
    read, write = os.pipe()

    class PipeGuard(Guard):
        """Only the pipe, its other end in the test's hands."""

        def __init__(self) -> None:
            self.descriptor = write

    spec = waiting_child("worker", tmp_path)
    keeper = Keeper(spec, tmp_path / "worker.log", PipeGuard(), lambda _: None, Backoff())
    keeper.start()
    pid = written_pid(tmp_path / "worker.pid")
    keeper.ask_to_stop()
    keeper.finish()
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        assert pipe.read() == b"+%d 9\n-%d\n" % (pid, pid)


IGNORING = """
import signal, sys
from pathlib import Path
from deploy.local.supervisor import Supervisor
from tests.support.children import WAITING, python_child
from tests.support.processes import eventually

for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)
code = "import signal\\nprint([signal.getsignal(n).name for n in (signal.SIGTERM, signal.SIGHUP)], flush=True)\\n"
with Supervisor(Path(sys.argv[1])) as supervisor:
    supervisor.start(python_child("worker", code + WAITING, Path(sys.argv[1])))
    eventually(lambda: "]" in supervisor.log_tail("worker"))
    print(supervisor.log_tail("worker"), flush=True)
"""


def test_children_hear_the_signals_that_the_supervisor_ignores(tmp_path: Path) -> None:
    with start_python(IGNORING, str(tmp_path), stdout=subprocess.PIPE) as process:
        assert process.communicate(timeout=60)[0] == b"['SIG_DFL', 'SIG_DFL']\n"
