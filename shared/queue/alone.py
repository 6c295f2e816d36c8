"""Performing steps alone: each in a process of its own, so that a crash is that step's and no neighbour's."""

import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterable
from typing import IO

import structlog

from shared.jobs.claims import Claim
from shared.jobs.errors import TransientError
from shared.queue.fork_server import ForkServer
from shared.queue.heart import Heart
from shared.queue.task import Performer, StepFailedError
from shared.queue.verdict import Exited, Told, hear
from shared.queue.watch import StepWatch

MOST = 12
"""Processes at once; more steps wait for their turn. Each process has two connections to Postgres, for its step and
for its heart, and of the embedded stack's 100 half are in use (`deploy.local.postgres`): two services
may be in trouble at once."""
NOBODY = -1  # a process id that no process has
PATIENCE = 1.0  # seconds between two looks at a step that waits for its turn
NO_PROCESS = (OSError, EOFError)
log = structlog.get_logger(__name__)


class Alone:
    """Performs claimed steps in processes of their own.

    Args:
        program: The module that runs a process of the service.
        performer: Tells the engine what such a process could not tell.
        heart: Keeps a step's lease until its process has begun.
    """

    def __init__(self, program: str, performer: Performer, heart: Heart) -> None:
        self._server = ForkServer(program)
        self._performer = performer
        self._heart = heart
        self._turns = threading.Semaphore(MOST)
        self._lock = threading.Lock()
        self._running: dict[int, Claim] = {}
        self._ending = False

    def perform(self, claimed: Claim) -> str:
        """Have a step performed and wait for it; returns what Flower shows.

        Raises:
            StepFailedError: The attempt failed, or the process died.
        """
        watch = StepWatch(claimed)
        self._heart.add(watch)  # after a crash many come at once: it may be long until this one has begun
        try:
            if self._gets_its_turn(watch):
                return self._in_turn(watch)
            self._performer.give_back(claimed)
            return "given back: too many at once"
        finally:
            self._heart.remove(watch)

    def ask_to_end(self) -> list[Claim]:
        """Start no more, and ask those that run to give their steps back; what they work on."""
        with self._lock:
            self._ending = True
            asked = dict(self._running)
        _signal(asked, signal.SIGTERM)
        return list(asked.values())

    def end(self, seconds: float) -> None:
        """Wait until all have ended, but not long: none may work on when its lease is given back."""
        end = time.monotonic() + seconds
        while left := dict(self._running):
            if time.monotonic() > end:
                _signal(left, signal.SIGKILL)
            time.sleep(0.02)

    def _gets_its_turn(self, watch: StepWatch) -> bool:
        """Wait for it. False once the step is stopped, or has so little time left that it could fail for that."""
        while not self._turns.acquire(timeout=PATIENCE):
            if watch.stopped or watch.left() < watch.claim.left_s / 2:
                return False
        return True

    def _in_turn(self, watch: StepWatch) -> str:
        try:
            told, code = self._run(watch)
        except NO_PROCESS as error:
            log.exception("no process for a step")
            self._performer.fail(watch.claim, TransientError("internal", "no process could be started for it"))
            message = "internal: no process"
            raise StepFailedError(message) from error
        finally:
            self._turns.release()
        if self._ending:
            if code is None:  # it never began, and who gives back may have looked when it was just to begin
                self._performer.give_back(watch.claim)
            return "given back: the worker ends"
        if told.failed:
            raise StepFailedError(told.sentence)
        if told.sentence or code == 0:
            return f"alone after a crash: {told.sentence or 'given back'}"[:200]
        self._performer.tell_crash(watch.claim)
        message = f"worker_lost: alone, exit {'unknown' if code is None else code}"
        raise StepFailedError(message)

    def _run(self, watch: StepWatch) -> tuple[Told, int | None]:
        """What a process told of the step, and its exit code; null if nobody is left who knows it."""
        listening, telling = os.pipe()
        with os.fdopen(listening, "rb") as pipe:
            try:
                pid = self._start(watch.claim, telling)
            finally:
                os.close(telling)
            try:
                return self._listen(pipe, watch)
            finally:
                self._running.pop(pid, None)

    def _start(self, claimed: Claim, telling: int) -> int:
        with self._lock:  # once the end has been asked for, no process may begin
            if self._ending:
                return NOBODY
            ids = [str(claimed.job_id), claimed.step, claimed.task, str(claimed.token)]
            pid = self._server.fork(ids, telling)
            self._running[pid] = claimed
            return pid

    def _listen(self, pipe: IO[bytes], watch: StepWatch) -> tuple[Told, int | None]:
        told = Told("", failed=False)
        while not isinstance(word := hear(pipe), Exited):
            if isinstance(word, Told):
                told = word
            else:
                self._heart.remove(watch)
        return told, word.code


def _signal(processes: Iterable[int], number: int) -> None:
    for pid in processes:
        with contextlib.suppress(ProcessLookupError):  # it has just ended
            os.kill(pid, number)
