"""Starts that fail, and stops that are asked for twice."""

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.keeper import Backoff
from deploy.local.modules import run_module
from deploy.local.postgres_binaries import binaries
from deploy.local.servers import StartError, await_children
from deploy.local.supervisor import Supervisor
from deploy.local.system_user import SystemUser
from tests.support.children import python_child, waiting_child
from tests.support.processes import start_python


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    with Supervisor(tmp_path / "logs", Backoff(first=0.01, longest=0.05)) as running:
        yield running


def test_a_start_is_given_up_when_a_process_keeps_dying(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start(waiting_child("api", tmp_path))
    supervisor.start(python_child("nlp", "print('no model')\nraise SystemExit(4)", tmp_path))
    with pytest.raises(StartError) as refused:
        await_children(supervisor, ["api", "nlp"], lambda: False, patience=20.0)
    words = str(refused.value)
    assert supervisor.deaths("nlp") < 10  # at once, and not when the patience is over
    assert words.startswith("nlp ended")
    assert "exit code 4" in words
    assert "no model" in words
    assert str(supervisor.log("nlp")) in words


def test_a_start_that_takes_too_long_tells_what_is_missing(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start(waiting_child("api", tmp_path))
    with pytest.raises(StartError, match=r"api is not ready after 0 s: no dispatcher\.[\s\S]*\(it wrote nothing\)"):
        await_children(supervisor, ["api"], lambda: False, lambda: "no dispatcher", patience=0.1)


def test_one_early_death_is_no_reason_to_give_up(supervisor: Supervisor, tmp_path: Path) -> None:
    flag = tmp_path / "second time"
    code = (
        f"import pathlib\nflag = pathlib.Path({str(flag)!r})\nif not flag.exists(): flag.touch(); raise SystemExit(1)\n"
    )
    supervisor.start(python_child("api", code + "import signal\nwhile True: signal.pause()", tmp_path))
    await_children(supervisor, ["api"], lambda: any(event.what == "restarted" for event in supervisor.events()))


def test_a_module_that_fails_says_why() -> None:
    with pytest.raises(StartError, match=r"migrations\.run failed:\s+usage:"):
        run_module(("migrations.run", "nonsense"), {})


def test_what_a_module_prints_is_given_back() -> None:
    assert "usage" in run_module(("zipfile", "--help"), {})


WAITING_FOR_AN_END = """
import signal, sys
from deploy.local.interruption import interruptible
try:
    with interruptible():
        try:
            print("ready", flush=True)
            while True: signal.pause()
        except KeyboardInterrupt:
            print("stopping", flush=True)
            sys.stdin.read()
            print("stopped", flush=True)
finally:
    print("handlers are back" if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL else "lost", flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_first_signal_stops_in_order_and_more_do_not_disturb_it(number: signal.Signals) -> None:
    process = start_python(WAITING_FOR_AN_END, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    process.send_signal(number)
    assert process.stdout.readline() == b"stopping\n"
    for more in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        process.send_signal(more)
    assert process.communicate()[0] == b"stopped\nhandlers are back\n"
    assert process.returncode == 0


def test_another_account_gets_a_copy_of_postgres_that_everybody_can_run(tmp_path: Path) -> None:
    somebody = SystemUser(65534, 65534)
    folder = binaries(tmp_path, somebody)
    assert folder.is_relative_to(tmp_path)
    copied = [path for path in tmp_path.rglob("*") if not path.is_symlink()]
    assert all(path.stat().st_mode & 0o555 == 0o555 for path in copied if path.is_dir())
    assert all(path.stat().st_mode & 0o444 == 0o444 for path in copied)
    assert (folder / "postgres").stat().st_mode & 0o111 == 0o111
    before = (folder / "postgres").stat().st_ino
    assert binaries(tmp_path, somebody) == folder
    assert (folder / "postgres").stat().st_ino == before


def test_our_own_account_uses_the_wheel_where_it_is(tmp_path: Path) -> None:
    assert (binaries(tmp_path, None) / "postgres").is_file()
    assert list(tmp_path.iterdir()) == []
