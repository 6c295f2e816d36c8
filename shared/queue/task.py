"""Performing a step: claim it, do its work, tell the engine how it went. What a Celery task of ours does."""

import random
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from uuid import UUID, uuid4

import msgspec
import psycopg
import structlog
from psycopg_pool import PoolClosed, PoolTimeout

from shared.blobs.ports import Blobs
from shared.db.session import Connection, Database
from shared.jobs import store
from shared.jobs.claims import (
    DUPLICATE,
    NO_SUCH_STEP,
    PAUSED,
    Claim,
    claim,
    end_provider_pause,
    held,
    pause_for_provider,
)
from shared.jobs.errors import StepError, StepStoppedError, TransientError
from shared.jobs.kinds import both_queues
from shared.jobs.model import Crashed, Failed, Released, StepEvent, StepFailure, Succeeded
from shared.jobs.steps import Done, Watch
from shared.jobs.submission import WakeUp
from shared.jobs.wording import storable
from shared.ledger.calls import AWAY, StepLedger, reject
from shared.ledger.ports import Ledger
from shared.observability.metrics import WorkerMetrics
from shared.queue.heart import Heart
from shared.queue.outcomes import outcome_of
from shared.queue.publisher import Publisher
from shared.queue.watch import StepWatch

UNANSWERED = (psycopg.OperationalError, PoolTimeout, store.ContentionError)
"""Postgres has not said what became of it: asked again with the same token."""
REFUSED = (psycopg.errors.ProgramLimitExceeded, PoolClosed)
"""psycopg counts them among the operational errors, but the same products are refused every time, and a pool that is
closed because the process ends stays closed."""

FENCED = "fenced: another worker has the lease"
REFUSALS = {NO_SUCH_STEP: "unknown", PAUSED: "paused", DUPLICATE: "duplicate"}
"""How a claim that came to nothing is counted."""
Answer = TypeVar("Answer")
log = structlog.get_logger(__name__)


class StepRun(msgspec.Struct, frozen=True, kw_only=True):
    """What a step's body gets."""

    job_id: UUID
    owner_id: UUID
    step: str
    attempt: int
    token: UUID
    input: bytes
    """The job's input as JSON."""
    outputs: Mapping[str, Mapping[str, Any]]
    """Outputs of the job's steps that have succeeded, by name."""
    watch: Watch
    ledger: Ledger
    database: Database

    def key(self, name: str) -> str:
        """The object key for a product of this attempt; the row that is written at the end decides which counts."""
        return f"{self.job_id}/{self.step}/{self.token}/{name}"


StepBody = Callable[[StepRun], Done]


class StepFailedError(Exception):
    """An attempt that failed, for Flower: `code after seconds`. The row says whether it will be tried again."""


