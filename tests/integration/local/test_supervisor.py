"""The supervisor, with tiny children in place of servers."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.events import SupervisorEvent
from deploy.local.keeper import Backoff
from deploy.local.supervisor import Supervisor
from tests.support.children import WAITING, announced, python_child, waiting_child
from tests.support.processes import PATIENCE, eventually, runs, written_pid

QUICK = Backoff(first=0.01, longest=0.05, steady=60.0)


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    with Supervisor(tmp_path / "logs", QUICK) as running:
        yield running


def facts(events: list[SupervisorEvent]) -> list[tuple[str, str]]:
    return [(event.name, event.what) for event in events]


def test_a_killed_child_is_started_again(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start(waiting_child("worker", tmp_path))
    first = written_pid(tmp_path / "worker.pid")
    before = time.monotonic()
    os.kill(first, signal.SIGKILL)
    assert supervisor.wait_for("worker", "restarted", PATIENCE)
    assert eventually(lambda: written_pid(tmp_path / "worker.pid") != first)
    assert facts(supervisor.events()) == [("worker", "died"), ("worker", "restarted")]
    died = supervisor.events()[0]
    assert died.detail == "signal 9 (SIGKILL)"
    assert before <= died.at <= time.monotonic()


def test_an_exit_code_is_told(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start(python_child("broken", "raise SystemExit(3)", tmp_path))
    assert supervisor.wait_for("broken", "died", PATIENCE)
    assert supervisor.events()[0].detail == "exit code 3"


def test_a_child_that_keeps_dying_is_started_less_and_less_often(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start(python_child("broken", "raise SystemExit(1)", tmp_path))
    assert eventually(lambda: facts(supervisor.events()).count(("broken", "restarted")) >= 4)
    pauses = [event.detail for event in supervisor.events() if event.what == "restarted"][:4]
    assert pauses == ["after 0.01 s", "after 0.02 s", "after 0.04 s", "after 0.05 s"]


def test_a_command_that_does_not_exist_is_told_in_the_log(supervisor: Supervisor, tmp_path: Path) -> None:
    nothing = python_child("nothing", "", tmp_path)
    supervisor.start(type(nothing)(name="nothing", command=("/no/such/file",), environment={}, folder=tmp_path))
    assert supervisor.wait_for("nothing", "died", PATIENCE)
    assert "/no/such/file cannot be started" in supervisor.log_tail("nothing")


def test_output_goes_to_the_log_and_the_log_before_is_kept(tmp_path: Path) -> None:
    for word in ("first", "second"):
        with Supervisor(tmp_path / "logs", QUICK) as supervisor:
            supervisor.start(python_child("talker", f"print('{word}', flush=True)\n{WAITING}", tmp_path))
            assert eventually(lambda: supervisor.log("talker").exists() and bool(supervisor.log_tail("talker")))
    assert (tmp_path / "logs" / "talker.log").read_text() == "second\n"
    assert (tmp_path / "logs" / "talker.log.1").read_text() == "first\n"


def test_a_child_may_end_its_work_when_it_is_stopped(supervisor: Supervisor, tmp_path: Path) -> None:
    code = (
        "import signal, sys, pathlib\n"
        f"signal.signal(signal.SIGTERM, lambda *_: (pathlib.Path({str(tmp_path / 'done')!r}).touch(), sys.exit(0)))\n"
    )
    supervisor.start(python_child("worker", code + announced(tmp_path / "worker.pid") + WAITING, tmp_path))
    pid = written_pid(tmp_path / "worker.pid")
    supervisor.stop(["worker"])
    assert (tmp_path / "done").exists()
    assert not runs(pid)
    assert supervisor.events() == []


def test_a_child_that_ignores_the_stop_is_killed_after_its_grace(supervisor: Supervisor, tmp_path: Path) -> None:
    code = "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    spec = python_child("deaf", code + announced(tmp_path / "deaf.pid") + WAITING, tmp_path, grace=0.05)
    supervisor.start(spec)
    pid = written_pid(tmp_path / "deaf.pid")
    supervisor.stop(["deaf"])
    assert not runs(pid)


def test_stopping_during_the_pause_before_a_restart_starts_nothing(tmp_path: Path) -> None:
    with Supervisor(tmp_path / "logs", Backoff(first=600.0)) as supervisor:
        supervisor.start(python_child("broken", "raise SystemExit(1)", tmp_path))
        assert supervisor.wait_for("broken", "died", PATIENCE)
        supervisor.stop(["broken"])
        assert facts(supervisor.events()) == [("broken", "died")]


def test_what_a_dead_child_leaves_behind_is_ended_before_it_is_started_again(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    helper = announced(tmp_path / "helper.pid") + WAITING
    code = f"import subprocess, sys\nsubprocess.Popen([sys.executable, '-I', '-S', '-c', {helper!r}])\n"
    supervisor.start(python_child("worker", code + announced(tmp_path / "worker.pid") + WAITING, tmp_path))
    helper_pid, worker_pid = written_pid(tmp_path / "helper.pid"), written_pid(tmp_path / "worker.pid")
    os.kill(worker_pid, signal.SIGKILL)
    assert supervisor.wait_for("worker", "died", PATIENCE)
    assert not runs(helper_pid) or eventually(lambda: not runs(helper_pid))


def test_leaving_stops_the_last_started_first(tmp_path: Path) -> None:
    with Supervisor(tmp_path / "logs", QUICK) as supervisor:
        supervisor.start(waiting_child("server", tmp_path))
        server = written_pid(tmp_path / "server.pid")
        note = tmp_path / "the server still runs"
        code = (
            "import os, pathlib, signal, sys\n"
            f"def last_look(*_):\n os.kill({server}, 0)\n pathlib.Path({str(note)!r}).touch()\n sys.exit()\n"
            "signal.signal(signal.SIGTERM, last_look)\n"
        )
        supervisor.start(python_child("worker", code + announced(tmp_path / "worker.pid") + WAITING, tmp_path))
        worker = written_pid(tmp_path / "worker.pid")
    assert note.exists()
    assert not runs(server)
    assert not runs(worker)


def test_a_child_is_out_of_reach_of_the_terminals_ctrl_c(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start(waiting_child("worker", tmp_path))
    pid = written_pid(tmp_path / "worker.pid")
    assert os.getsid(pid) == pid != os.getsid(0)
