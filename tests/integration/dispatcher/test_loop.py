"""A dispatcher's loop outlives whatever happens in a round."""

import threading

import psycopg
import pytest

from services.dispatcher import app
from services.dispatcher.app import Loop
from services.dispatcher.settings import Settings
from shared.db.session import Connection
from tests.support.jobs import Engine
from tests.support.processes import eventually


def kill(engine: Engine) -> None:
    engine.connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'parlance-dispatcher-t'"
    )


@pytest.mark.parametrize("fault", [psycopg.OperationalError("away"), OSError("away"), KeyError("ours"), None])
def test_a_round_that_fails_is_followed_by_the_next(
    engine: Engine, clean_database: str, monkeypatch: pytest.MonkeyPatch, fault: Exception | None
) -> None:
    monkeypatch.setattr(app, "INTERVAL", 0.01)
    end = threading.Event()
    rounds: list[int] = []

    def turn(connection: Connection) -> float:
        rounds.append(len(rounds))
        if rounds == [0] and fault is None:
            kill(engine)
        if rounds == [0] and fault is not None:
            raise fault
        connection.execute("SELECT 1")
        return 0.01

    loop = Loop("t", Settings(database_url=clean_database, redis_url="", log_level="INFO"), end, turn)
    loop.start()
    assert eventually(lambda: len(rounds) > 3)
    end.set()
    loop.join(10)
    assert not loop.is_alive()
