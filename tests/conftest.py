"""What every test stands on: a clean environment, no network beyond loopback, real servers made for the run."""

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import pytest_socket
from redis import Redis as RedisClient

from deploy.local.disposable import running_postgres
from deploy.local.state import CHECKOUT
from migrations.run import upgrade
from tests.support import official_anki
from tests.support.environment import clear_environment
from tests.support.postgres import new_database, truncate
from tests.support.redis import running_redis

UNIT = Path(__file__).parent / "unit"

# At once: modules under test are imported while tests are collected.
clear_environment(os.environ)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Unit tests open no socket; all others reach this machine only. pytest-socket lifts it again by itself."""
    if item.path.is_relative_to(UNIT):
        pytest_socket.disable_socket(allow_unix_socket=True)
    else:
        pytest_socket.socket_allow_hosts(["127.0.0.1", "::1"], allow_unix_socket=True)


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server with an empty database `postgres`, for tests that make databases of their own."""
    log = tmp_path_factory.mktemp("postgres") / "postgres.log"
    with running_postgres(CHECKOUT, os.environ, log) as server:
        yield server.url


@pytest.fixture(scope="session")
def database_url(postgres_url: str) -> Iterator[str]:
    """The address of this test process's database, migrated. What a test commits stays: see `clean_database`."""
    with new_database(postgres_url) as url:
        upgrade(url)
        yield url


@pytest.fixture
def clean_database(database_url: str) -> str:
    """The same database with every table emptied before the test."""
    truncate(database_url)
    return database_url


@pytest.fixture
def empty_database_url(postgres_url: str) -> Iterator[str]:
    """The address of a new database without a schema, dropped after the test."""
    with new_database(postgres_url) as url:
        yield url


@pytest.fixture
def connection(database_url: str) -> Iterator[psycopg.Connection]:
    """A connection in a transaction that is rolled back after the test; it sees what other tests have committed."""
    with psycopg.connect(database_url) as connection:
        yield connection
        connection.rollback()


@pytest.fixture(scope="session")
def redis_server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of this test process's Redis."""
    with running_redis(tmp_path_factory.mktemp("redis")) as server:
        yield server.url


@pytest.fixture
def redis_url(redis_server_url: str) -> str:
    """The address of this test process's Redis, emptied before the test."""
    with RedisClient.from_url(redis_server_url) as client:
        client.flushall()
    return redis_server_url


@pytest.fixture(scope="session")
def anki(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interpreter that has Anki; tests that ask for it are skipped where it cannot be had."""
    return official_anki.install(tmp_path_factory.mktemp("anki"))
