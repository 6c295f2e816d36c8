"""The dispatcher: `python -m services.dispatcher.app`. Any number may run; they get in nobody's way."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

import psycopg
import redis
import structlog
from kombu.exceptions import OperationalError

from services.dispatcher.leases import Leases
from services.dispatcher.periodic import start_due
from services.dispatcher.relay import Relay
from services.dispatcher.settings import Settings
from shared.db.session import Connection, assert_room, connect
from shared.jobs.claims import WorkerBeat, beat_worker, forget_worker
from shared.jobs.statements import SQL
from shared.jobs.submission import WakeUp
from shared.observability.exposition import serve_metrics
from shared.observability.logging import configure_logging
from shared.observability.metrics import DispatcherMetrics
from shared.queue.app import make_celery
from shared.queue.publisher import Publisher, send
from shared.settings import run_plainly

INTERVAL = 0.5  # seconds between two rounds of a loop that found nothing
HOUSEKEEPING = 5.0  # seconds between two looks at periodic jobs and the register
CONNECTIONS = 3  # one a loop
AWAY = (psycopg.Error, redis.RedisError, OperationalError, OSError)
log = structlog.get_logger(__name__)


class Loop(threading.Thread):
    """Rounds with a connection of their own until the end is told; what fails is tried again, alone.

    Args:
        name: Of the thread and the connection.
        settings: Where Postgres is.
        end: Set when the process ends.
        turn: One round; returns how many seconds to rest.
        failed: Told the loop's name whenever a round broke off.
    """

    def __init__(
        self,
        name: str,
        settings: Settings,
        end: threading.Event,
        turn: Callable[[Connection], float],
        failed: Callable[[str], None] = lambda _: None,
    ) -> None:
        super().__init__(name=name, daemon=True)
        self._failed = failed
        self._settings = settings
        self._end = end
        self._turn = turn

    def run(self) -> None:
        """Take turns."""
        connection: Connection | None = None
        while not self._end.is_set():
            try:
                if connection is None or connection.closed:
                    connection = connect(self._settings.database_url, f"dispatcher-{self.name}")
                rest = self._turn(connection)
            except AWAY as error:
                self._failed(self.name)
                log.warning("round failed", loop=self.name, error=repr(error))
                rest = INTERVAL
                if connection is not None and connection.broken:
                    connection.close()
            except Exception:  # a loop that dies unseen would leave jobs waiting for ever
                self._failed(self.name)
                log.exception("round broke", loop=self.name)
                rest = INTERVAL
            self._end.wait(rest)
        if connection is not None:
            connection.close()


class Dispatcher:
    """The three loops: leases, relay, housekeeping. None waits for another."""

    def __init__(self, settings: Settings) -> None:
        self._end = threading.Event()
        self._celery = make_celery(settings.redis_url)
        self._redis = redis.Redis.from_url(settings.redis_url, socket_timeout=1.0, socket_connect_timeout=1.0)
        turns = {"leases": self._expire, "relay": self._publish_due, "housekeeping": self._keep_house}
        self._metrics = DispatcherMetrics(turns)
        self._publisher = Publisher(self._celery, settings.redis_url, self._metrics.wakeups.count)
        self._leases = Leases(self._metrics)
        self._relay = Relay(self._lengths, self._publish, self._metrics)
        self._name = f"dispatcher@{os.uname().nodename}-{os.getpid()}"
        failed = self._metrics.round_failed
        self._loops = [Loop(name, settings, self._end, turn, failed) for name, turn in turns.items()]
        self._settings = settings

    def run(self) -> None:
        """Work until `stop`."""
        with connect(self._settings.database_url, "dispatcher-start") as connection:
            assert_room(connection, CONNECTIONS)
        serve_metrics(self._metrics.registry, self._settings.metrics)
        for loop in self._loops:
            loop.start()
        self._end.wait()
        for loop in self._loops:
            loop.join(timeout=5.0)
        self._publisher.flush(1.0)
        with connect(self._settings.database_url, "dispatcher-end") as connection:
            forget_worker(connection, self._name)

    def stop(self) -> None:
        """End after the current rounds."""
        self._end.set()

    def _expire(self, connection: Connection) -> float:
        self._publisher.notify(self._leases.round(connection, time.monotonic()))
        return INTERVAL

    def _publish_due(self, connection: Connection) -> float:
        return 0.0 if self._relay.round(connection) else INTERVAL

    def _keep_house(self, connection: Connection) -> float:
        beat_worker(connection, WorkerBeat(self._name, "dispatcher", "", 0, 0, draining=False))
        connection.execute(SQL["forget_old_workers"])
        for name in start_due(connection, datetime.now(UTC)):
            log.info("periodic job started", name=name)
        return HOUSEKEEPING

    def _lengths(self, queues: list[str]) -> dict[str, int]:
        with self._redis.pipeline(transaction=False) as pipeline:
            for queue in queues:
                pipeline.llen(queue)
            return dict(zip(queues, pipeline.execute(), strict=True))

    def _publish(self, wakeups: list[WakeUp]) -> None:
        for wakeup in wakeups:
            try:
                send(self._celery, wakeup)
            except AWAY:
                self._metrics.wakeups.count("failed")
                raise
            self._metrics.wakeups.count("sent")


def main(env: Mapping[str, str], _: Sequence[str]) -> int:
    """Run one dispatcher until SIGTERM.

    Raises:
        SettingsError: A setting is missing or wrong.
    """
    settings = Settings.from_env(env)
    configure_logging("dispatcher", settings.log_level)
    dispatcher = Dispatcher(settings)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: dispatcher.stop())
    dispatcher.run()
    return 0


if __name__ == "__main__":
    sys.exit(run_plainly(main, os.environ, sys.argv[1:]))
