"""What operators tell client apps: values by name, some of them for everybody."""

from sqlalchemy import Boolean, Column, Table, Text, text

from shared.db.base import Types, metadata

config_values = Table(
    "config_values",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Types.document, nullable=False),
    # Readable by whoever asks, signed in or not.
    Column("public", Boolean, nullable=False, server_default="false"),
    Column("updated_at", Types.moment, nullable=False, server_default=text("clock_timestamp()")),
)
