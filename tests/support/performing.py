"""A performer over real rows whose heart and publisher are in memory, and jobs of one step to perform with it."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from shared.db.session import Database
from shared.jobs.claims import Claim
from shared.jobs.kinds import StepSpec
from shared.jobs.steps import Done
from shared.jobs.submission import WakeUp
from shared.observability.metrics import WorkerMetrics
from shared.queue.heart import Heart
from shared.queue.publisher import Publisher
from shared.queue.task import Performer, StepBody, StepRun
from shared.queue.watch import StepWatch
from tests.support.jobs import Engine, step
from tests.support.memory_blobs import MemoryBlobs


class MemoryPublisher(Publisher):
    """Remembers what it should send."""

    def __init__(self) -> None:
        self.published: list[WakeUp] = []
        self.notified: list[UUID] = []
        self.well = True

    @property
    def healthy(self) -> bool:
        return self.well

    def publish(self, wakeups: Iterable[WakeUp]) -> None:
        self.published += wakeups

    def notify(self, job_ids: Iterable[UUID]) -> None:
        self.notified += job_ids

    def flush(self, timeout: float) -> bool:  # noqa: ARG002 - it takes no time
        return True


class MemoryHeart(Heart):
    """Remembers whose leases it should keep."""

    def __init__(self) -> None:
        self.kept: list[StepWatch] = []

    def add(self, watch: StepWatch) -> None:
        self.kept.append(watch)

    def remove(self, watch: StepWatch) -> None:
        self.kept.remove(watch)

    def watches(self) -> list[StepWatch]:
        return self.kept


class Stage:
    """Performs made-up bodies.

    Args:
        engine: Over the database of the test.
        database: What the performer is given instead of the engine's pool.
        memo: Whose paid answers are served again.
    """

    def __init__(self, engine: Engine, *, database: Database | None = None, memo: str = "owner") -> None:
        self.engine = engine
        self.publisher = MemoryPublisher()
        self.heart = MemoryHeart()
        self.blobs = MemoryBlobs()
        self.bodies: dict[str, StepBody] = {}
        self.metrics = WorkerMetrics()
        self.performer = Performer(
            service="nlp",
            name="nlp@test",
            bodies=self.bodies,
            database=database or engine.database,
            blobs=self.blobs,
            publisher=self.publisher,
            heart=self.heart,
            sandbox=False,
            memo=memo,
            metrics=self.metrics,
        )

    def job(self, body: StepBody, *more: StepSpec, **settings: Any) -> UUID:
        """A job whose step `work` is `body`."""
        self.bodies["nlp.work"] = body
        return self.engine.submit(step("work"), *more, **settings)

    def claim(self, job: UUID, name: str = "work") -> Claim:
        """Claim a step that must be claimable."""
        claimed = self.performer.claim(WakeUp(job, name, f"nlp.{name}", "nlp"))
        assert isinstance(claimed, Claim), claimed
        return claimed

    def perform(self, job: UUID) -> str:
        """Claim and do `work`; what Flower shows."""
        return self.performer.work(self.claim(job))


def done(save: Callable[[Any], Any] | None = None, **output: object) -> Done:
    """A success."""
    return Done(summary="as told", output=output, save=save)


def raising(error: Exception) -> StepBody:
    """A body that fails."""

    def body(_: StepRun) -> Done:
        raise error

    return body
