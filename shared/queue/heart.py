"""The heartbeat: one thread with its own connection keeps this process's leases and its place in the register."""

import threading
import time
from collections.abc import Callable

import msgspec
import psycopg
import structlog

from shared.db.session import Connection, connect
from shared.jobs.claims import WorkerBeat, beat_worker, forget_worker, heartbeat
from shared.jobs.model import LEASE
from shared.queue.publisher import Publisher
from shared.queue.watch import StepWatch

TICK = 1.0  # seconds: progress is written once a second at most
RENEWAL = LEASE / 3  # seconds after which a lease is renewed even if nothing moved
REGISTER = 5.0  # seconds between two words to the register of workers

log = structlog.get_logger(__name__)


class Heart:
    """Beats until it is stopped, last of all.

    Args:
        database_url: Where the leases are.
        worker: How this process is registered; `running` and `draining` are filled in.
        publisher: Tells waiting clients of progress.
        lost_slot: Called once for a step whose thread is still out one lease after its deadline.
        asked_to_drain: Called when an operator asks for it, and again every few seconds until `draining` is set.
        missed: Called whenever a heartbeat could not be written.
    """

    def __init__(
        self,
        database_url: str,
        worker: WorkerBeat,
        publisher: Publisher,
        lost_slot: Callable[[StepWatch], None],
        asked_to_drain: Callable[[], None],
        *,
        missed: Callable[[], None] = lambda: None,
    ) -> None:
        self._database_url = database_url
        self._worker = worker
        self._publisher = publisher
        self._lost_slot = lost_slot
        self._asked_to_drain = asked_to_drain
        self._missed = missed
        self._watches: dict[StepWatch, float] = {}
        self._lock = threading.Lock()
        self._end = threading.Event()
        self.draining = False
        self._registered_at = float("-inf")
        self._connection: Connection | None = None
        self._thread = threading.Thread(target=self._run, name="heart", daemon=True)

    def start(self) -> None:
        """Begin to beat."""
        self._thread.start()

    def stop(self) -> None:
        """Beat no more and leave the register."""
        self._end.set()
        self._thread.join(timeout=3.0)

    def add(self, watch: StepWatch) -> None:
        """Keep this step's lease from now on."""
        with self._lock:
            self._watches[watch] = time.monotonic()

    def remove(self, watch: StepWatch) -> None:
        """The step has ended."""
        with self._lock:
            self._watches.pop(watch, None)

    def watches(self) -> list[StepWatch]:
        """The steps under way."""
        with self._lock:
            return list(self._watches)

    def _run(self) -> None:
        while not self._end.wait(TICK):
            try:
                self._tick(time.monotonic())
            except psycopg.Error as error:
                self._missed()
                log.warning("heartbeat missed", error=repr(error))
                self._forget_connection()
            except Exception:  # a heart that dies takes every lease of the process with it
                self._missed()
                log.exception("heartbeat broke")
                self._forget_connection()
        self._leave()

    def _tick(self, now: float) -> None:
        for watch in self.watches():
            if now > watch.deadline + LEASE:
                self._lost_slot(watch)
        self._beat(now)
        if now - self._registered_at >= REGISTER:
            self._register()
            self._registered_at = now

    def _register(self) -> None:
        if self._registered_at == float("-inf"):
            # What was asked of a process that bore our name (a container's 1, say) and died is not asked of us.
            forget_worker(self._connected(), self._worker.name)
        worker = msgspec.structs.replace(self._worker, running=len(self.watches()), draining=self.draining)
        if beat_worker(self._connected(), worker) and not self.draining:
            self._asked_to_drain()

    def _beat(self, now: float) -> None:
        with self._lock:
            due = [watch for watch, beaten in self._watches.items() if watch.moved or now - beaten >= RENEWAL]
        if not due:
            return
        beats = [watch.beat() for watch in due]
        answer = heartbeat(self._connected(), beats)
        for watch, beat in zip(due, beats, strict=True):
            watch.written(beat)
            if watch.key in answer.lost | answer.cancelled:
                watch.stop()
        with self._lock:
            for watch in due:
                if watch in self._watches:
                    self._watches[watch] = now
        self._publisher.notify(beat.job_id for beat in beats if beat.moved)

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = connect(self._database_url, f"heart-{self._worker.name}")
        return self._connection

    def _forget_connection(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _leave(self) -> None:
        try:
            forget_worker(self._connected(), self._worker.name)
        except psycopg.Error as error:
            log.warning("not taken off the register", error=repr(error))
        self._forget_connection()