class Performer:
    """Performs the steps of one service in one process.

    Args:
        service: The service's name.
        name: This process's name, as it stands in leases.
        bodies: Task name to body.
        database: The process's pool.
        blobs: The object store.
        publisher: For wake-ups of steps that become ready.
        heart: Keeps leases.
        sandbox: Whether the provider is the sandbox.
        memo: Who may be served a paid answer again: the same `owner`, or only the same `job`.
        metrics: Counts what becomes of wake-ups, attempts and calls.
    """

    def __init__(
        self,
        *,
        service: str,
        name: str,
        bodies: Mapping[str, StepBody],
        database: Database,
        blobs: Blobs,
        publisher: Publisher,
        heart: Heart,
        sandbox: bool,
        memo: str,
        metrics: WorkerMetrics | None = None,
    ) -> None:
        self.service = service
        self.name = name
        self.bodies = bodies
        self._database = database
        self._blobs = blobs
        self._publisher = publisher
        self._heart = heart
        self._sandbox = sandbox
        self._memo = memo
        self._metrics = metrics or WorkerMetrics()

    def claim(self, wakeup: WakeUp) -> Claim | str:
        """Claim the step a wake-up names, or say in a few words why there is nothing to do."""
        token = uuid4()
        claimed = self._insist_on(lambda connection: claim(connection, wakeup, token, self.name))
        self.note_wakeup(wakeup, REFUSALS[claimed] if isinstance(claimed, str) else "claimed")
        return claimed

    def held(self, job_id: UUID, step: str, task: str, token: UUID) -> Claim | None:
        """What the holder of `token` works on; null if the lease is somebody else's by now."""
        return self._insist_on(lambda connection: held(connection, job_id, step, task, token))

    def note_wakeup(self, wakeup: WakeUp, result: str) -> None:
        """Count what came of a wake-up. Its queue is the sender's word: one that is not ours has no name."""
        known = wakeup.queue in both_queues(self.service)
        self._metrics.steps.claimed(wakeup.queue if known else "unknown", result)

    def work(self, held: Claim) -> str:
        """Do a claimed step's work and finish it; returns what Flower shows.

        Raises:
            StepFailedError: The attempt failed.
        """
        watch = StepWatch(held)
        self._heart.add(watch)
        structlog.contextvars.bind_contextvars(
            request_id=held.request_id, job_id=str(held.job_id), step=held.step, attempt=held.attempt
        )
        try:
            return self._finish(held, watch, self._attempt(held, watch))
        finally:
            self._heart.remove(watch)
            self._metrics.steps.took(held.task, time.monotonic() - watch.began)
            structlog.contextvars.clear_contextvars()

    def release(self, watch: StepWatch) -> None:
        """Stop a step and give it back unfinished."""
        watch.stop()
        self.give_back(watch.claim)

    def give_back(self, held: Claim) -> store.Outcome:
        """Give a step back unfinished; nothing happens if it has been told how the step ended."""
        return self._tell(held, Released(held.step, held.token))

    def fail(self, held: Claim, error: StepError) -> store.Outcome:
        """Tell the engine that a step failed, and mark the paid answers that a gate refused."""
        event = Failed(
            step=held.step,
            token=held.token,
            failure=StepFailure(error.code, storable(error.detail)),
            transient=isinstance(error, TransientError),
            retry_after=error.retry_after if isinstance(error, TransientError) else None,
            jitter=random.random(),  # noqa: S311 - spreads retries, guards nothing
        )
        save = (lambda connection: reject(connection, error.rejects, error.code)) if error.rejects else None
        if isinstance(error, TransientError) and error.throttles:
            self._pause(error)
        return self._tell(held, event, save)

    def tell_crash(self, held: Claim) -> store.Outcome:
        """Tell the engine that the process which performed the step alone has died."""
        return self._tell(held, Crashed(held.step, held.token))

    def _attempt(self, held: Claim, watch: StepWatch) -> Done | StepError | None:
        """The step's result, its error, or null if it was stopped."""
        try:
            return self.bodies[held.task](self._run(held, watch))
        except StepStoppedError:
            return None
        except StepError as error:
            return error
        except AWAY as error:
            log.warning("infrastructure away", error=repr(error))
            return TransientError("internal", "a database or the object store did not answer")
        except Exception:
            log.exception("step broke")
            return StepError("internal", "an error of ours; the log has it")

    def _run(self, held: Claim, watch: StepWatch) -> StepRun:
        scope = str(held.owner_id if self._memo == "owner" else held.job_id)
        ledger = StepLedger(
            database=self._database,
            blobs=self._blobs,
            job_id=held.job_id,
            step=held.step,
            scope=scope,
            sandbox=self._sandbox,
            metrics=self._metrics.providers,
        )
        return StepRun(
            job_id=held.job_id,
            owner_id=held.owner_id,
            step=held.step,
            attempt=held.attempt,
            token=held.token,
            input=held.input,
            outputs=held.outputs,
            watch=watch,
            ledger=ledger,
            database=self._database,
        )

    def _finish(self, held: Claim, watch: StepWatch, result: Done | StepError | None) -> str:
        if result is None:
            return FENCED if self.give_back(held).verdict == "fenced" else "stopped"
        failure = self._succeed(held, result) if isinstance(result, Done) else result
        if isinstance(failure, str):
            return failure
        seconds = time.monotonic() - watch.began
        log.info("step failed", code=failure.code, detail=failure.detail, seconds=round(seconds, 1))
        if self.fail(held, failure).verdict == "fenced":
            return FENCED
        if isinstance(failure, TransientError) and failure.snoozes:
            return f"snoozed {failure.retry_after or 0:.0f} s: {failure.code}"
        message = f"{failure.code} after {seconds:.1f} s"
        raise StepFailedError(message)

    def _succeed(self, held: Claim, done: Done) -> str | StepError:
        """Store a success; the error to fail with if its products cannot be stored."""
        event = Succeeded(held.step, held.token, done.output, storable(done.summary))
        try:
            outcome = self._tell(held, event, done.save)
        except Exception:
            log.exception("products not stored")
            return StepError("internal", "the step's products could not be stored")
        if outcome.verdict == "fenced":
            return FENCED
        if held.half_open:
            self._end_pause()
        return f"succeeded {done.summary}"[:200]

    def _tell(self, held: Claim, event: StepEvent, save: Callable[[Connection], None] | None = None) -> store.Outcome:
        def tell() -> store.Outcome:
            return store.tell(self._database, held.job_id, event, save=save, may_publish=self._publisher.healthy)

        outcome = _insist(tell)
        if outcome.verdict == "fenced":
            log.warning("fenced", told=type(event).__name__.lower(), token=str(held.token))
        if (ended := outcome_of(event, outcome)) is not None:
            self._metrics.steps.ended(held.task, ended)
        self._publisher.publish(outcome.wakeups)
        self._publisher.notify([held.job_id])
        return outcome

    def _pause(self, error: TransientError) -> None:
        self._insist_on(lambda connection: pause_for_provider(connection, self.service, error.code, error.retry_after))

    def _end_pause(self) -> None:
        self._insist_on(lambda connection: end_provider_pause(connection, self.service))

    def _insist_on(self, ask: Callable[[Connection], Answer]) -> Answer:
        def once() -> Answer:
            with self._database.connection() as connection:
                return ask(connection)

        return _insist(once)


def _insist(ask: Callable[[], Answer]) -> Answer:
    """Ask Postgres until it answers: a claim or a finish must not be left half known."""
    wait = 0.1  # seconds, doubled up to 1: whoever waits for it has waited long enough
    while True:
        try:
            return ask()
        except REFUSED:
            raise
        except UNANSWERED as error:
            log.warning("postgres did not answer", error=repr(error))
        time.sleep(wait)
        wait = min(2 * wait, 1.0)
