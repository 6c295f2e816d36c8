"""Rows taken in a few hundred at a time, each batch in a transaction of its own."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar

from psycopg import errors as pg

from shared.db.session import Connection, Database
from shared.jobs.errors import PermanentError, TransientError
from shared.learning.intake import EntriesGoneError
from shared.learning.pairs import PairNotFoundError
from shared.learning.storage import StorageFullError

Row = TypeVar("Row")
Result = TypeVar("Result")
BATCH = 500
"""Rows a transaction: a tenth of a second of work, so nobody waits long for a lock, and little is done again."""


def batches(rows: Iterable[Row], size: int = BATCH) -> Iterator[list[Row]]:
    """The rows, `size` at a time, read as late as possible."""
    left = iter(rows)
    while batch := list(islice(left, size)):
        yield batch


def in_transaction(database: Database, act: Callable[[Connection], Result]) -> Result:
    """Do something in a transaction, all or nothing.

    Raises:
        TransientError: `contended`, somebody else holds its rows; the step is tried again, and does nothing twice.
        PermanentError: `pair_deleted`, the learner has deleted the language pair meanwhile; `storage_full`, the
            learner's plan has no room for the pictures and recordings.
    """
    try:
        with database.connection() as connection, connection.transaction():
            return act(connection)
    except (pg.DeadlockDetected, pg.LockNotAvailable, EntriesGoneError) as error:
        raise TransientError("contended", "Somebody else was changing the same words.") from error
    except (PairNotFoundError, pg.ForeignKeyViolation) as error:
        raise PermanentError("pair_deleted", "The language pair that the import was for is gone.") from error
    except StorageFullError as error:
        detail = "There is no room for the pictures and recordings of this deck. What was taken in before them stays."
        raise PermanentError("storage_full", detail) from error
