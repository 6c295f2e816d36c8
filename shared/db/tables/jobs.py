"""Jobs and their steps, and what the engine remembers of queues, workers and periodic jobs."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from shared.db.base import Types, metadata

JOB_STATES = ("queued", "running", "succeeded", "partial", "failed", "cancelled", "expired")
STEP_STATES = ("blocked", "ready", "running", "succeeded", "skipped", "failed", "cancelled")


def _one_of(states: tuple[str, ...]) -> str:
    return "state IN (" + ", ".join(f"'{state}'" for state in states) + ")"


# No counters: a batch's progress is counted over its jobs, the latest of each chain of retries.
batches = Table(
    "batches",
    metadata,
    Column("id", Types.id, primary_key=True),
    Column("owner_id", Types.id, nullable=False),
    Column("name", Text, nullable=False),
    Column("items", Integer, nullable=False),
    Column("idempotency_key", Text),
    Column("idempotency_hash", Text),
    Column("request_id", Text),
    Column("created_at", Types.moment, nullable=False, server_default=text("clock_timestamp()")),
    UniqueConstraint("owner_id", "idempotency_key"),
    Index("ix_batches_owner", "owner_id", text("created_at DESC"), "id"),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", Types.id, primary_key=True),
    Column("owner_id", Types.id, nullable=False),
    Column("batch_id", Types.id, ForeignKey("batches.id", ondelete="CASCADE")),
    Column("batch_item", Integer),
    Column("retry_of", Types.id, ForeignKey("jobs.id", ondelete="SET NULL"), unique=True),
    Column("kind", Text, nullable=False),
    Column("input", Types.document, nullable=False),
    Column("state", Text, nullable=False, server_default="queued"),
    Column("bulk", Boolean, nullable=False, server_default=text("false")),
    Column("priority", SmallInteger, nullable=False, server_default="0"),
    Column("idempotency_key", Text),
    Column("idempotency_hash", Text),
    Column("request_id", Text),
    Column("version", BigInteger, nullable=False, server_default="1"),
    Column("cancel_requested_at", Types.moment),
    Column("cancel_reason", Text),
    Column("expires_at", Types.moment, nullable=False),
    Column("error", Types.document),
    Column("created_at", Types.moment, nullable=False, server_default=text("clock_timestamp()")),
    Column("started_at", Types.moment),
    Column("finished_at", Types.moment),
    UniqueConstraint("owner_id", "idempotency_key"),
    CheckConstraint(_one_of(JOB_STATES), name="state"),
    CheckConstraint("(batch_id IS NULL) = (batch_item IS NULL)", name="batch"),
    CheckConstraint("(state IN ('queued', 'running')) = (finished_at IS NULL)", name="finished"),
    CheckConstraint("(cancel_requested_at IS NULL) = (cancel_reason IS NULL)", name="cancel"),
    CheckConstraint("state NOT IN ('cancelled', 'expired') OR cancel_requested_at IS NOT NULL", name="cancelled"),
    Index("ix_jobs_owner", "owner_id", text("created_at DESC"), "id"),
    Index("ix_jobs_failure", text("(error ->> 'code')"), "id", postgresql_where=text("error IS NOT NULL")),
    Index("ix_jobs_batch", "batch_id", "state", postgresql_where=text("batch_id IS NOT NULL")),
    Index("ix_jobs_expiry", "expires_at", postgresql_where=text("finished_at IS NULL")),
    # Which sentences are about to be spoken, and which nobody will speak.
    Index(
        "ix_jobs_speaking",
        text("(input ->> 'sentence_id')"),
        postgresql_where=text(
            "kind = 'speak_sentence' AND (finished_at IS NULL OR error ->> 'code' = 'output_refused')"
        ),
    ),
)

job_steps = Table(
    "job_steps",
    metadata,
    Column("job_id", Types.id, ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("position", SmallInteger, nullable=False),
    Column("owner_id", Types.id, nullable=False),
    Column("task", Text, nullable=False),
    Column("queue", Text, nullable=False),
    Column("needs", ARRAY(Text), nullable=False),
    Column("optional", Boolean, nullable=False),
    Column("priority", SmallInteger, nullable=False, server_default="0"),
    Column("cost", Double, nullable=False, server_default="1"),
    Column("fair", Double, nullable=False, server_default="0"),
    Column("state", Text, nullable=False),
    Column("run_at", Types.moment, nullable=False, server_default=text("clock_timestamp()")),
    Column("published_at", Types.moment),
    Column("attempt", Integer, nullable=False, server_default="0"),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("crashes", Integer, nullable=False, server_default="0"),
    Column("releases", Integer, nullable=False, server_default="0"),
    Column("max_failures", Integer, nullable=False),
    Column("max_crashes", Integer, nullable=False),
    Column("timeout_s", Double, nullable=False),
    Column("copied", Boolean, nullable=False, server_default=text("false")),
    Column("lease_token", Types.id),
    Column("leased_by", Text),
    Column("lease_until", Types.moment),
    Column("claimed_at", Types.moment),
    Column("deadline_at", Types.moment),
    Column("progress_done", Integer, nullable=False, server_default="0"),
    Column("progress_total", Integer, nullable=False, server_default="0"),
    Column("progress_seq", BigInteger, nullable=False, server_default="0"),
    Column("message", Text, nullable=False, server_default=""),
    Column("output", Types.document),
    Column("error", Types.document),
    Column("started_at", Types.moment),
    Column("finished_at", Types.moment),
    CheckConstraint(_one_of(STEP_STATES), name="state"),
    CheckConstraint(
        "(state = 'running') = (lease_until IS NOT NULL)"
        " AND (state <> 'running' OR (lease_token IS NOT NULL AND claimed_at IS NOT NULL AND deadline_at IS NOT NULL))",
        name="lease",
    ),
    CheckConstraint("(state IN ('blocked', 'ready', 'running')) = (finished_at IS NULL)", name="finished"),
    CheckConstraint("state <> 'succeeded' OR output IS NOT NULL", name="output"),
    CheckConstraint("output IS NULL OR octet_length(output::text) <= 16384", name="output_size"),
    CheckConstraint("state <> 'failed' OR error IS NOT NULL", name="error"),
    CheckConstraint(
        "attempt - failures - crashes - releases = 1 AND (state IN ('running', 'cancelled')"
        " OR (state = 'succeeded' AND NOT copied))"
        " OR attempt - failures - crashes - releases = 0 AND state <> 'running'"
        " AND (state <> 'succeeded' OR copied)",
        name="attempts",
    ),
    Index("ix_job_steps_due", "queue", "priority", "fair", postgresql_where=text("state = 'ready'")),
    Index(
        "ix_job_steps_owner",
        "queue",
        "priority",
        "owner_id",
        text("fair DESC"),
        postgresql_where=text("state = 'ready'"),
    ),
    Index("ix_job_steps_published", "queue", postgresql_where=text("state = 'ready' AND published_at IS NOT NULL")),
    Index("ix_job_steps_running", "queue", postgresql_where=text("state = 'running'")),
    # Claims and heartbeats change rows in place (HOT): room on the page keeps them there.
    postgresql_with={"fillfactor": 70},
)

queues = Table(
    "queues",
    metadata,
    Column("name", Text, primary_key=True),
    Column("paused_until", Types.moment, nullable=False),
    Column("reason", Text, nullable=False),
    Column("paused_by", Text, nullable=False),
)

workers = Table(
    "workers",
    metadata,
    Column("name", Text, primary_key=True),
    Column("service", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("slots", Integer, nullable=False),
    Column("running", Integer, nullable=False),
    Column("draining", Boolean, nullable=False),
    Column("asked_to_drain", Boolean, nullable=False, server_default=text("false")),
    Column("seen_at", Types.moment, nullable=False),
)

# Which job just gets something that others want too: they wait for it while it is open.
turns = Table(
    "turns",
    metadata,
    Column("work", Text, primary_key=True),
    Column("job_id", Types.id, nullable=False),
)

periodic_runs = Table(
    "periodic_runs",
    metadata,
    Column("name", Text, primary_key=True),
    Column("slot", Types.moment, primary_key=True),
    Column("job_id", Types.id, ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False),
)
