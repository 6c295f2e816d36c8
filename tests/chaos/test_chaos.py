"""Jobs of made-up steps on real processes that are killed, frozen and cut off at random: every promise holds.

`make chaos` does the same to the whole stack. A failed run prints its seed, and CHAOS_SEED repeats its choices.
"""

import os
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random, SystemRandom

import pytest

from migrations.run import upgrade
from shared.db.session import connect, open_database
from tests.support.chaos_blobs import FolderBlobs
from tests.support.chaos_jobs import broken_by_chaos, prepare
from tests.support.chaos_monkey import Monkey
from tests.support.fleet import ENVIRONMENT, Fleet
from tests.support.jobs import Engine
from tests.support.postgres import new_database
from tests.support.processes import eventually

SECONDS, JOBS, WORKERS = 4.0, 60, 2
"""Of harm, submitted meanwhile, processes."""
END = 120.0  # seconds after the last harm in which all must have ended, on a busy machine
SEED = int(os.environ.get("CHAOS_SEED") or SystemRandom().randrange(10**9))


@pytest.fixture(name="fleet")
def _fleet(postgres_url: str, redis_url: str, tmp_path: Path) -> Iterator[Fleet]:
    """A fleet over a database of its own, with tables for evidence."""
    (tmp_path / "objects").mkdir()
    (tmp_path / "logs").mkdir()
    with new_database(postgres_url) as url:
        upgrade(url)
        environment = {
            **ENVIRONMENT,
            "DATABASE_URL": url,
            "REDIS_URL": redis_url,
            "CHAOS_FOLDER": str(tmp_path / "objects"),
            "WORKER_SLOTS": "8",
        }
        with open_database(url, "test", most=4) as database, connect(url, "test") as connection:
            prepare(connection)
            connection.execute("SET lock_timeout = '300ms'")
            fleet = Fleet(Engine(connection, database), environment, tmp_path / "logs")
            try:
                yield fleet
            finally:
                fleet.end()


def report(fleet: Fleet, monkey: Monkey, broken: list[tuple[str, str]]) -> str:
    states = fleet.engine.connection.execute(
        "SELECT job.state AS job, step.state AS step, count(*) AS n FROM jobs AS job"
        " JOIN job_steps AS step ON step.job_id = job.id GROUP BY 1, 2 ORDER BY 1, 2"
    ).fetchall()
    stuck = fleet.engine.connection.execute(
        "SELECT step.* FROM job_steps AS step WHERE finished_at IS NULL ORDER BY job_id LIMIT 5"
    ).fetchall()
    lines = [
        f"CHAOS_SEED={SEED}",
        f"harm: {dict(monkey.done)}",
        f"broken: {broken}",
        *map(str, states),
        *map(str, stuck),
        fleet.logs()[-4000:],
    ]
    return "\n".join(lines)


def rage(fleet: Fleet, monkey: Monkey, random: Random, *, seconds: float, jobs: int) -> None:
    """Submit `jobs` over `seconds`, with some harm every third of a second."""
    assert eventually(lambda: registered(fleet) >= 2), fleet.logs()
    end = time.monotonic() + seconds
    waves = max(1, int(seconds * 3))
    for wave in range(waves):
        monkey.submit(jobs * (wave + 1) // waves - jobs * wave // waves)
        monkey.harm()
        eventually(lambda: False, timeout=max(0.0, (end - time.monotonic()) / (waves - wave)) * random.uniform(0.5, 1))


def registered(fleet: Fleet) -> int:
    row = fleet.engine.connection.execute("SELECT count(*) AS n FROM workers").fetchone()
    return 0 if row is None else int(row["n"])


def test_whatever_is_killed_every_job_ends_and_every_promise_holds(
    fleet: Fleet, redis_url: str, tmp_path: Path
) -> None:
    random = Random(SEED)  # noqa: S311 - a seed that can be repeated
    monkey = Monkey(fleet, redis_url, random, WORKERS)
    with closing(monkey):
        rage(fleet, monkey, random, seconds=SECONDS, jobs=JOBS)
        monkey.mend()

        def over() -> bool:
            monkey.bury()
            return monkey.open_jobs() == 0

        ended = eventually(over, END)
    broken = broken_by_chaos(fleet.engine.connection, FolderBlobs(tmp_path / "objects"))
    assert ended, report(fleet, monkey, broken)
    assert not broken, report(fleet, monkey, broken)
    assert monkey.done.total() > 0
    print(f"CHAOS_SEED={SEED}", dict(monkey.done))  # noqa: T201 - shown by -s and after failures
