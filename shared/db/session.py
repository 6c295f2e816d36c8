"""Connections to Postgres for workers and the dispatcher: psycopg, sync, raw `$1` SQL, autocommit by default."""

from typing import Any

import msgspec
import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import set_json_dumps, set_json_loads
from psycopg_pool import ConnectionPool

from shared.settings import SettingsError

Connection = psycopg.Connection[dict[str, Any]]
Database = ConnectionPool[Connection]

SESSION_OPTIONS = (
    # A frozen holder of a job's lock would make the job uncancellable: Postgres ends it instead. The limit of the whole
    # transaction is for one that froze inside a pipeline: between two statements it is not idle, and none runs.
    "-c idle_in_transaction_session_timeout=5s -c lock_timeout=3s -c statement_timeout=10s -c transaction_timeout=12s"
    " -c timezone=UTC"
)
KEEPALIVES = {"keepalives": 1, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}

RECONNECT = 2.0  # seconds of one attempt to reconnect, of two or three tries; then begins the next

set_json_loads(msgspec.json.decode)
set_json_dumps(lambda value: msgspec.json.encode(value).decode())


def _settings(name: str) -> dict[str, Any]:
    return {
        "autocommit": True,
        "cursor_factory": psycopg.RawCursor,
        "row_factory": dict_row,
        "options": SESSION_OPTIONS,
        "application_name": f"parlance-{name}",
        "connect_timeout": 5,
        **KEEPALIVES,
    }


def connect(url: str, name: str) -> Connection:
    """One connection of its own, for a heartbeat or a command."""
    return psycopg.Connection[dict[str, Any]].connect(url, **_settings(name))


def open_database(url: str, name: str, *, most: int) -> Database:
    """A pool of at most `most` connections, each checked before it is handed out (a Postgres restart goes unseen).

    Args:
        url: `postgresql://...`.
        name: Who connects; Postgres shows it in `pg_stat_activity`.
        most: The pool's size; one is kept open.
    """
    return ConnectionPool(
        url,
        connection_class=psycopg.Connection[dict[str, Any]],
        kwargs=_settings(name),
        min_size=1,
        max_size=most,
        timeout=10.0,
        check=ConnectionPool.check_connection,
        # Left alone it would try ever more rarely: after a Postgres that was away for a minute, half a minute late.
        reconnect_timeout=RECONNECT,
        reconnect_failed=lambda pool: pool.check(),
        open=True,
        name=name,
    )


class PoolUse(msgspec.Struct, frozen=True):
    """A pool at this moment: its connections, and how many wait for one."""

    in_use: int
    idle: int
    waiting: int


def pool_use(database: Database) -> PoolUse:
    """How busy the pool is."""
    stats = database.get_stats()
    idle = stats["pool_available"]
    return PoolUse(stats["pool_size"] - idle, idle, stats.get("requests_waiting", 0))


def assert_room(connection: Connection, wanted: int) -> None:
    """Refuse to start where this process could not get its connections.

    Raises:
        SettingsError: The server has fewer than `wanted` connections left.
    """
    row = connection.execute(
        "SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int"
        " - (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS room"
    ).fetchone()
    if row is not None and row["room"] < wanted:
        message = f"Postgres has {row['room']} connections left, this process may need {wanted}: raise max_connections."
        raise SettingsError(message)
