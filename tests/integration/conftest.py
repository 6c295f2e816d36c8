"""The engine over this test process's database, and processes that work for it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.db.session import connect, open_database
from tests.support.fleet import ENVIRONMENT, Fleet
from tests.support.invariants import broken_promises
from tests.support.jobs import Engine


@pytest.fixture
def engine(clean_database: str) -> Iterator[Engine]:
    """An engine over an empty database."""
    database = open_database(clean_database, "test", most=6)
    with database, connect(clean_database, "test") as connection:
        yield Engine(connection, database)


@pytest.fixture
def fleet(engine: Engine, clean_database: str, redis_url: str, tmp_path: Path) -> Iterator[Fleet]:
    """Workers and dispatchers to start; they end with the test, and must have kept every promise of the engine."""
    processes = Fleet(engine, {**ENVIRONMENT, "DATABASE_URL": clean_database, "REDIS_URL": redis_url}, tmp_path)
    try:
        yield processes
        assert broken_promises(engine.connection) == []
    finally:
        processes.end()
