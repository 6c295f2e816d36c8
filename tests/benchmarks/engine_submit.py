"""What durable submission costs beside the same rows written by plain SQL: one article, and a batch beside COPY.

`python -m tests.benchmarks.engine_submit`: prints ratios, asserts nothing.
"""

from uuid import UUID, uuid4

from shared.jobs import store
from shared.jobs.kinds import article_steps, queue_of
from shared.jobs.submission import Submission
from tests.benchmarks.engine_stand import by_turns, engine_stand, show
from tests.support.jobs import Engine, submission

BATCH = 1000
JOB_COLUMNS = "id, owner_id, kind, input, bulk, priority, expires_at"
STEP_COLUMNS = (
    "job_id, name, position, owner_id, task, queue, needs, optional, priority, cost, fair, state,"
    " max_failures, max_crashes, timeout_s"
)


def article(owner: UUID, *, bulk: bool = False) -> Submission:
    """A job of five steps."""
    return submission(article_steps(translate=True, narrate=True, align=True), owner_id=owner, bulk=bulk)


def job_row(job: Submission) -> tuple[object, ...]:
    """Its row in `jobs`."""
    return (job.id, job.owner_id, job.kind, "{}", job.bulk, 0, "2100-01-01T00:00:00Z")


def step_rows(job: Submission) -> list[tuple[object, ...]]:
    """Its rows in `job_steps`."""
    return [
        (
            job.id,
            step.name,
            position,
            job.owner_id,
            step.task,
            queue_of(step.service, bulk=job.bulk),
            list(step.needs),
            step.optional,
            0,
            step.cost,
            0.0,
            "blocked" if step.needs else "ready",
            step.max_failures,
            3,
            step.timeout_s,
        )
        for position, step in enumerate(job.steps)
    ]


def insert(engine: Engine, job: Submission) -> None:
    """Plain SQL in one transaction and one round trip: no fair order, nothing marked as published."""
    row, steps = job_row(job), step_rows(job)
    places = ", ".join(
        "(" + ", ".join(f"${15 * line + column + 1}" for column in range(15)) + ")" for line in range(len(steps))
    )
    with engine.connection.transaction(), engine.connection.pipeline():
        engine.connection.execute(f"INSERT INTO jobs ({JOB_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7)", row)  # noqa: S608
        engine.connection.execute(
            f"INSERT INTO job_steps ({STEP_COLUMNS}) VALUES {places}",  # noqa: S608 - our own columns
            [value for step in steps for value in step],
        )


def copy(engine: Engine, jobs: list[Submission]) -> None:
    """The fastest way rows get into Postgres."""
    with engine.connection.transaction(), engine.connection.cursor() as cursor:
        with cursor.copy(f"COPY jobs ({JOB_COLUMNS}) FROM STDIN") as target:
            for job in jobs:
                target.write_row(job_row(job))
        with cursor.copy(f"COPY job_steps ({STEP_COLUMNS}) FROM STDIN") as target:
            for job in jobs:
                for step in step_rows(job):
                    target.write_row(step)


def main() -> None:
    """Measure and print."""
    owner = uuid4()
    with engine_stand() as engine:
        baseline, candidate = by_turns(
            lambda: insert(engine, article(uuid4())),
            lambda: ignore(store.submit(engine.connection, [article(uuid4())], may_publish=True)),
            rounds=300,
        )
        show("submit an article, beside INSERTs of its rows", baseline, candidate)
        baseline, candidate = by_turns(
            lambda: copy(engine, [article(owner, bulk=True) for _ in range(BATCH)]),
            lambda: ignore(
                store.submit(engine.connection, [article(owner, bulk=True) for _ in range(BATCH)], may_publish=False)
            ),
            rounds=10,
        )
        show(f"submit a batch of {BATCH}, beside COPY of its rows", baseline, candidate)


def ignore(_: object) -> None:
    """Nobody looks at the answer."""


if __name__ == "__main__":
    main()
