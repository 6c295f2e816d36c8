"""A server that sends bytes as slowly as it is told to, on a free port of the loopback."""

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest


class RawServer:
    """Accepts one connection after the other and sends each the same pieces, with a pause before each piece.

    Args:
        pieces: Bytes to send; the connection is closed after the last.
        pause: Seconds before each piece.
    """

    def __init__(self, pieces: Sequence[bytes], pause: float) -> None:
        self._pieces = pieces
        self._pause = pause
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="raw-server")
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def start(self) -> None:
        """Accept connections."""
        self._thread.start()

    def stop(self) -> None:
        """Close everything."""
        self._over.set()
        with socket.create_connection(self._socket.getsockname()):
            self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while not self._over.is_set():
            connection, _ = self._socket.accept()
            with connection:
                self._send(connection)

    def _send(self, connection: socket.socket) -> None:
        try:
            for piece in self._pieces:
                if self._over.wait(self._pause):
                    return
                connection.sendall(piece)
            # A socket that is closed with the request unread resets the connection, answer and all.
            connection.shutdown(socket.SHUT_WR)
            connection.settimeout(1.0)
            while connection.recv(65_536):
                pass
        except OSError:
            return  # the client has gone: that is what the test is about


@contextmanager
def run_raw_server(pieces: Sequence[bytes], *, pause: float = 0.0) -> Iterator[RawServer]:
    """A raw server for the time of a `with` block."""
    server = RawServer(pieces, pause)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def trickling_server() -> Iterator[RawServer]:
    """Answers a good status line and headers, one byte every fifth of a second: minutes in all."""
    answer = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n" + b" " * 1000
    with run_raw_server([answer[place : place + 1] for place in range(len(answer))], pause=0.2) as server:
        yield server
