"""Jobs, articles, ledger, API keys.

Rules: only alembic and SQLAlchemy are imported; expand first, contract a release later; indexes on tables
with rows are built CONCURRENTLY; `downgrade` undoes all of `upgrade` in reverse.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("owner_id", sa.UUID(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column(
            "created_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("revoked_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_api_keys_key_hash")),
    )
    op.create_index(op.f("ix_api_keys_owner_id"), "api_keys", ["owner_id"], unique=False)
    op.create_table(
        "jobs",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("owner_id", sa.UUID(), nullable=False),
        sa.Column("retry_of", sa.UUID(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("input", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), server_default="queued", nullable=False),
        sa.Column("bulk", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("priority", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=True),
        sa.Column("idempotency_hash", sa.Text(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("cancel_requested_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.Column("expires_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("error", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column(
            "created_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("started_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("finished_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint("(state IN ('queued', 'running')) = (finished_at IS NULL)", name=op.f("ck_jobs_finished")),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'succeeded', 'partial', 'failed', 'cancelled', 'expired')",
            name=op.f("ck_jobs_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('cancelled', 'expired') OR cancel_requested_at IS NOT NULL", name=op.f("ck_jobs_cancelled")
        ),
        sa.CheckConstraint("(cancel_requested_at IS NULL) = (cancel_reason IS NULL)", name=op.f("ck_jobs_cancel")),
        sa.ForeignKeyConstraint(["retry_of"], ["jobs.id"], name=op.f("fk_jobs_retry_of"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sa.UniqueConstraint("owner_id", "idempotency_key", name=op.f("uq_jobs_owner_id_idempotency_key")),
        sa.UniqueConstraint("retry_of", name=op.f("uq_jobs_retry_of")),
    )
    op.create_index(
        "ix_jobs_expiry", "jobs", ["expires_at"], unique=False, postgresql_where=sa.text("finished_at IS NULL")
    )
    op.create_index("ix_jobs_owner", "jobs", ["owner_id", sa.literal_column("created_at DESC"), "id"], unique=False)
    op.create_table(
        "queues",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("paused_until", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("paused_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_queues")),
    )
    op.create_table(
        "workers",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("slots", sa.Integer(), nullable=False),
        sa.Column("running", sa.Integer(), nullable=False),
        sa.Column("draining", sa.Boolean(), nullable=False),
        sa.Column("seen_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_workers")),
    )
    op.create_table(
        "articles",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("owner_id", sa.UUID(), nullable=False),
        sa.Column("job_id", sa.UUID(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("native_language", sa.Text(), nullable=True),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("provenance", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "created_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_articles_job_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_articles")),
    )
    op.create_index(op.f("ix_articles_job_id"), "articles", ["job_id"], unique=False)
    op.create_index(
        "ix_articles_owner", "articles", ["owner_id", sa.literal_column("created_at DESC"), "id"], unique=False
    )
    op.create_table(
        "job_steps",
        sa.Column("job_id", sa.UUID(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("owner_id", sa.UUID(), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("needs", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("optional", sa.Boolean(), nullable=False),
        sa.Column("priority", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("cost", sa.Double(), server_default="1", nullable=False),
        sa.Column("fair", sa.Double(), server_default="0", nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column(
            "run_at", postgresql.TIMESTAMP(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("published_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("attempt", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("crashes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("releases", sa.Integer(), server_default="0", nullable=False),
        sa.Column("max_failures", sa.Integer(), nullable=False),
        sa.Column("max_crashes", sa.Integer(), nullable=False),
        sa.Column("timeout_s", sa.Double(), nullable=False),
        sa.Column("copied", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("lease_token", sa.UUID(), nullable=True),
        sa.Column("leased_by", sa.Text(), nullable=True),
        sa.Column("lease_until", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("claimed_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("deadline_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("progress_done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("progress_total", sa.Integer(), server_default="0", nullable=False),
        sa.Column("progress_seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("message", sa.Text(), server_default="", nullable=False),
        sa.Column("output", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("error", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("started_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("finished_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'running') = (lease_until IS NOT NULL) AND (state <> 'running' OR (lease_token IS NOT NULL AND claimed_at IS NOT NULL AND deadline_at IS NOT NULL))",
            name=op.f("ck_job_steps_lease"),
        ),
        sa.CheckConstraint(
            "(state IN ('blocked', 'ready', 'running')) = (finished_at IS NULL)", name=op.f("ck_job_steps_finished")
        ),
        sa.CheckConstraint(
            "attempt - failures - crashes - releases = 1 AND (state IN ('running', 'cancelled') OR (state = 'succeeded' AND NOT copied)) OR attempt - failures - crashes - releases = 0 AND state <> 'running' AND (state <> 'succeeded' OR copied)",
            name=op.f("ck_job_steps_attempts"),
        ),
        sa.CheckConstraint("state <> 'failed' OR error IS NOT NULL", name=op.f("ck_job_steps_error")),
        sa.CheckConstraint("state <> 'succeeded' OR output IS NOT NULL", name=op.f("ck_job_steps_output")),
        sa.CheckConstraint(
            "state IN ('blocked', 'ready', 'running', 'succeeded', 'skipped', 'failed', 'cancelled')",
            name=op.f("ck_job_steps_state"),
        ),
        sa.CheckConstraint(
            "output IS NULL OR octet_length(output::text) <= 16384", name=op.f("ck_job_steps_output_size")
        ),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_job_steps_job_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("job_id", "name", name=op.f("pk_job_steps")),
        postgresql_with={"fillfactor": 70},
    )
    op.create_index(
        "ix_job_steps_due",
        "job_steps",
        ["queue", "priority", "fair"],
        unique=False,
        postgresql_where=sa.text("state = 'ready'"),
    )
    op.create_index(
        "ix_job_steps_owner",
        "job_steps",
        ["queue", "priority", "owner_id", sa.literal_column("fair DESC")],
        unique=False,
        postgresql_where=sa.text("state = 'ready'"),
    )
    op.create_index(
        "ix_job_steps_published",
        "job_steps",
        ["queue"],
        unique=False,
        postgresql_where=sa.text("state = 'ready' AND published_at IS NOT NULL"),
    )
    op.create_index(
        "ix_job_steps_running", "job_steps", ["queue"], unique=False, postgresql_where=sa.text("state = 'running'")
    )
    op.create_table(
        "periodic_runs",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("slot", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("job_id", sa.UUID(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_periodic_runs_job_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("name", "slot", name=op.f("pk_periodic_runs")),
    )
    op.create_table(
        "provider_calls",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("job_id", sa.UUID(), nullable=True),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("units", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("micro_usd", sa.BigInteger(), nullable=True),
        sa.Column("sandbox", sa.Boolean(), nullable=False),
        sa.Column("request_hash", sa.Text(), nullable=False),
        sa.Column("response_key", sa.Text(), nullable=False),
        sa.Column("rejected", sa.Text(), nullable=True),
        sa.Column(
            "created_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.CheckConstraint("micro_usd >= 0", name=op.f("ck_provider_calls_micro_usd")),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_provider_calls_job_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_calls")),
    )
    op.create_index(op.f("ix_provider_calls_job_id"), "provider_calls", ["job_id"], unique=False)
    op.create_index(
        "ix_provider_calls_memo",
        "provider_calls",
        ["request_hash"],
        unique=False,
        postgresql_where=sa.text("rejected IS NULL"),
    )
    op.create_index("ix_provider_calls_response", "provider_calls", ["response_key"], unique=False)
    op.create_table(
        "article_alignments",
        sa.Column("article_id", sa.UUID(), nullable=False),
        sa.Column("sentences", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("coverage", sa.Double(), nullable=False),
        sa.Column("warnings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("provenance", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_article_alignments_article_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_article_alignments")),
    )
    op.create_table(
        "article_annotations",
        sa.Column("article_id", sa.UUID(), nullable=False),
        sa.Column("engine", sa.Text(), nullable=False),
        sa.Column("sentences", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("profile", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("useful_words", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("provenance", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_article_annotations_article_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_article_annotations")),
    )
    op.create_table(
        "article_narrations",
        sa.Column("article_id", sa.UUID(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("voice", sa.Text(), nullable=False),
        sa.Column("paragraphs", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("provenance", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_article_narrations_article_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_article_narrations")),
    )
    op.create_table(
        "article_translations",
        sa.Column("article_id", sa.UUID(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("sentences", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("provenance", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_article_translations_article_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_article_translations")),
    )


def downgrade() -> None:
    op.drop_table("article_translations")
    op.drop_table("article_narrations")
    op.drop_table("article_annotations")
    op.drop_table("article_alignments")
    op.drop_index("ix_provider_calls_response", table_name="provider_calls")
    op.drop_index("ix_provider_calls_memo", table_name="provider_calls", postgresql_where=sa.text("rejected IS NULL"))
    op.drop_index(op.f("ix_provider_calls_job_id"), table_name="provider_calls")
    op.drop_table("provider_calls")
    op.drop_table("periodic_runs")
    op.drop_index("ix_job_steps_running", table_name="job_steps", postgresql_where=sa.text("state = 'running'"))
    op.drop_index(
        "ix_job_steps_published",
        table_name="job_steps",
        postgresql_where=sa.text("state = 'ready' AND published_at IS NOT NULL"),
    )
    op.drop_index("ix_job_steps_owner", table_name="job_steps", postgresql_where=sa.text("state = 'ready'"))
    op.drop_index("ix_job_steps_due", table_name="job_steps", postgresql_where=sa.text("state = 'ready'"))
    op.drop_table("job_steps")
    op.drop_index("ix_articles_owner", table_name="articles")
    op.drop_index(op.f("ix_articles_job_id"), table_name="articles")
    op.drop_table("articles")
    op.drop_table("workers")
    op.drop_table("queues")
    op.drop_index("ix_jobs_owner", table_name="jobs")
    op.drop_index("ix_jobs_expiry", table_name="jobs", postgresql_where=sa.text("finished_at IS NULL"))
    op.drop_table("jobs")
    op.drop_index(op.f("ix_api_keys_owner_id"), table_name="api_keys")
    op.drop_table("api_keys")
