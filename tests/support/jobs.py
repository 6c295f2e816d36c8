"""Jobs made of steps that suit a test, and a short way to drive them through the engine."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid4

import msgspec

from shared.db.session import Connection, Database
from shared.jobs import claims, store
from shared.jobs.kinds import StepSpec
from shared.jobs.model import Event, Failed, StepFailure, Succeeded
from shared.jobs.statements import SQL
from shared.jobs.submission import Submission, WakeUp

OWNER = UUID("00000000-0000-4000-8000-00000000000a")


def step(name: str, *needs: str, service: str = "nlp", **settings: Any) -> StepSpec:
    """A step that needs `needs`."""
    return StepSpec(service=service, name=name, needs=needs, **settings)


def diamond() -> tuple[StepSpec, ...]:
    """One step, two that need it, and one that needs both."""
    return (step("first"), step("left", "first"), step("right", "first"), step("last", "left", "right"))


def submission(steps: Iterable[StepSpec], **settings: Any) -> Submission:
    """A job of `steps`, of `OWNER` unless said otherwise; owners need no account."""
    values = {"owner_id": OWNER, "of_account": False, "kind": "made_up", "input": msgspec.Raw(b"{}"), **settings}
    return Submission(steps=tuple(steps), **values)


class Engine:
    """The engine over one database: submit, claim, finish."""

    def __init__(self, connection: Connection, database: Database) -> None:
        self.connection = connection
        self.database = database

    def submit(self, *steps: StepSpec, **settings: Any) -> UUID:
        """Create a job; nothing is published."""
        job = submission(steps, **settings)
        store.submit(self.connection, [job], may_publish=False)
        return job.id

    def claim(self, job_id: UUID, name: str, *, token: UUID | None = None) -> claims.Claim | str:
        """Try to claim a step."""
        row = self.row(job_id, name)
        wakeup = WakeUp(job_id, name, row["task"], row["queue"])
        return claims.claim(self.connection, wakeup, token or uuid4(), "a worker")

    def token(self, job_id: UUID, name: str) -> UUID:
        """Claim a step that must be claimable; its token."""
        claimed = self.claim(job_id, name)
        assert not isinstance(claimed, str), claimed
        return claimed.token

    def tell(self, job_id: UUID, event: Event) -> store.Outcome:
        """Let an event happen."""
        return store.tell(self.database, job_id, event)

    def succeed(self, job_id: UUID, name: str, token: UUID | None = None) -> store.Outcome:
        """Finish a step well, claiming it first if no token is given."""
        return self.tell(job_id, Succeeded(name, token or self.token(job_id, name), {"of": name}))

    def fail(self, job_id: UUID, name: str, code: str = "input_invalid", *, transient: bool = False) -> store.Outcome:
        """Claim a step and fail it."""
        failure = StepFailure(code)
        token = self.token(job_id, name)
        return self.tell(job_id, Failed(step=name, token=token, failure=failure, transient=transient, jitter=0.0))

    def expire(self, job_id: UUID, name: str) -> None:
        """Let a step's lease have ended a second ago."""
        self.connection.execute(
            "UPDATE job_steps SET lease_until = clock_timestamp() - interval '1 second'"
            " WHERE job_id = $1 AND name = $2 AND state = 'running'",
            (job_id, name),
        )

    def lose(self, job_id: UUID, name: str) -> None:
        """Let a step's lease have run out and be taken from its worker."""
        self.expire(job_id, name)
        outcome = store.expire_lease(self.connection, job_id, name)
        assert outcome is not None
        assert outcome.verdict == "applied"

    def pause(self, *queues: str, seconds: float | None = None) -> None:
        """Pause queues as an operator does."""
        self.connection.execute(SQL["pause_queues"], (list(queues), seconds, "maintenance", "operator"))

    def resume(self, *queues: str) -> None:
        """End their pause."""
        self.connection.execute(SQL["resume_queues"], (list(queues),))

    def state(self, job_id: UUID) -> str:
        """The job's state."""
        row = self.connection.execute("SELECT state FROM jobs WHERE id = $1", (job_id,)).fetchone()
        assert row is not None
        return str(row["state"])

    def states(self, job_id: UUID) -> dict[str, str]:
        """The states of its steps, by name."""
        rows = self.connection.execute("SELECT name, state FROM job_steps WHERE job_id = $1", (job_id,))
        return {row["name"]: row["state"] for row in rows}

    def row(self, job_id: UUID, name: str) -> dict[str, Any]:
        """A step's whole row."""
        row = self.connection.execute(
            "SELECT * FROM job_steps WHERE job_id = $1 AND name = $2", (job_id, name)
        ).fetchone()
        assert row is not None
        return row
