from collections.abc import AsyncIterator

import pytest

from services.api.accounts.operators import create_key
from services.api.database import Database
from services.api.problems import ApiError
from shared.db.session import connect
from shared.jobs.ids import uuid7
from tests.support.ports import free_port


@pytest.fixture
async def database(clean_database: str) -> AsyncIterator[Database]:
    """The API's pool over an empty database."""
    database = Database(clean_database)
    await database.open()
    yield database
    await database.close()


async def refusal(database: Database, sql: str) -> ApiError:
    """How the statement is refused."""
    with pytest.raises(ApiError) as caught:
        await database.row(sql)
    return caught.value


async def test_json_is_passed_through_as_bytes(database: Database) -> None:
    row = await database.row("SELECT $1::jsonb AS b, $2::json AS j", b'{"a": 1}', b'{"a":  1}')
    assert row is not None
    assert (row["b"], row["j"]) == (b'{"a": 1}', b'{"a":  1}')


async def test_lock_that_somebody_holds_is_503_for_a_second(database: Database, clean_database: str) -> None:
    with connect(clean_database, "holder") as holder:
        create_key(holder, "held")
        with holder.transaction():
            holder.execute("SELECT FROM api_keys FOR UPDATE")
            error = await refusal(database, "SELECT FROM api_keys FOR UPDATE NOWAIT")
    assert (error.status, error.headers) == (503, {"Retry-After": "1"})


async def test_statement_that_is_cut_off_is_503(database: Database) -> None:
    error = await refusal(database, "SELECT pg_cancel_backend(pg_backend_pid()), pg_sleep(60)")
    assert (error.status, error.headers) == (503, {"Retry-After": "2"})


async def test_server_that_refuses_connections_is_503() -> None:
    database = Database(f"postgresql://me:nothing@127.0.0.1:{free_port()}/nowhere")
    await database.open()
    error = await refusal(database, "SELECT 1")
    await database.close()
    assert error.code == "unavailable"


async def test_mistake_of_ours_is_no_503(database: Database) -> None:
    with pytest.raises(Exception, match="does not exist"):
        await database.row("SELECT nothing")


async def test_broken_rule_of_the_schema_is_no_503(database: Database) -> None:
    with pytest.raises(Exception, match="not-null"):
        await database.row("INSERT INTO api_keys (id) VALUES ($1)", uuid7())


async def test_sessions_give_up_on_their_own(database: Database) -> None:
    row = await database.row(
        "SELECT current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock,"
        " current_setting('idle_in_transaction_session_timeout') AS idle, current_setting('timezone') AS zone,"
        " current_setting('transaction_timeout') AS whole"
    )
    assert row is not None
    assert dict(row.items()) == {"statement": "10s", "lock": "3s", "idle": "5s", "whole": "12s", "zone": "UTC"}
