"""The life of a worker process: start, claim and perform, drain on SIGTERM, go.

`python -m services.<service>.app` performs wake-ups; with `alone PARENT JOB STEP TASK TOKEN VERDICT` it performs the
one step whose lease it is handed. After its first crash a step runs like that, so that its second and third crash are
its own and no neighbour's.
"""

import os
import signal
import socket
import threading
import time
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Literal
from uuid import UUID

import msgspec
import structlog
from celery import Task
from celery.apps import worker as celery_worker
from celery.signals import worker_shutting_down

from shared.blobs.ports import Blobs
from shared.db.session import Database, assert_room, open_database, pool_use
from shared.jobs.claims import Claim, WorkerBeat
from shared.jobs.errors import TransientError
from shared.jobs.kinds import both_queues
from shared.jobs.submission import WakeUp
from shared.observability.exposition import serve_metrics
from shared.observability.logging import configure_logging
from shared.observability.metrics import WorkerMetrics
from shared.parent import die_with_parent
from shared.queue.alone import Alone
from shared.queue.app import make_celery
from shared.queue.heart import Heart
from shared.queue.publisher import Publisher
from shared.queue.remote_control import refuse_remote_control
from shared.queue.task import FENCED, Performer, StepBody, StepFailedError
from shared.queue.verdict import Begun, Told, tell
from shared.queue.watch import StepWatch
from shared.settings import WorkerSettings

