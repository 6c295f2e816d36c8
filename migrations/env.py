"""Runs migrations on the connection that `migrations.run` hands over: one transaction each, one runner."""

from alembic import context
from sqlalchemy import text

from shared.db import tables  # noqa: F401 - fills the metadata
from shared.db.base import metadata

LOCK_KEY = 0x7061726C  # advisory lock: "parl"

connection = context.config.attributes["connection"]
connection.execute(text(f"SELECT pg_advisory_lock({LOCK_KEY})"))
connection.execute(text("SET lock_timeout = '4s'"))
connection.commit()
context.configure(connection=connection, target_metadata=metadata, transaction_per_migration=True)
try:
    with context.begin_transaction():
        context.run_migrations()
finally:
    connection.execute(text(f"SELECT pg_advisory_unlock({LOCK_KEY})"))
    connection.commit()
