"""Who may call the API."""

from sqlalchemy import Column, LargeBinary, Table, Text, text

from shared.db.base import Types, metadata

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", Types.id, primary_key=True),
    Column("owner_id", Types.id, nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("prefix", Text, nullable=False),
    # SHA-256: the key itself is 256 random bits, so nothing slower is needed.
    Column("key_hash", LargeBinary, nullable=False, unique=True),
    Column("created_at", Types.moment, nullable=False, server_default=text("clock_timestamp()")),
    Column("revoked_at", Types.moment),
)
