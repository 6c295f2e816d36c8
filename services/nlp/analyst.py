"""Annotating in a process of its own, so that the worker's threads (above all its heartbeat) are never held up."""

import os
import socket
import subprocess
import sys
import threading
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from services.nlp.analysis import Broken, Order, Outcome
from shared.articles.model import Annotation, Level
from shared.jobs.errors import TransientError
from shared.jobs.steps import Watch

PATIENCE = 0.25  # seconds between two looks at the step's watch
_OUTCOMES: msgspec.msgpack.Decoder[Outcome] = msgspec.msgpack.Decoder(Outcome)
_ROOT = Path(__file__).parents[2]


class AnalysisError(RuntimeError):
    """Our code in the analysis process raised; the message is its traceback."""


class Analyst:
    """Sends texts to one child process, one after the other, and replaces the child when it dies or takes too long.

    The child is started by `start` or by the first text. It ends with this process: see `analysis_process`. It is
    given no environment, so no key of a provider either.
    """

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._child: _Child | None = None

    def start(self) -> Self:
        """Start the child now, so that its imports (2 s) are done before the first text comes."""
        with self._turn:
            self._living()
        return self

    def annotate(self, text: str, language: str, level: Level, watch: Watch) -> Annotation:
        """As `services.nlp.ports.Annotator`. Waiting for one's turn counts against the step's time."""
        while not self._turn.acquire(timeout=PATIENCE):
            watch.check()
        try:
            outcome = self._ask(msgspec.msgpack.encode(Order(text=text, language=language, level=level)), watch)
        finally:
            self._turn.release()
        if isinstance(outcome, Broken):
            raise AnalysisError(outcome.traceback)
        return outcome.annotation

    def close(self) -> None:
        """End the child."""
        with self._turn:
            self._drop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.close()

    def _ask(self, order: bytes, watch: Watch) -> Outcome:
        try:
            child = self._living()
            child.connection.send_bytes(order)
            while not wait([child.connection], PATIENCE):
                watch.check()
            return _OUTCOMES.decode(child.connection.recv_bytes())
        except (EOFError, OSError) as error:
            self._drop()
            raise TransientError(
                "worker_lost", "The process that annotates texts ended in the middle of one."
            ) from error
        except BaseException:
            self._drop()  # it is still busy with a text that nobody waits for
            raise

    def _living(self) -> "_Child":
        if self._child is not None and self._child.process.poll() is not None:
            self._drop()
        if self._child is None:
            self._child = _Child()
        return self._child

    def _drop(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.end()


class _Child:
    """The process and our end of the socket to it."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            descriptor = theirs.fileno()
            self.process = subprocess.Popen(  # noqa: S603 - our own module, no shell
                [sys.executable, "-X", "utf8", "-m", "services.nlp.analysis_process", str(descriptor)],
                pass_fds=[descriptor],
                stdin=subprocess.DEVNULL,
                cwd=_ROOT,
                env={"PYTHONPATH": os.pathsep.join(sys.path), "OMP_NUM_THREADS": "1"},
                start_new_session=True,  # a Ctrl-C in the terminal is the worker's to answer
            )
        self.connection = Connection(ours.detach())

    def end(self) -> None:
        """Kill the process and wait for it."""
        self.connection.close()
        self.process.kill()
        self.process.wait()
