"""Every statement of the engine is valid SQL on the migrated schema, for both drivers."""

import asyncpg
import pytest

from shared.jobs.statements import SQL
from tests.support.jobs import Engine


@pytest.mark.parametrize("name", sorted(SQL))
def test_psycopg_prepares_it(engine: Engine, name: str) -> None:
    engine.connection.execute(f"PREPARE statement AS {SQL[name]}")
    engine.connection.execute("DEALLOCATE statement")


async def test_asyncpg_prepares_all(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        for name, text in SQL.items():
            statement = await connection.prepare(text)
            assert statement.get_parameters() is not None, name
    finally:
        await connection.close()
