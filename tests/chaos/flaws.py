"""What a worker in chaos does that one in production does not: forget a task, and die of a poisoned step."""

import os
import signal
import threading
import time
from collections.abc import Sequence

import msgspec

from shared.jobs.steps import Done
from shared.queue.task import StepBody, StepRun
from shared.queue.worker import Service, run_worker
from shared.settings import WorkerSettings

PROGRAM = "tests.chaos.scaled"
POISON = "one drop of poison"
NEIGHBOURS = 64
"""Steps under way, the poisoned one included, that it waits for at its first attempt."""
PATIENCE = 10.0  # seconds for which it waits at most


class Neighbours:
    """Counts the steps that this process performs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running = 0

    def watched(self, body: StepBody) -> StepBody:
        """`body`, counted; poisoned if its input says so."""

        def work(run: StepRun) -> Done:
            with self._lock:
                self._running += 1
            try:
                if POISON.encode() in run.input:
                    self._poison(run)
                return body(run)
            finally:
                with self._lock:
                    self._running -= 1

        return work

    def _poison(self, run: StepRun) -> None:
        end = time.monotonic() + PATIENCE
        while run.attempt == 1 and self._running < NEIGHBOURS and time.monotonic() < end:
            time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGKILL)


def run_flawed(service: Service, settings: WorkerSettings, arguments: Sequence[str]) -> int:
    """`run_worker`, with a program that gives children the same clocks and flaws."""
    forgotten = os.environ.get("CHAOS_FORGETS", "").split(",")
    neighbours = Neighbours()
    bodies = {task: neighbours.watched(body) for task, body in service.bodies.items() if task not in forgotten}
    return run_worker(msgspec.structs.replace(service, bodies=bodies, program=PROGRAM), settings, arguments)