CONNECTIONS = 8  # most in the pool; the heart has one more
RESERVE = 5.0  # seconds of the grace that are kept for giving back what is unfinished
CHILDS_RESERVE = 2.0  # of these, seconds for processes that perform steps alone
log = structlog.get_logger(__name__)


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker service is made of, put together by its `app.py`."""

    name: str
    bodies: Mapping[str, StepBody]
    """Task name to body."""
    blobs: Blobs
    sandbox: bool = False
    """Whether its provider is the sandbox."""
    memo: Literal["owner", "job"] = "owner"
    """Who may be served a paid answer again."""
    program: str = ""
    """The module that runs a process of it, if not `services.<name>.app`."""


class Worker:
    """One process of a service; one that performs a step `alone` has a slot for it, but none to offer."""

    def __init__(self, service: Service, settings: WorkerSettings, *, alone: bool = False) -> None:
        slots = 1 if alone else settings.slots
        self.service = service
        self._settings = settings
        self.name = f"{service.name}@{socket.gethostname()}-{os.getpid()}"
        self.celery = make_celery(settings.core.redis_url)
        self._database: Database = open_database(settings.core.database_url, self.name, most=min(CONNECTIONS, slots))
        self.metrics = WorkerMetrics(service.bodies)
        self.metrics.watch_pool(lambda: pool_use(self._database))
        self.publisher = Publisher(self.celery, settings.core.redis_url, self.metrics.wakeups.count)
        register = WorkerBeat(self.name, service.name, _version(), 0 if alone else slots, 0, draining=False)
        missed = self.metrics.steps.missed_heartbeat
        url, lost, asked = settings.core.database_url, self._on_lost_slot, self._on_asked_to_drain
        self.heart = Heart(url, register, self.publisher, lost, asked, missed=missed)
        self.performer = Performer(
            service=service.name,
            name=self.name,
            bodies=service.bodies,
            database=self._database,
            blobs=service.blobs,
            publisher=self.publisher,
            heart=self.heart,
            sandbox=service.sandbox,
            memo=service.memo,
            metrics=self.metrics,
        )
        self._alone = Alone(service.program or f"services.{service.name}.app", self.performer, self.heart)
        self._performs_alone = alone
        for task in service.bodies:
            self._register(task)

    def run(self) -> None:
        """Perform wake-ups until SIGTERM, then drain."""
        with self._database.connection() as connection:
            assert_room(connection, CONNECTIONS)
        serve_metrics(self.metrics.registry, self._settings.metrics)
        worker_shutting_down.connect(self._on_shutting_down, weak=False)
        refuse_remote_control()
        _hush_celery()
        self.heart.start()
        queues = ",".join(both_queues(self.service.name))
        arguments = ["-q", "worker", "-P", "threads", "-c", str(self._settings.slots), "-Q", queues, "-n", self.name]
        self.celery.worker_main([*arguments, "--without-gossip", "--without-mingle", "-E", "--loglevel", "WARNING"])
        self._leave()

    def run_alone(self, job_id: UUID, step: str, task: str, token: UUID, verdict: int) -> int:
        """Perform the one step whose lease `token` holds; 0 once the engine knows how it went.

        The descriptor `verdict` is the end of a pipe for the sentence that Flower shows.
        """
        signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=self._give_back).start())
        self.heart.start()
        mine = self.performer.held(job_id, step, task, token)
        tell(verdict, Begun())
        result, failed = (FENCED, False) if mine is None else self._attempt(mine)
        log.info("performed alone", result=result, failed=failed)
        tell(verdict, Told(result, failed))
        self._leave()
        return 0

    def _attempt(self, mine: Claim) -> tuple[str, bool]:
        try:
            return self.performer.work(mine), False
        except StepFailedError as error:
            return str(error), True

    def _register(self, task: str) -> None:
        @self.celery.task(name=task, bind=True, throws=(StepFailedError,), typing=False)
        def perform(message: "Task[[str, str], str]", job_id: str, step: str) -> str:
            delivery = message.request.delivery_info or {}
            return self._perform(WakeUp(UUID(job_id), step, task, str(delivery.get("routing_key", self.service.name))))

    def _perform(self, wakeup: WakeUp) -> str:
        if self.heart.draining:
            self.publisher.publish([wakeup])
            self.performer.note_wakeup(wakeup, "pushed_back")
            return "pushed back: the worker is draining"
        claimed = self.performer.claim(wakeup)
        if isinstance(claimed, str):
            return claimed
        if claimed.crashes:
            return self._alone.perform(claimed)
        return self.performer.work(claimed)

    def _on_shutting_down(self, **_: object) -> None:
        self._drain(self._settings.grace_s - RESERVE)

    def _drain(self, seconds: float) -> None:
        """Claim nothing more; whatever is unfinished after `seconds` is given back and the process ends."""
        if not self.heart.draining:
            self.heart.draining = True
            log.info("draining", steps=len(self.heart.watches()))
            threading.Thread(target=self._end_late, args=(seconds,), name="grace", daemon=True).start()

    def _end_late(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            time.sleep(0.2)
        self._give_back()

    def _give_back(self) -> None:
        alone = self._alone.ask_to_end()  # they give their steps back themselves, if they have come so far
        for watch in self.heart.watches():
            if watch.claim not in alone:
                self.performer.release(watch)
        self._alone.end(CHILDS_RESERVE)
        for claimed in alone:
            self.performer.give_back(claimed)
        self._leave()
        os._exit(0)

    def _on_lost_slot(self, watch: StepWatch) -> None:
        """A thread did not come back from a call: its step fails, and the process makes room for a whole one."""
        self.heart.remove(watch)
        overdue = TransientError("provider_timeout", "the provider's call did not return")
        self.performer.fail(watch.claim, overdue)
        log.error("lost slot", job_id=str(watch.claim.job_id), step=watch.claim.step)
        os.kill(os.getpid(), signal.SIGTERM)

    def _on_asked_to_drain(self) -> None:
        """An operator wants the process to go. One that performs a step alone goes anyway once that has ended."""
        log.info("asked to drain")
        if self._performs_alone:
            self.heart.draining = True
        else:
            os.kill(os.getpid(), signal.SIGTERM)

    def _leave(self) -> None:
        self.publisher.flush(2.0)
        self.heart.stop()
        self._database.close(timeout=2.0)


def run_worker(service: Service, settings: WorkerSettings, arguments: Sequence[str]) -> int:
    """Run one process of `service` until it is told to end; what its `app.py` calls.

    Args:
        service: Its name, bodies and object store.
        settings: Read from the environment.
        arguments: The command line: nothing, or `alone PARENT JOB STEP TASK TOKEN VERDICT`.
    """
    configure_logging(service.name, settings.core.log_level)
    if not arguments:
        Worker(service, settings).run()
        return 0
    _, parent, job_id, step, task, token, verdict = arguments
    die_with_parent(int(parent))
    return Worker(service, settings, alone=True).run_alone(UUID(job_id), step, task, UUID(token), int(verdict))


def _hush_celery() -> None:
    """Celery announces its shutdown in plain text; the log has our own line."""
    celery_worker.safe_say = lambda *_: None  # type: ignore[attr-defined]  # its types do not know it


def _version() -> str:
    try:
        return version("parlance")
    except PackageNotFoundError:
        return "checkout"
