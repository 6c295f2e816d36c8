"""How much work there is, counted when somebody asks, at most every few seconds."""

import time
from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, Gauge

from services.api.database import Database, Row
from services.api.health.checks import FRESH
from services.api.problems import ApiError
from shared.jobs.kinds import QUEUES, SERVICES

KEPT = 5.0  # seconds between two counts, however often the metrics are scraped
OPEN_JOBS = "SELECT state, count(*) AS number FROM jobs WHERE finished_at IS NULL GROUP BY state"
OPEN_STEPS = """
SELECT queue, state, count(*) AS number,
       extract(epoch FROM max(clock_timestamp() - run_at))::double precision AS oldest_s
FROM job_steps WHERE state IN ('ready', 'running') GROUP BY queue, state
"""
PAUSES = "SELECT name AS queue, paused_by FROM queues WHERE paused_until > clock_timestamp() AND name = ANY($1::text[])"
PROCESSES = """
SELECT service, count(*) AS processes, coalesce(sum(slots) FILTER (WHERE NOT draining), 0) AS slots,
       coalesce(sum(running) FILTER (WHERE NOT draining), 0) AS busy
FROM workers WHERE seen_at > clock_timestamp() - $1::interval AND service = ANY($2::text[]) GROUP BY service
"""
EVERYBODY = ("dispatcher", *SERVICES)


class WorkMetrics:
    """Open jobs and steps, pauses and processes as gauges.

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
        self._paused = Gauge(
            "parlance_queue_paused",
            "1 for each queue that gives nothing, by who paused it.",
            ("queue", "by"),
            registry=registry,
        )
        self._processes = Gauge(
            "parlance_fresh_processes", "Processes that were seen lately.", ("service",), registry=registry
        )
        self._slots = Gauge(
            "parlance_slots", "Slots of fresh processes that do not drain.", ("service",), registry=registry
        )
        self._busy = Gauge("parlance_busy_slots", "Those of them that work.", ("service",), registry=registry)

    async def refresh(self, database: Database) -> None:
        """Count again, unless that was done a moment ago. While Postgres is away the gauges keep their last values."""
        if self._clock() - self._counted_at < KEPT:
            return
        self._counted_at = self._clock()
        try:
            jobs, steps = await database.rows(OPEN_JOBS), await database.rows(OPEN_STEPS)
            pauses = await database.rows(PAUSES, QUEUES)
            processes = await database.rows(PROCESSES, FRESH, EVERYBODY)
        except ApiError:
            self._answers.set(0)
            return
        self._answers.set(1)
        self._count(jobs, steps)
        self._paused.clear()
        for row in pauses:
            self._paused.labels(row["queue"], row["paused_by"]).set(1)
        self._count_processes(processes)

    def _count(self, jobs: list[Row], steps: list[Row]) -> None:
        _show(self._jobs, ((row["state"], row["number"]) for row in jobs))
        nothing = dict.fromkeys(QUEUES, 0)
        ready = [row for row in steps if row["state"] == "ready"]
        running = [row for row in steps if row["state"] == "running"]
        _show(self._ready, (nothing | {row["queue"]: row["number"] for row in ready}).items())
        # A step that is tried again later is not due yet: its age is negative.
        _show(self._oldest, (nothing | {row["queue"]: max(row["oldest_s"], 0.0) for row in ready}).items())
        _show(self._running, (nothing | {row["queue"]: row["number"] for row in running}).items())

    def _count_processes(self, rows: list[Row]) -> None:
        """A service that nobody saw is shown with 0: that is what an alert waits for."""
        for column, gauge in (("processes", self._processes), ("slots", self._slots), ("busy", self._busy)):
            seen = {row["service"]: row[column] for row in rows}
            _show(gauge, ((service, seen.get(service, 0)) for service in EVERYBODY))


def _show(gauge: Gauge, values: Iterable[tuple[str, float]]) -> None:
    gauge.clear()
    for label, value in values:
        gauge.labels(label).set(value)
