"""The servers that every integration test stands on."""

import socket

import psycopg
import pytest
from redis import Redis

from tests.support.postgres import truncate


def test_the_database_is_migrated(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        row = connection.execute("SELECT count(*) FROM alembic_version").fetchone()
    assert row == (1,)


def test_emptying_removes_what_was_committed_and_leaves_the_version(empty_database_url: str) -> None:
    with psycopg.connect(empty_database_url) as connection:
        connection.execute("CREATE TABLE parent (id int PRIMARY KEY)")
        connection.execute("CREATE TABLE child (id int REFERENCES parent)")
        connection.execute("CREATE TABLE alembic_version (version_num text)")
        connection.execute("INSERT INTO parent VALUES (1)")
        connection.execute("INSERT INTO child VALUES (1)")
        connection.execute("INSERT INTO alembic_version VALUES ('0001')")
        connection.commit()
        truncate(empty_database_url)
        counts = (
            "SELECT (SELECT count(*) FROM parent), (SELECT count(*) FROM child), (SELECT count(*) FROM alembic_version)"
        )
        assert connection.execute(counts).fetchone() == (0, 0, 1)


def test_an_empty_database_has_no_schema(empty_database_url: str) -> None:
    with psycopg.connect(empty_database_url) as connection:
        row = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    assert row == (0,)


@pytest.mark.parametrize("_round", [1, 2])
def test_redis_is_empty_at_the_start_of_each_test(redis_url: str, _round: int) -> None:
    with Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
        client.set("left", "over")


def test_connections_beyond_this_machine_are_refused() -> None:
    with socket.socket() as outside, pytest.raises(Exception, match=r"192\.0\.2\.1"):
        outside.connect(("192.0.2.1", 80))
