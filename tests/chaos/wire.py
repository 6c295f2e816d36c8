"""A wire between one worker and Postgres that can lose an answer, or call out at the moment when one arrives."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress

import msgspec

from deploy.local.ports import LOOPBACK

CHUNK = 65536
COMMIT, BEGIN = b"COMMIT", b"BEGIN"


class Trap(msgspec.Struct):
    """What is to happen to the answer to the next request that holds `words`."""

    words: bytes
    spring: Callable[[], bool]
    """Called when the answer has come and before it is passed on; false loses it and cuts the connection."""
    sprung: threading.Event = msgspec.field(default_factory=threading.Event)


class Wire:
    """Listens on a port of its own and passes everything on to Postgres at `port`."""

    def __init__(self, port: int) -> None:
        self._upstream = port
        self._trap: Trap | None = None
        self._lock = threading.Lock()
        self._listener = socket.create_server((LOOPBACK, 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, name="wire", daemon=True).start()

    def close(self) -> None:
        """Accept no more."""
        self._listener.close()

    def lay(self, words: bytes, spring: Callable[[], bool]) -> Trap:
        """Wait for the next request with `words`."""
        trap = Trap(words, spring)
        with self._lock:
            self._trap = trap
        return trap

    def _accept(self) -> None:
        with suppress(OSError):  # closed
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._connect, args=(client,), daemon=True).start()

    def _connect(self, client: socket.socket) -> None:
        try:
            server = socket.create_connection((LOOPBACK, self._upstream))
        except OSError:
            client.close()
            return
        caught: list[Trap] = []
        threading.Thread(target=self._pass_requests, args=(client, server, caught), daemon=True).start()
        self._pass_answers(client, server, caught)

    def _pass_requests(self, client: socket.socket, server: socket.socket, caught: list[Trap]) -> None:
        with suppress(OSError):
            while data := client.recv(CHUNK):
                if trap := self._taken(data):
                    caught.append(trap)
                server.sendall(data)
        _cut(server)

    def _taken(self, data: bytes) -> Trap | None:
        with self._lock:
            if self._trap is None or self._trap.words not in data:
                return None
            trap, self._trap = self._trap, None
            return trap

    def _pass_answers(self, client: socket.socket, server: socket.socket, caught: list[Trap]) -> None:
        with suppress(OSError):
            while data := server.recv(CHUNK):
                if caught and not _sprung(caught.pop()):
                    break
                client.sendall(data)
        _cut(client)
        _cut(server)


def _sprung(trap: Trap) -> bool:
    passes = trap.spring()
    trap.sprung.set()
    return passes


def _cut(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
