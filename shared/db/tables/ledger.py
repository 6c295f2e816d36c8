"""What was paid: one row a provider call, committed as soon as the answer is there."""

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, ForeignKey, Index, Table, Text, text

from shared.db.base import Types, metadata

provider_calls = Table(
    "provider_calls",
    metadata,
    Column("id", Types.id, primary_key=True),
    # The cost outlives the job: money spent is never forgotten.
    Column("job_id", Types.id, ForeignKey("jobs.id", ondelete="SET NULL"), index=True),
    Column("step", Text, nullable=False),
    Column("provider", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("units", Types.document, nullable=False),
    Column("micro_usd", BigInteger),
    Column("sandbox", Boolean, nullable=False),
    Column("request_hash", Text, nullable=False),
    Column("response_key", Text, nullable=False),
    Column("rejected", Text),
    Column("created_at", Types.moment, nullable=False, server_default=text("clock_timestamp()")),
    CheckConstraint("micro_usd >= 0", name="micro_usd"),
    Index("ix_provider_calls_memo", "request_hash", postgresql_where=text("rejected IS NULL")),
    Index("ix_provider_calls_response", "response_key"),
)
