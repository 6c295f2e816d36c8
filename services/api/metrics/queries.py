"""How much work there is, counted when somebody asks, at most every few seconds."""

import time
from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, Gauge

from services.api.database import Database, Row
from services.api.problems import ApiError

KEPT = 5.0  # seconds between two counts, however often the metrics are scraped
OPEN_JOBS = "SELECT state, count(*) AS number FROM jobs WHERE finished_at IS NULL GROUP BY state"
OPEN_STEPS = """
SELECT queue, state, count(*) AS number,
       extract(epoch FROM max(clock_timestamp() - run_at))::double precision AS oldest_s
FROM job_steps WHERE state IN ('ready', 'running') GROUP BY queue, state
"""


class WorkMetrics:
    """Open jobs and steps as gauges.

    Ended jobs are not counted: over millions of rows that is no cheap question.

    Args:
        registry: Where the gauges are shown.
        clock: Monotonic seconds.
    """

    def __init__(self, registry: CollectorRegistry, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._counted_at = float("-inf")
        self._jobs = Gauge("parlance_open_jobs", "Jobs that have not ended.", ("state",), registry=registry)
        self._ready = Gauge("parlance_ready_steps", "Steps that could begin.", ("queue",), registry=registry)
        self._oldest = Gauge(
            "parlance_oldest_ready_step_seconds", "How long the oldest has been due.", ("queue",), registry=registry
        )
        self._answers = Gauge("parlance_database_answers", "1 if the gauges of work are true.", registry=registry)
        self._running = Gauge("parlance_running_steps", "Steps being worked on.", ("queue",), registry=registry)

    async def refresh(self, database: Database) -> None:
        """Count again, unless that was done a moment ago. While Postgres is away the gauges keep their last values."""
        if self._clock() - self._counted_at < KEPT:
            return
        self._counted_at = self._clock()
        try:
            jobs, steps = await database.rows(OPEN_JOBS), await database.rows(OPEN_STEPS)
        except ApiError:
            self._answers.set(0)
            return
        self._answers.set(1)
        self._count(jobs, steps)

    def _count(self, jobs: list[Row], steps: list[Row]) -> None:
        _show(self._jobs, ((row["state"], row["number"]) for row in jobs))
        ready = [row for row in steps if row["state"] == "ready"]
        _show(self._ready, ((row["queue"], row["number"]) for row in ready))
        # A step that is tried again later is not due yet: its age is negative.
        _show(self._oldest, ((row["queue"], max(row["oldest_s"], 0.0)) for row in ready))
        _show(self._running, ((row["queue"], row["number"]) for row in steps if row["state"] == "running"))


def _show(gauge: Gauge, values: Iterable[tuple[str, float]]) -> None:
    gauge.clear()
    for label, value in values:
        gauge.labels(label).set(value)
