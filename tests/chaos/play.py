"""A rehearsal under way: the stage, the clients, and what was done to them so far."""

import threading
import time
from random import Random
from statistics import fmean

import psycopg

from tests.chaos.harms import Harm, Kind, begin, due_services, held_by, taken_over
from tests.chaos.load import Client, Load, Sandbox
from tests.chaos.stage import WORKERS, Stage, now
from tests.support.processes import eventually

TICK = 0.5  # seconds
WORK = 0.02  # seconds of a processor
OPEN = "SELECT count(*) AS n FROM jobs WHERE finished_at IS NULL"


class Pulse(threading.Thread):
    """Feels how slow the machine is: others on it take processors away, and then nothing is done in time.

    Args:
        stage: Whose open jobs are counted now and then.
    """

    def __init__(self, stage: Stage) -> None:
        super().__init__(name="pulse", daemon=True)
        self.open_jobs = 0
        self._slowdowns = [1.0]
        self._stage = stage
        self._end = threading.Event()

    @property
    def slowdown(self) -> float:
        """How many times as long a little work took as it would alone, on average; 1 on a machine of one's own."""
        return fmean(self._slowdowns)

    def run(self) -> None:
        """Look until `stop`."""
        while not self._end.wait(TICK):
            self._slowdowns.append(_slowdown())
            try:
                self.open_jobs = int(self._stage.one(OPEN))
            except psycopg.Error:
                continue  # it is away, as somebody wanted

    def stop(self) -> None:
        """Look no more."""
        self._end.set()
        self.join()


def _slowdown() -> float:
    began, worked = time.perf_counter(), time.thread_time()
    while time.thread_time() - worked < WORK:
        pass
    return max(1.0, (time.perf_counter() - began) / WORK)


class Play:
    """What acts work with.

    Args:
        stage: The processes.
        clients: Who orders.
        random: Decides.
    """

    def __init__(self, stage: Stage, clients: list[Client], random: Random, end: threading.Event) -> None:
        self.stage = stage
        self.random = random
        self.clients = clients
        self.sandbox = Sandbox(stage.sandbox_url)
        self.pulse = Pulse(stage)
        self.load = Load(clients, self.sandbox, random, lambda: self.pulse.open_jobs, end)
        self.harms: list[Harm] = []
        self.violations: list[str] = []

    @property
    def client(self) -> Client:
        """One of them."""
        return self.random.choice(self.clients)

    def hurt(self, what: str, kind: Kind) -> Harm:
        """Note a harm that begins now."""
        harm = begin(what, kind)
        self.harms.append(harm)
        return harm

    def kill(self, name: str) -> Harm:
        """`kill -9` a worker, with what it held noted."""
        worker = self.stage.worker_name(name)
        harm = self.hurt(f"kill -9 {WORKERS[name]}", "killed")
        self.stage.kill(name)
        harm.steps = held_by(self.stage, worker)
        return harm

    def busiest(self, *names: str) -> str:
        """The one of these workers that holds the most."""
        return max(names, key=lambda name: len(held_by(self.stage, self.stage.worker_name(name))))

    def back(self, harm: Harm) -> None:
        """What was taken away is there again: from now on the gap counts."""
        harm.over = now()
        harm.services = due_services(self.stage)

    def recover(self, *harms: Harm) -> None:
        """Wait until what they interrupted goes on; a violation if it never does."""
        patience = (2 * self.stage.clocks.lease + 20.0) * self.pulse.slowdown
        self.expect(
            eventually(lambda: all(taken_over(self.stage, harm) for harm in harms), patience),
            f"{harms[0].what}: steps it held were not taken over in {patience:.0f} s",
        )

    def expect(self, holds: object, otherwise: str) -> None:
        """A violation, unless it holds."""
        if not holds:
            self.violations.append(otherwise)
