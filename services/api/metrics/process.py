"""What this process holds at the moment somebody asks."""

from prometheus_client import CollectorRegistry, Gauge

from services.api.database import Database
from services.api.jobs.waiting import JobWatch


class ProcessMetrics:
    """The pool of the hot paths, and clients that wait for a job.

    Args:
        registry: Where they are shown.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self._connections = Gauge(
            "parlance_database_pool_connections", "Connections to Postgres.", ("state",), registry=registry
        )
        self._waiting = Gauge("parlance_waiting_clients", "Clients that wait for a job.", registry=registry)

    def look(self, database: Database, watch: JobWatch) -> None:
        """Take the numbers of this moment."""
        in_use, idle = database.connections()
        self._connections.labels("in_use").set(in_use)
        self._connections.labels("idle").set(idle)
        self._waiting.set(len(watch))
