"""`parlance review` in a terminal of its own, and an API whose network can be cut or held up."""

import fcntl
import os
import pty
import struct
import termios
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
import msgspec

from services.cli.deck import Deck
from tests.support.cli_learner import Learner
from tests.support.cli_server import FakeServer
from tests.support.processes import PATIENCE, eventually, start_python

COLUMNS, LINES = 40, 12
STARTED = (
    "import fcntl, runpy, termios\n"
    "fcntl.ioctl(0, termios.TIOCSCTTY, 0)\n"  # so that Ctrl-C reaches it
    "runpy.run_module('services.cli', run_name='__main__', alter_sys=True)"
)


class Network:
    """The way to an API that is `server`; a context manager."""

    def __init__(self) -> None:
        self.server = FakeServer({})
        self.learner = Learner(self.server)
        self.reached: list[str] = []
        """The paths that were asked for, answered or not."""
        self.held = threading.Event()
        """While it is not set nothing is answered."""
        self.held.set()
        self._port = 0

    @property
    def url(self) -> str:
        """The same whether it is there or not."""
        return f"http://127.0.0.1:{self._port}"

    def __enter__(self) -> Self:
        """Be there."""
        self._http = ThreadingHTTPServer(("127.0.0.1", self._port), _handler(self))
        self._port = self._http.server_port
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Be away: the port is closed."""
        self.held.set()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()


def _handler(network: Network) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            network.reached.append(self.path.partition("?")[0])
            network.held.wait(PATIENCE)
            answer = network.server.handle_request(httpx.Request(self.command, network.url + self.path, content=body))
            try:
                self.send_response(answer.status_code)
                self.send_header("Content-Length", str(len(answer.content)))
                self.end_headers()
                self.wfile.write(answer.content)
            except ConnectionError:
                return  # who asked has gone

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    return Handler


class Terminal:
    """A terminal with one command in it; a context manager, after which the command has ended.

    Args:
        url: Of the API.
        folder: Where the command keeps what it keeps.
        arguments: Of `parlance`.
    """

    def __init__(self, url: str, folder: Path, *arguments: str) -> None:
        self.written = bytearray()
        """All that was shown."""
        self._folder = folder
        self._ours, self._theirs = pty.openpty()
        fcntl.ioctl(self._theirs, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        self._before = termios.tcgetattr(self._theirs)
        folders = dict.fromkeys(("XDG_CONFIG_HOME", "XDG_STATE_HOME", "HOME"), str(folder))
        known = {"PARLANCE_URL": url, "PARLANCE_API_KEY": "pk_made-up", "TERM": "xterm", "PATH": os.environ["PATH"]}
        self._process = start_python(
            STARTED, *arguments, env=folders | known | {"PYTHONUTF8": "1"}, start_new_session=True,
            stdin=self._theirs, stdout=self._theirs, stderr=self._theirs,
        )  # fmt: skip
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._theirs)
        self._reader.join()
        os.close(self._ours)

    def type(self, keys: str) -> None:
        """Press keys, whether somebody waits for them or not."""
        os.write(self._ours, keys.encode())

    def signal(self, number: int) -> None:
        """Send the command a signal."""
        self._process.send_signal(number)

    def shows(self, text: str) -> bool:
        """Whether a text comes to be seen."""
        return eventually(lambda: text.encode() in self.written)

    def ended(self) -> int:
        """The exit code, once it has ended."""
        return self._process.wait(PATIENCE)

    def as_before(self) -> bool:
        """Whether the terminal is as it was before the command."""
        return termios.tcgetattr(self._theirs) == self._before

    def kept(self) -> Deck:
        """The deck as it is on disk."""
        (path,) = self._folder.glob("**/reviews/*.json")
        return msgspec.json.decode(path.read_bytes(), type=Deck)

    def _read(self) -> None:
        try:
            while piece := os.read(self._ours, 4096):
                self.written.extend(piece)
        except OSError:  # Linux: the other side has gone
            return
