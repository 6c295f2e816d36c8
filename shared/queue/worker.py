"""The life of a worker process: start, claim and perform, drain on SIGTERM, go.

`python -m services.<service>.app` performs wake-ups; with `alone JOB STEP TASK TOKEN` it performs the one step whose
lease it is handed. After its first crash a step runs like that, so that its second and third crash are its own and
no neighbour's.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Literal
from uuid import UUID

import msgspec
import structlog
from celery import Task
from celery.signals import worker_shutting_down

from shared.blobs.ports import Blobs
from shared.db.session import Database, assert_room, open_database
from shared.jobs.claims import Claim, WorkerBeat, held
from shared.jobs.errors import TransientError
from shared.jobs.submission import WakeUp, queue_of
from shared.observability.logging import configure_logging
from shared.parent import die_with_parent
from shared.queue.app import make_celery
from shared.queue.heart import Heart
from shared.queue.publisher import Publisher
from shared.queue.task import Performer, StepBody, StepFailedError
from shared.queue.watch import StepWatch
from shared.settings import WorkerSettings

CONNECTIONS = 8  # most in the pool; the heart has one more
RESERVE = 5.0  # seconds of the grace that are kept for giving back what is unfinished
CHILDS_RESERVE = 2.0  # of these, seconds for a process that performs a step alone
log = structlog.get_logger(__name__)


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker service is made of, put together by its `app.py`."""

    name: str
    bodies: Mapping[str, StepBody]
    """Task name to body."""
    blobs: Blobs
    sandbox: frozenset[str] = frozenset()
    """Providers that are the sandbox."""
    memo: Literal["owner", "job"] = "owner"
    """Who may be served a paid answer again."""
    program: str = ""
    """The module that runs a process of it, if not `services.<name>.app`."""


class Worker:
    """One process of a service."""

    def __init__(self, service: Service, settings: WorkerSettings, *, slots: int) -> None:
        self.service = service
        self._settings = settings
        self.name = f"{service.name}@{socket.gethostname()}-{os.getpid()}"
        self.celery = make_celery(settings.core.redis_url)
        self._database: Database = open_database(settings.core.database_url, self.name, most=min(CONNECTIONS, slots))
        self.publisher = Publisher(self.celery, settings.core.redis_url)
        register = WorkerBeat(self.name, service.name, _version(), slots, 0, draining=False)
        self.heart = Heart(settings.core.database_url, register, self.publisher, self._on_lost_slot)
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
        )
        self._alone: dict[subprocess.Popen[bytes], Claim] = {}
        for task in service.bodies:
            self._register(task)

    def run(self) -> None:
        """Perform wake-ups until SIGTERM, then drain."""
        with self._database.connection() as connection:
            assert_room(connection, CONNECTIONS)
        worker_shutting_down.connect(self._on_shutting_down, weak=False)
        self.heart.start()
        service = self.service.name
        queues = f"{queue_of(service, bulk=False)},{queue_of(service, bulk=True)}"
        arguments = ["-q", "worker", "-P", "threads", "-c", str(self._settings.slots), "-Q", queues, "-n", self.name]
        self.celery.worker_main([*arguments, "--without-gossip", "--without-mingle", "-E", "--loglevel", "WARNING"])
        self._leave()

    def run_alone(self, job_id: UUID, step: str, task: str, token: UUID) -> int:
        """Perform the one step whose lease `token` holds; 0 once the engine knows how it went."""
        signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=self._give_back).start())
        self.heart.start()
        with self._database.connection() as connection:
            mine = held(connection, job_id, step, task, token)
        if mine is not None:
            try:
                log.info("performed alone", result=self.performer.work(mine))
            except StepFailedError as error:
                log.info("failed alone", result=str(error))
        self._leave()
        return 0

    def _register(self, task: str) -> None:
        @self.celery.task(name=task, bind=True, throws=(StepFailedError,), typing=False)
        def perform(message: "Task[[str, str], str]", job_id: str, step: str) -> str:
            delivery = message.request.delivery_info or {}
            return self._perform(WakeUp(UUID(job_id), step, task, str(delivery.get("routing_key", self.service.name))))

    def _perform(self, wakeup: WakeUp) -> str:
        if self.heart.draining:
            self.publisher.publish([wakeup])
            return "pushed back: the worker is draining"
        claimed = self.performer.claim(wakeup)
        if isinstance(claimed, str):
            return claimed
        if claimed.crashes:
            return self._perform_alone(claimed)
        return self.performer.work(claimed)

    def _perform_alone(self, claimed: Claim) -> str:
        program = self.service.program or f"services.{self.service.name}.app"
        ids = [str(claimed.job_id), claimed.step, claimed.task, str(claimed.token)]
        command = [sys.executable, "-m", program, "alone", str(os.getpid()), *ids]
        child = subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603 - our own command, no shell
        self._alone[child] = claimed
        code = child.wait()
        if self._alone.pop(child, None) is None:
            return "given back: the worker ends"
        if code == 0:
            return "performed alone after a crash"
        self.performer.tell_crash(claimed)
        message = f"worker_lost: alone, exit {code}"
        raise StepFailedError(message)

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
        alone, self._alone = self._alone, {}
        for child in alone:
            child.terminate()  # it gives its step back itself, if it has come so far
        for watch in self.heart.watches():
            self.performer.release(watch)
        for child, claimed in alone.items():
            _end(child)
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

    def _leave(self) -> None:
        self.publisher.flush(2.0)
        self.heart.stop()
        self._database.close(timeout=2.0)


def run_worker(service: Service, settings: WorkerSettings, arguments: Sequence[str]) -> int:
    """Run one process of `service` until it is told to end; what its `app.py` calls.

    Args:
        service: Its name, bodies and object store.
        settings: Read from the environment.
        arguments: The command line: nothing, or `alone PARENT JOB STEP TASK TOKEN`.
    """
    configure_logging(service.name, settings.core.log_level)
    if not arguments:
        Worker(service, settings, slots=settings.slots).run()
        return 0
    _, parent, job_id, step, task, token = arguments
    die_with_parent(int(parent))
    return Worker(service, settings, slots=1).run_alone(UUID(job_id), step, task, UUID(token))


def _end(child: "subprocess.Popen[bytes]") -> None:
    """Wait for a child that was told to end, but not long: it must not work on when its lease is given back."""
    try:
        child.wait(CHILDS_RESERVE)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _version() -> str:
    try:
        return version("parlance")
    except PackageNotFoundError:
        return "checkout"
