"""Steps whose worker is gone go back to ready; jobs past their deadline are cancelled. Postgres only."""

from uuid import UUID

import structlog

from shared.db.session import Connection
from shared.jobs.model import LEASE
from shared.jobs.statements import SQL
from shared.jobs.store import expire_job, expire_lease
from shared.observability.metrics import DispatcherMetrics

GAP = LEASE / 3  # seconds without a round of ours after which workers get a lease's time to beat first
log = structlog.get_logger(__name__)


class Leases:
    """Expires what nobody renews.

    After a restart of Postgres, and after any long gap of the dispatcher's own, expiry waits one lease: the workers
    could not beat either, and they beat first.

    Args:
        metrics: Counts what ran out.
    """

    def __init__(self, metrics: DispatcherMetrics | None = None) -> None:
        self._metrics = metrics or DispatcherMetrics()
        self._last_round: float | None = None
        self._not_before = float("-inf")

    def round(self, connection: Connection, now: float) -> list[UUID]:
        """Expire what is due; returns the jobs that changed.

        Args:
            connection: Autocommit; each job is a transaction of its own.
            now: A monotonic clock, in seconds.
        """
        if self._last_round is not None and now - self._last_round > GAP:
            self._not_before = now + LEASE
        self._last_round = now
        changed = self._expire_jobs(connection)
        if now >= self._not_before and _server_age(connection) >= LEASE:
            changed += self._expire_leases(connection)
        return changed

    def _expire_leases(self, connection: Connection) -> list[UUID]:
        changed = []
        for row in connection.execute(SQL["expired_steps"]).fetchall():
            outcome = expire_lease(connection, row["job_id"], row["name"])
            if outcome is not None and outcome.verdict == "applied":
                self._metrics.lease_expired(row["queue"])
                log.warning("lease expired", job_id=str(row["job_id"]), step=row["name"])
                changed.append(row["job_id"])
        return changed

    def _expire_jobs(self, connection: Connection) -> list[UUID]:
        changed = []
        for row in connection.execute(SQL["expired_jobs"]).fetchall():
            outcome = expire_job(connection, row["id"])
            if outcome is not None and outcome.verdict == "applied":
                self._metrics.job_expired()
                log.info("job expired", job_id=str(row["id"]))
                changed.append(row["id"])
        return changed


def _server_age(connection: Connection) -> float:
    row = connection.execute(SQL["server_age"]).fetchone()
    return float(row["seconds"]) if row else 0.0
