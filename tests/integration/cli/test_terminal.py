"""The command line as a process, with a terminal and without one."""

import json
import os
import pty
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from deploy.local.state import CHECKOUT
from tests.support.demo_stack import JOB_ID, job, step
from tests.support.processes import PATIENCE, eventually, start

RUNNING = job(
    "running", [step("write_text", "running", done=1, total=2), step("annotate_text", "blocked")], result=None
)
MOVES = b"\x1b["


class Api(BaseHTTPRequestHandler):
    """A job that runs while `finished` is not set."""

    polls: ClassVar[list[str]] = []
    finished: ClassVar[threading.Event] = threading.Event()

    def do_GET(self) -> None:
        """Tell the job; a poll that has an ETag is held back until there is news."""
        self.polls.append(self.path)
        if "If-None-Match" in self.headers:
            self.finished.wait(PATIENCE)
        body = json.dumps(job() if self.finished.is_set() else RUNNING).encode()
        self.send_response(200)
        self.send_header("ETag", f'"{len(self.polls)}"')
        self.send_header("Retry-After", "0")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(name="api")
def _api() -> Iterator[str]:
    Api.polls.clear()
    Api.finished.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Api)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        Api.finished.set()
        server.shutdown()
        thread.join()
        server.server_close()


def watch(api: str, tmp_path: Path, terminal: int, **environ: str) -> subprocess.Popen[bytes]:
    folders = {"XDG_CONFIG_HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path), "HOME": str(tmp_path)}
    known = {"PARLANCE_URL": api, "PARLANCE_API_KEY": "pk_made-up", "TERM": "xterm", "PATH": os.environ["PATH"]}
    return start(
        sys.executable, "-m", "services.cli", "jobs", "watch", JOB_ID,
        env=folders | known | environ, cwd=CHECKOUT, stdin=subprocess.DEVNULL, stdout=terminal, stderr=terminal,
    )  # fmt: skip


def shown(api: str, tmp_path: Path, *, interrupt: bool = False, **environ: str) -> tuple[int, bytes]:
    """The exit code of a watch in a terminal, and all that the terminal got."""
    ours, theirs = pty.openpty()
    written = bytearray()
    process = watch(api, tmp_path, theirs, **environ)
    os.close(theirs)
    reader = threading.Thread(target=_read, args=(ours, written))
    reader.start()
    try:
        assert eventually(lambda: b"write_text" in written and len(Api.polls) > 1), bytes(written)
        if interrupt:
            process.send_signal(signal.SIGINT)
        else:
            Api.finished.set()
        return process.wait(PATIENCE), bytes(written)
    finally:
        process.kill()
        process.wait()
        reader.join()
        os.close(ours)


def _read(ours: int, written: bytearray) -> None:
    try:
        while piece := os.read(ours, 4096):
            written.extend(piece)
    except OSError:  # Linux: the other side has gone
        return


def test_a_terminal_gets_steps_that_move(api: str, tmp_path: Path) -> None:
    code, written = shown(api, tmp_path)
    assert code == 0
    assert b"generation.write_text" in written
    assert b"\x1b[1A" in written, "the lines are drawn in place"
    assert written.count(b"\x1b[?25l") == written.count(b"\x1b[?25h"), "the cursor is given back"


def test_no_colour_means_plain_lines(api: str, tmp_path: Path) -> None:
    code, written = shown(api, tmp_path, NO_COLOR="1")
    assert code == 0
    assert MOVES not in written
    assert b"generation.write_text" in written


def test_an_interrupt_gives_the_terminal_back_and_says_how_to_go_on(api: str, tmp_path: Path) -> None:
    code, written = shown(api, tmp_path, interrupt=True)
    assert code == 130
    assert f"parlance jobs watch {JOB_ID}".encode() in b" ".join(written.split())
    assert written.count(b"\x1b[?25l") == written.count(b"\x1b[?25h") > 0
    assert b"Traceback" not in written


def test_a_pipe_gets_plain_lines_and_the_result_alone_on_stdout(api: str, tmp_path: Path) -> None:
    process = watch(api, tmp_path, subprocess.PIPE)
    assert eventually(lambda: len(Api.polls) > 1)
    Api.finished.set()
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert out.startswith(f"{JOB_ID}  succeeded\n".encode())
    assert b"generation.write_text" in err
    assert MOVES not in out + err


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_a_closed_output_is_no_error(api: str, tmp_path: Path, closed: str) -> None:
    Api.finished.set()
    known = {"PARLANCE_URL": api, "PARLANCE_API_KEY": "pk_made-up", "HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    command = ["/bin/sh", "-c", f'"{sys.executable}" -m services.cli jobs watch {JOB_ID} {closed}']
    done = subprocess.run(command, env=known, cwd=CHECKOUT, capture_output=True, timeout=PATIENCE, check=False)  # noqa: S603
    assert (done.returncode, b"Traceback" in done.stderr) == (0, False)
