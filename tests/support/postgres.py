"""Databases for tests, on the embedded Postgres of one test process."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
from psycopg import sql


def truncate(url: str) -> None:
    """Empty every table of the database at `url` but alembic's own and the plans, which a migration brings."""
    with psycopg.connect(url) as connection:
        names = connection.execute(
            "SELECT schemaname, tablename FROM pg_tables "
            "WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
            " AND tablename NOT IN ('alembic_version', 'plans')"
        ).fetchall()
        if names:
            tables = sql.SQL(", ").join(sql.Identifier(*name) for name in names)
            connection.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(tables))


@contextmanager
def new_database(url: str) -> Iterator[str]:
    """An empty database on the server at `url`, dropped afterwards, sessions and all; gives its address."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield f"{url.rpartition('/')[0]}/{name}"
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
