"""How long a light owner waits behind a heavy one, with the fair order and with first come, first served.

`python -m tests.benchmarks.engine_fairness`: prints how many steps of others were served in between, asserts nothing.
No clock and no queue: a list stands for Redis, and whatever is at its head is claimed and finished at once.
"""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from uuid import UUID, uuid4

from services.dispatcher.relay import Relay
from shared.jobs import store
from shared.jobs.kinds import QUEUES
from shared.jobs.statements import SQL
from shared.jobs.submission import WakeUp
from tests.benchmarks.engine_stand import engine_stand
from tests.support.jobs import Engine, step, submission

HEAVY = 600  # steps of one owner, submitted at once
LIGHT = 15  # steps of another owner, one after each 20 that were served
EVERY = 20
ARRIVAL = ("ORDER BY priority, fair", "ORDER BY priority, job_id")  # ids grow with time


@contextmanager
def first_come_first_served() -> Iterator[None]:
    """The relay without the fair order."""
    fair = SQL["relay_due"]
    SQL["relay_due"] = fair.replace(*ARRIVAL)
    try:
        yield
    finally:
        SQL["relay_due"] = fair


def waits(engine: Engine, *, fair: bool) -> list[int]:
    """For each of the light owner's steps, how many were served between its submission and its claim."""
    engine.connection.execute("TRUNCATE jobs CASCADE")
    heavy, light = uuid4(), uuid4()
    waiting: deque[WakeUp] = deque()
    relay = Relay(lambda names: {name: len(waiting) if name == QUEUES[-2] else 0 for name in names}, waiting.extend)
    jobs = [submission([step("a")], owner_id=heavy) for _ in range(HEAVY)]
    waiting.extend(store.submit(engine.connection, jobs, may_publish=fair))
    submitted: dict[UUID, int] = {}
    waited: list[int] = []
    for served in range(HEAVY + LIGHT):
        if served % EVERY == 0 and len(submitted) < LIGHT:
            job = submission([step("a")], owner_id=light)
            submitted[job.id] = served
            waiting.extend(store.submit(engine.connection, [job], may_publish=fair))
        relay.round(engine.connection)
        wakeup = waiting.popleft()
        engine.succeed(wakeup.job_id, wakeup.step)
        if wakeup.job_id in submitted:
            waited.append(served - submitted[wakeup.job_id])
    return waited


def main() -> None:
    """Measure and print."""
    with engine_stand() as engine:
        with first_come_first_served():
            arrival = median(waits(engine, fair=False))
        fair = median(waits(engine, fair=True))
    print(  # noqa: T201 - a benchmark prints
        f"a light owner's median wait behind {HEAVY} steps of another: {fair:.0f} steps in fair order,"
        f" {arrival:.0f} first come first served ({arrival / max(1.0, fair):.0f} x)"
    )


if __name__ == "__main__":
    main()
