"""Random harm to a fleet of real processes: seeded, so that a run can be repeated (its timing cannot)."""

import os
import signal
import subprocess
from collections import Counter
from random import Random
from typing import Any

from psycopg.errors import LockNotAvailable
from redis import Redis

from shared.jobs import claims, store
from shared.jobs.submission import WakeUp
from shared.queue.app import make_celery
from shared.queue.publisher import send
from tests.support.chaos_jobs import random_job
from tests.support.fleet import DISPATCHER, Fleet
from tests.support.jobs import Engine
from tests.support.processes import eventually

PROGRAM = "tests.support.chaos_worker"
FROZEN = 2.0  # seconds for which a worker stands still at most


class Monkey:
    """Does harm, counts it in `done`, and keeps as many processes alive as it found.

    Args:
        fleet: Where processes come from.
        redis_url: The one that carries wake-ups.
        random: Decides.
        workers: How many there are.
    """

    def __init__(self, fleet: Fleet, redis_url: str, random: Random, workers: int) -> None:
        self.done: Counter[str] = Counter()
        self._fleet = fleet
        self._engine: Engine = fleet.engine
        self._redis = Redis.from_url(redis_url)
        self._random = random
        self._celery = make_celery(redis_url)
        self._workers = [fleet.start(PROGRAM) for _ in range(workers)]
        self._dispatchers = [fleet.start(DISPATCHER) for _ in range(2)]
        self._harms = {
            self._kill_worker: 2,
            self._kill_dispatcher: 1,
            self._freeze_worker: 3,
            self._repeat_wake_ups: 4,
            self._flush_redis: 2,
            self._cut_connections: 4,
            self._cancel_jobs: 6,
            self._retry_jobs: 3,
            self._pause_queue: 1,
        }
        self._first = random.sample(list(self._harms), len(self._harms))

    def submit(self, count: int) -> None:
        """Create random jobs; half the time as a process that publishes them, and then does not."""
        for _ in range(count):
            store.submit(self._engine.connection, [random_job(self._random)], may_publish=self._random.random() < 0.5)

    def harm(self) -> None:
        """Do one harm: each once, in any order, and then whatever comes."""
        if self._first:
            harm = self._first.pop()
        else:
            (harm,) = self._random.choices(list(self._harms), list(self._harms.values()))
        harm()
        self.done[harm.__name__.strip("_")] += 1

    def mend(self) -> None:
        """End what lasts: pauses; leases of the dead run out at once."""
        self._engine.resume("nlp", "nlp.bulk")
        self.bury()

    def bury(self) -> None:
        """Let the leases of dead workers run out, without waiting for it."""
        alive = [f"%-{process.pid}" for process in self._workers]
        rows = self._engine.connection.execute(
            "SELECT job_id, name FROM job_steps WHERE state = 'running' AND NOT leased_by LIKE ANY($1::text[])",
            (alive,),
        ).fetchall()
        self._take(rows)

    def _take(self, rows: list[dict[str, Any]]) -> None:
        for row in rows:
            try:
                self._engine.expire(row["job_id"], row["name"])
            except LockNotAvailable:
                self.done["rows that a frozen worker had locked"] += 1
            store.expire_lease(self._engine.connection, row["job_id"], row["name"])

    def open_jobs(self) -> int:
        """Jobs of ours that have not ended."""
        row = self._engine.connection.execute(
            "SELECT count(*) AS n FROM jobs WHERE kind = 'made_up' AND finished_at IS NULL"
        ).fetchone()
        assert row is not None
        return int(row["n"])

    def _kill_worker(self) -> None:
        index = self._random.randrange(len(self._workers))
        self._kill(self._workers[index])
        self._workers[index] = self._fleet.start(PROGRAM)
        self.bury()

    def _kill_dispatcher(self) -> None:
        index = self._random.randrange(len(self._dispatchers))
        self._kill(self._dispatchers[index])
        self._dispatchers[index] = self._fleet.start(DISPATCHER)

    def close(self) -> None:
        """Let go of Redis."""
        self._redis.close()
        self._celery.close()

    def _kill(self, process: subprocess.Popen[bytes]) -> None:
        process.kill()
        process.wait()

    def _freeze_worker(self) -> None:
        """A worker stands still until its steps are somebody else's, then goes on as if nothing had happened."""
        frozen = max(self._workers, key=lambda process: len(self._held(process)))
        os.kill(frozen.pid, signal.SIGSTOP)
        try:
            rows = self._held(frozen)
            self._take(rows)
            if rows and eventually(lambda: self._taken_over(rows), FROZEN):
                self.done["steps taken over from a frozen worker"] += 1
        finally:
            os.kill(frozen.pid, signal.SIGCONT)

    def _taken_over(self, rows: list[dict[str, Any]]) -> bool:
        """True if somebody else runs one of these steps now."""
        return any(
            (now := self._engine.row(row["job_id"], row["name"]))["state"] == "running"
            and now["lease_token"] != row["lease_token"]
            for row in rows
        )

    def _repeat_wake_ups(self) -> None:
        """Messages that are late, doubled or made up: for steps in any state."""
        rows = self._engine.connection.execute(
            "SELECT job_id, name, task, queue FROM job_steps WHERE queue LIKE 'nlp%' ORDER BY random() LIMIT 20"
        ).fetchall()
        for row in rows:
            send(self._celery, WakeUp(row["job_id"], row["name"], row["task"], row["queue"]))

    def _held(self, process: "subprocess.Popen[bytes]") -> list[dict[str, Any]]:
        return self._engine.connection.execute(
            "SELECT job_id, name, lease_token FROM job_steps WHERE state = 'running' AND leased_by LIKE $1",
            (f"%-{process.pid}",),
        ).fetchall()

    def _flush_redis(self) -> None:
        self._redis.flushall()

    def _cut_connections(self) -> None:
        self._engine.connection.execute(
            "SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            " AND application_name LIKE 'parlance-%' AND application_name <> 'parlance-test'"
            " ORDER BY random() LIMIT 4) AS victim"
        )

    def _cancel_jobs(self) -> None:
        rows = self._engine.connection.execute(
            "SELECT id, owner_id FROM jobs WHERE kind = 'made_up' AND finished_at IS NULL ORDER BY random() LIMIT 2"
        ).fetchall()
        for row in rows:
            try:
                store.cancel(self._engine.database, row["id"], row["owner_id"])
            except (store.JobEndedError, store.ContentionError):
                self.done["cancels that came too late"] += 1

    def _retry_jobs(self) -> None:
        rows = self._engine.connection.execute(
            "SELECT id, owner_id FROM jobs WHERE state IN ('failed', 'partial', 'cancelled') ORDER BY random() LIMIT 2"
        ).fetchall()
        for row in rows:
            try:
                store.retry(self._engine.database, row["id"], row["owner_id"], may_publish=True)
            except store.ContentionError:
                self.done["retries that did not get their turn"] += 1

    def _pause_queue(self) -> None:
        claims.pause_for_provider(self._engine.connection, "nlp", "provider_overloaded", 0.5)
