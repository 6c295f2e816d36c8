"""Jobs that nobody asks for: started once a slot by whichever dispatcher comes first, so there is no leader."""

from datetime import UTC, datetime, timedelta

import msgspec

from shared.db.session import Connection
from shared.jobs.kinds import ALL_STEPS, ENRICH_LEXICON, SWEEP_OBJECTS, SYSTEM_OWNER
from shared.jobs.statements import SQL
from shared.jobs.store import submit
from shared.jobs.submission import Submission

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


class Periodic(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of job that is started every `every`, counted from a fixed moment."""

    kind: str
    every: timedelta

    def slot(self, now: datetime) -> datetime:
        """The latest moment at which the job was due; slots that nobody lived through are not made up for."""
        return now - (now - EPOCH) % self.every


PERIODIC = (
    Periodic(kind=SWEEP_OBJECTS, every=timedelta(hours=6)),
    Periodic(kind=ENRICH_LEXICON, every=timedelta(hours=1)),
)


def start_due(connection: Connection, now: datetime) -> list[str]:
    """Start the jobs whose slot has not been started; returns their names. One transaction a job."""
    return [periodic.kind for periodic in PERIODIC if _start(connection, periodic, periodic.slot(now))]


def _start(connection: Connection, periodic: Periodic, slot: datetime) -> bool:
    kind = periodic.kind
    submission = Submission(
        owner_id=SYSTEM_OWNER,
        of_account=False,
        kind=kind,
        input=msgspec.Raw(b"{}"),
        steps=ALL_STEPS[kind],
        bulk=True,
    )
    with connection.transaction() as transaction:
        submit(connection, [submission], may_publish=False)
        values = (kind, slot, submission.id)
        if connection.execute(SQL["start_periodic"], values).fetchone() is None:
            transaction.force_rollback = True
            return False
    return True
