"""What the engine's benchmarks stand on: a database of their own, and measuring two things by turns."""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple

from deploy.local.disposable import running_postgres
from deploy.local.state import CHECKOUT
from migrations.run import upgrade
from shared.db.session import connect, open_database
from tests.support.jobs import Engine
from tests.support.postgres import new_database


@contextmanager
def engine_stand() -> Iterator[Engine]:
    """The engine over an empty database on a Postgres of its own, thrown away afterwards."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running_postgres(CHECKOUT, os.environ, Path(folder) / "postgres.log") as server,
        new_database(server.url) as url,
    ):
        upgrade(url)
        with open_database(url, "benchmark", most=4) as database, connect(url, "benchmark") as connection:
            yield Engine(connection, database)


class Times(NamedTuple):
    """Medians of one thing that was done many times, in milliseconds."""

    wall: float
    cpu: float
    """Of this process alone: what a worker pays, not Postgres."""


def by_turns(baseline: Callable[[], None], candidate: Callable[[], None], *, rounds: int) -> tuple[Times, Times]:
    """Do both `rounds` times, one after the other, so that a busy moment of the machine meets both alike."""
    taken: tuple[list[tuple[float, float]], ...] = ([], [])
    for turn in range(rounds + rounds // 10):
        for act, times in zip((baseline, candidate), taken, strict=True):
            wall, cpu = time.perf_counter(), time.process_time()
            act()
            if turn >= rounds // 10:  # the first tenth warms up
                times.append((time.perf_counter() - wall, time.process_time() - cpu))
    first, second = (Times(*(1000 * median(column) for column in zip(*times, strict=True))) for times in taken)
    return first, second


def show(what: str, baseline: Times, candidate: Times) -> None:
    """Print one line: both medians and their ratio."""
    print(  # noqa: T201 - a benchmark prints
        f"{what:58} {candidate.wall:8.2f} ms, {candidate.wall / baseline.wall:4.1f} x baseline {baseline.wall:8.2f} ms;"
        f" CPU here {candidate.cpu:7.2f} ms, {candidate.cpu / baseline.cpu:4.1f} x"
    )
