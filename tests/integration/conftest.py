"""The engine over this test process's database."""

from collections.abc import Iterator

import pytest

from shared.db.session import connect, open_database
from tests.support.jobs import Engine


@pytest.fixture
def engine(clean_database: str) -> Iterator[Engine]:
    """An engine over an empty database."""
    database = open_database(clean_database, "test", most=6)
    with database, connect(clean_database, "test") as connection:
        yield Engine(connection, database)
