"""What claiming and finishing a step cost beside the bare row updates they come down to.

`python -m tests.benchmarks.engine_steps`: prints ratios, asserts nothing.
"""

from collections.abc import Iterator
from uuid import UUID, uuid4

from shared.jobs import store
from shared.jobs.claims import claim
from shared.jobs.model import Succeeded
from shared.jobs.submission import WakeUp
from tests.benchmarks.engine_stand import by_turns, engine_stand, show
from tests.support.jobs import Engine, step, submission

ROUNDS = 400
BARE_CLAIM = (
    "UPDATE job_steps SET state = 'running', attempt = attempt + 1, lease_token = $2, claimed_at = clock_timestamp(),"
    " lease_until = clock_timestamp() + interval '30 s', deadline_at = clock_timestamp() + interval '300 s'"
    " WHERE job_id = $1 AND name = 'a'"
)
BARE_STEP = (
    "UPDATE job_steps SET state = 'succeeded', output = '{}', lease_until = NULL, finished_at = clock_timestamp()"
    " WHERE job_id = $1 AND name = 'a'"
)
BARE_NEXT = "UPDATE job_steps SET state = 'ready', run_at = clock_timestamp() WHERE job_id = $1 AND name = 'b'"
BARE_JOB = "UPDATE jobs SET state = 'running', version = version + 1 WHERE id = $1"


class Pair:
    """Jobs of two steps: the first is claimed and finished, the second becomes ready."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        jobs = [submission([step("a"), step("b", "a")], owner_id=uuid4()) for _ in range(5 * ROUNDS)]
        store.submit(engine.connection, jobs, may_publish=False)
        self._ids: Iterator[UUID] = iter([job.id for job in jobs])
        self._claimed: list[tuple[UUID, UUID]] = []
        self._bare: list[UUID] = []

    def claim(self) -> None:
        """As a worker claims."""
        job, token = next(self._ids), uuid4()
        with self.engine.database.connection() as connection:
            claim(connection, WakeUp(job, "a", "nlp.a", "nlp"), token, "a worker")
        self._claimed.append((job, token))

    def bare_claim(self) -> None:
        """One UPDATE by primary key."""
        job = next(self._ids)
        with self.engine.database.connection() as connection:
            connection.execute(BARE_CLAIM, (job, uuid4()))
        self._bare.append(job)

    def finish(self) -> None:
        """As a worker finishes."""
        job, token = self._claimed.pop()
        store.tell(self.engine.database, job, Succeeded("a", token, {}), may_publish=True)

    def bare_finish(self) -> None:
        """Three UPDATEs by primary key in one transaction: nothing is locked, loaded, decided or checked."""
        job = self._bare.pop()
        with self.engine.database.connection() as connection, connection.transaction(), connection.pipeline():
            for statement in (BARE_STEP, BARE_NEXT, BARE_JOB):
                connection.execute(statement, (job,))


def main() -> None:
    """Measure and print."""
    with engine_stand() as engine:
        pair = Pair(engine)
        show("claim a step, beside one UPDATE", *by_turns(pair.bare_claim, pair.claim, rounds=ROUNDS))
        rounds = ROUNDS * 9 // 10
        show("finish a step, beside three UPDATEs", *by_turns(pair.bare_finish, pair.finish, rounds=rounds))


if __name__ == "__main__":
    main()
