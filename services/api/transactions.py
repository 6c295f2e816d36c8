"""What a learner keeps is written in transactions: by the engine's pool, in a thread, as workers write it."""

from collections.abc import Callable
from typing import TypeVar

import psycopg
import psycopg_pool
from anyio import to_thread
from psycopg import errors as pg

from services.api.problems import contended, database_away
from services.api.resources import Resources
from shared.db.session import Connection

Result = TypeVar("Result")


async def in_transaction(resources: Resources, work: Callable[[Connection], Result]) -> Result:
    """Do the work in one transaction; an exception takes all of it back.

    Raises:
        ApiError: 503, Postgres is away or busy, or something that the work needs was deleted in this very moment.
    """

    def perform() -> Result:
        with resources.engine.connection() as connection, connection.transaction():
            return work(connection)

    try:
        return await to_thread.run_sync(perform)
    except (pg.LockNotAvailable, pg.DeadlockDetected, pg.ForeignKeyViolation) as error:
        raise contended() from error
    except (psycopg.OperationalError, psycopg_pool.PoolTimeout) as error:
        raise database_away() from error
