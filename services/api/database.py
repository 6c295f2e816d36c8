"""Postgres for the hot paths: asyncpg, plain SQL, JSON as unparsed bytes. The only import of asyncpg."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any, Protocol

import asyncpg
import structlog

from services.api.problems import contended, database_away

MOST_CONNECTIONS = 6
CONNECT_TIMEOUT = 5.0  # seconds
CLOSE_TIMEOUT = 3.0  # seconds
COMMAND_TIMEOUT = 12.0  # seconds: just above Postgres's own statement_timeout, for a server that hangs
SESSION = {
    "application_name": "parlance-api",
    "statement_timeout": "10s",
    "lock_timeout": "3s",
    "idle_in_transaction_session_timeout": "5s",
    "transaction_timeout": "12s",
    "timezone": "UTC",
}
AWAY = (
    OSError,  # refused, unreachable, no such host; TimeoutError is one too
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,  # the connection or the pool is closed
    asyncpg.InsufficientResourcesError,
    asyncpg.exceptions.OperatorInterventionError,  # shutting down, starting up, statement cancelled
)
BUSY = (
    asyncpg.LockNotAvailableError,
    asyncpg.DeadlockDetectedError,
    asyncpg.ForeignKeyViolationError,  # what a row belongs to was deleted in this very moment
)
_JSONB_VERSION = b"\x01"
log = structlog.get_logger(__name__)


class Row(Protocol):
    """A row of a result: columns by name, JSON as bytes."""

    def __getitem__(self, column: str, /) -> Any: ...  # noqa: ANN401 - whatever the column holds

    def items(self) -> Iterable[tuple[str, Any]]:
        """All columns."""


async def _pass_json_through(connection: Any) -> None:  # noqa: ANN401 - asyncpg ships no types
    """Read and write `json` and `jsonb` as bytes: what is served as it is stored is never parsed."""
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        format="binary",
        encoder=lambda text: _JSONB_VERSION + text,
        decoder=lambda value: value[len(_JSONB_VERSION) :],
    )
    await connection.set_type_codec("json", schema="pg_catalog", format="binary", encoder=bytes, decoder=bytes)


async def _leave_as_it_is(_connection: object) -> None:
    """Between two uses: our statements change nothing of a session, so a reset would be a wasted round trip."""


class Database:
    """The API's pool. It connects when it is first needed, so the process starts while Postgres is away.

    Args:
        url: `postgresql://...`.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._pool: Any = None  # an asyncpg.Pool, which belongs to the loop it is made in

    async def open(self) -> None:
        """Make the pool in the running loop; nothing is connected yet."""
        self._pool = await asyncpg.create_pool(
            self._url,
            min_size=0,
            max_size=MOST_CONNECTIONS,
            init=_pass_json_through,
            reset=_leave_as_it_is,
            server_settings=SESSION,
            timeout=CONNECT_TIMEOUT,
            command_timeout=COMMAND_TIMEOUT,
        )

    async def close(self) -> None:
        """Close all connections, waiting a moment for those in use."""
        pool, self._pool = self._pool, None
        if pool is None:
            return
        try:
            async with asyncio.timeout(CLOSE_TIMEOUT):
                await pool.close()
        except TimeoutError:
            pool.terminate()

    def connections(self) -> tuple[int, int]:
        """How many of the pool's connections are in use and how many are idle."""
        if self._pool is None:
            return 0, 0
        idle: int = self._pool.get_idle_size()
        return self._pool.get_size() - idle, idle

    async def row(self, sql: str, *arguments: object) -> Row | None:
        """The first row of a query in autocommit; null if there is none.

        Raises:
            ApiError: 503, Postgres is away or somebody holds a lock for too long.
        """
        async with self._connection() as connection:
            row: Row | None = await connection.fetchrow(sql, *arguments)
        return row

    async def rows(self, sql: str, *arguments: object) -> list[Row]:
        """All rows of a query in autocommit.

        Raises:
            ApiError: 503, Postgres is away or somebody holds a lock for too long.
        """
        async with self._connection() as connection:
            rows: list[Row] = await connection.fetch(sql, *arguments)
        return rows

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Any]:
        if self._pool is None:
            raise database_away()
        try:
            async with self._pool.acquire(timeout=CONNECT_TIMEOUT) as connection:
                yield connection
        except AWAY as error:
            log.warning("database is away", error=type(error).__name__)
            raise database_away() from error
        except BUSY as error:
            raise contended() from error
