"""From nothing to the newest schema and back, and no difference between migrations and tables."""

import psycopg

from migrations import run


def tables(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    return {row[0] for row in rows} - {"alembic_version"}


def test_up_check_down_and_up_again(empty_database_url: str) -> None:
    run.upgrade(empty_database_url)
    run.check(empty_database_url)
    assert "job_steps" in tables(empty_database_url)
    run.downgrade(empty_database_url)
    assert tables(empty_database_url) == set()
    run.upgrade(empty_database_url)
    run.check(empty_database_url)
