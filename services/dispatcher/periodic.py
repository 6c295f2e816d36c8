"""Jobs that nobody asks for: started once a slot by whichever dispatcher comes first, so there is no leader."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import msgspec

from shared.db.session import Connection
from shared.jobs.kinds import SWEEP_OBJECTS, SYSTEM_OWNER, StepSpec, sweep_steps
from shared.jobs.statements import SQL
from shared.jobs.store import submit
from shared.jobs.submission import Submission

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


class Periodic(msgspec.Struct, frozen=True, kw_only=True):
    """A job that is started every `every`, counted from a fixed moment."""

    name: str
    kind: str
    steps: Callable[[], tuple[StepSpec, ...]]
    every: timedelta

    def slot(self, now: datetime) -> datetime:
        """The latest moment at which the job was due; slots that nobody lived through are not made up for."""
        return now - (now - EPOCH) % self.every


PERIODIC = (Periodic(name="sweep_objects", kind=SWEEP_OBJECTS, steps=sweep_steps, every=timedelta(hours=6)),)


def start_due(connection: Connection, now: datetime) -> list[str]:
    """Start the jobs whose slot has not been started; returns their names. One transaction a job."""
    return [periodic.name for periodic in PERIODIC if _start(connection, periodic, periodic.slot(now))]


def _start(connection: Connection, periodic: Periodic, slot: datetime) -> bool:
    submission = Submission(
        owner_id=SYSTEM_OWNER, kind=periodic.kind, input=msgspec.Raw(b"{}"), steps=periodic.steps(), bulk=True
    )
    with connection.transaction() as transaction:
        submit(connection, [submission], may_publish=False)
        values = (periodic.name, slot, submission.id)
        if connection.execute(SQL["start_periodic"], values).fetchone() is None:
            transaction.force_rollback = True
            return False
    return True
