"""Postgres goes away while a step finishes: the same token asks again, and there is exactly one success."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast
from uuid import uuid4

import psycopg
from psycopg import sql

from shared.db.session import Connection, Database, connect
from shared.jobs.steps import Done
from shared.jobs.submission import WakeUp
from shared.queue.task import StepRun
from tests.support.jobs import Engine, step
from tests.support.performing import Stage, done
from tests.support.processes import eventually

PRODUCT = "INSERT INTO periodic_runs (name, slot, job_id) VALUES ($1, clock_timestamp(), $2)"


def products(connection: Connection) -> int:
    row = connection.execute("SELECT count(*) AS n FROM periodic_runs").fetchone()
    assert row is not None
    return int(row["n"])


def end_backend(connection: Connection) -> None:
    connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")


class Forgetful:
    """A pool whose connections break right after the first commits: their replies are lost."""

    def __init__(self, database: Database, losses: int) -> None:
        self._database = database
        self.losses = losses

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        with self._database.connection() as connection:
            yield connection
        if self.losses:
            self.losses -= 1
            raise psycopg.OperationalError


def test_a_connection_that_breaks_within_the_finish_is_replaced(stage: Stage) -> None:
    tries: list[int] = []

    def save(connection: object) -> None:
        assert isinstance(connection, psycopg.Connection)
        connection.execute(PRODUCT, (f"try {len(tries)}", job))
        tries.append(connection.info.backend_pid)
        if len(tries) == 1:
            end_backend(connection)

    job = stage.job(lambda _: done(save))
    assert stage.perform(job) == "succeeded as told"
    assert len(set(tries)) == 2
    assert products(stage.engine.connection) == 1
    assert stage.engine.row(job, "work")["attempt"] == 1


def test_a_finish_whose_reply_was_lost_is_one_finish(engine: Engine) -> None:
    forgetful = Forgetful(engine.database, 0)
    stage = Stage(engine, database=cast("Database", forgetful))
    job = stage.job(lambda _: done(lambda c: c.execute(PRODUCT, ("p", job))), step("next", "work"))
    held = stage.claim(job)
    forgetful.losses = 2
    assert stage.performer.work(held) == "succeeded as told"
    assert (products(engine.connection), forgetful.losses) == (1, 0)
    assert engine.states(job) == {"work": "succeeded", "next": "ready"}


def test_a_claim_whose_reply_was_lost_is_one_claim(engine: Engine) -> None:
    stage = Stage(engine, database=cast("Database", Forgetful(engine.database, 2)))
    job = stage.job(lambda _: done())
    claimed = stage.performer.claim(WakeUp(job, "work", "nlp.work", "nlp"))
    assert not isinstance(claimed, str)
    row = engine.row(job, "work")
    assert (row["attempt"], row["lease_token"]) == (1, claimed.token)


def test_a_process_that_performs_alone_asks_until_it_knows_what_it_holds(engine: Engine) -> None:
    forgetful = Forgetful(engine.database, 0)
    stage = Stage(engine, database=cast("Database", forgetful))
    mine = stage.claim(stage.job(lambda _: done()))
    forgetful.losses = 2
    again = stage.performer.held(mine.job_id, mine.step, mine.task, mine.token)
    assert again is not None
    assert (again.token, again.attempt, forgetful.losses) == (mine.token, 1, 0)
    assert stage.performer.held(mine.job_id, mine.step, mine.task, uuid4()) is None


def test_a_database_that_takes_no_connections_for_a_while_is_waited_for(
    stage: Stage, clean_database: str, postgres_url: str
) -> None:
    pool = stage.engine.database

    def allow(yes: bool) -> None:  # noqa: FBT001 - as the statement has it
        name = sql.Identifier(clean_database.rpartition("/")[2])
        with psycopg.connect(postgres_url, autocommit=True) as admin:
            admin.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}").format(name, sql.Literal(yes)))
            admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'parl%'")

    def back_again() -> None:
        eventually(lambda: pool.get_stats().get("connections_errors", 0) > 0)
        allow(True)  # noqa: FBT003 - as the statement has it

    helper = threading.Thread(target=back_again)

    def body(_: StepRun) -> Done:
        allow(False)  # noqa: FBT003 - as the statement has it
        helper.start()
        return done(lambda c: c.execute(PRODUCT, ("p", job)))

    job = stage.job(body)
    assert stage.perform(job) == "succeeded as told"
    helper.join()
    with connect(clean_database, "test") as connection:
        assert products(connection) == 1
        row = connection.execute("SELECT state, attempt FROM job_steps").fetchone()
    assert row == {"state": "succeeded", "attempt": 1}
