"""Accounts, sessions, plans; scopes of API keys; batches.

Rules: only alembic and SQLAlchemy are imported; expand first, contract a release later; indexes on tables
with rows are built CONCURRENTLY; `downgrade` undoes all of `upgrade` in reverse.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

PLANS = """
INSERT INTO plans (name, requests_per_minute, orders_per_minute, batch_items)
VALUES ('free', 600, 60, 200), ('premium', 6000, 600, 1000)
"""
OWNERS_OF_KEYS = """
INSERT INTO accounts (id, name, plan)
SELECT owner_id, min(name), 'premium' FROM api_keys GROUP BY owner_id
"""


def upgrade() -> None:
    op.create_table(
        "batches",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("owner_id", sa.UUID(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=True),
        sa.Column("idempotency_hash", sa.Text(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column(
            "created_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
        sa.UniqueConstraint("owner_id", "idempotency_key", name=op.f("uq_batches_owner_id_idempotency_key")),
    )
    op.create_index(
        "ix_batches_owner", "batches", ["owner_id", sa.literal_column("created_at DESC"), "id"], unique=False
    )
    op.create_table(
        "plans",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("requests_per_minute", sa.Integer(), nullable=False),
        sa.Column("orders_per_minute", sa.Integer(), nullable=False),
        sa.Column("batch_items", sa.Integer(), nullable=False),
        sa.CheckConstraint("batch_items BETWEEN 1 AND 1000", name=op.f("ck_plans_batch_items")),
        sa.CheckConstraint("requests_per_minute > 0 AND orders_per_minute > 0", name=op.f("ck_plans_rates")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_plans")),
    )
    op.create_table(
        "accounts",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("email_key", sa.Text(), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("native_language", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), server_default="student", nullable=False),
        sa.Column("plan", sa.Text(), server_default="free", nullable=False),
        sa.Column(
            "created_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("disabled_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint("role IN ('student', 'tutor', 'admin')", name=op.f("ck_accounts_role")),
        sa.CheckConstraint(
            "(email IS NULL) = (password_hash IS NULL) AND (email IS NULL) = (email_key IS NULL)",
            name=op.f("ck_accounts_sign_in"),
        ),
        sa.ForeignKeyConstraint(["plan"], ["plans.name"], name=op.f("fk_accounts_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("email_key", name=op.f("uq_accounts_email_key")),
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("account_id", sa.UUID(), nullable=False),
        sa.Column(
            "created_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("expires_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("revoked_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("revoked_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("(revoked_at IS NULL) = (revoked_reason IS NULL)", name=op.f("ck_sessions_revoked")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_sessions_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_account_id"), "sessions", ["account_id"], unique=False)
    op.create_table(
        "refresh_tokens",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("session_id", sa.UUID(), nullable=False),
        sa.Column(
            "created_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("used_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_refresh_tokens_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_refresh_tokens")),
    )
    op.create_index(op.f("ix_refresh_tokens_session_id"), "refresh_tokens", ["session_id"], unique=False)
    op.execute(PLANS)
    op.execute(OWNERS_OF_KEYS)
    op.add_column(
        "api_keys",
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{read,write}'"), nullable=False),
    )
    op.add_column("api_keys", sa.Column("last_used_at", postgresql.TIMESTAMP(timezone=True), nullable=True))
    op.create_check_constraint(
        op.f("ck_api_keys_scopes"), "api_keys", "cardinality(scopes) > 0 AND scopes <@ '{read,write,admin}'"
    )
    op.create_foreign_key(
        op.f("fk_api_keys_owner_id"), "api_keys", "accounts", ["owner_id"], ["id"], ondelete="CASCADE"
    )
    op.add_column("workers", sa.Column("asked_to_drain", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("jobs", sa.Column("batch_id", sa.UUID(), nullable=True))
    op.add_column("jobs", sa.Column("batch_item", sa.Integer(), nullable=True))
    # Not validated at once: a long look at a large table must not keep everybody from it.
    op.create_foreign_key(
        op.f("fk_jobs_batch_id"), "jobs", "batches", ["batch_id"], ["id"], ondelete="CASCADE", postgresql_not_valid=True
    )
    op.create_check_constraint(
        op.f("ck_jobs_batch"), "jobs", "(batch_id IS NULL) = (batch_item IS NULL)", postgresql_not_valid=True
    )
    op.execute("ALTER TABLE jobs VALIDATE CONSTRAINT fk_jobs_batch_id")
    op.execute("ALTER TABLE jobs VALIDATE CONSTRAINT ck_jobs_batch")
    with op.get_context().autocommit_block():
        op.create_index(
            "ix_jobs_batch",
            "jobs",
            ["batch_id", "state"],
            unique=False,
            postgresql_concurrently=True,
            postgresql_where=sa.text("batch_id IS NOT NULL"),
        )
        op.create_index(
            "ix_jobs_failure",
            "jobs",
            [sa.literal_column("(error ->> 'code')"), "id"],
            unique=False,
            postgresql_concurrently=True,
            postgresql_where=sa.text("error IS NOT NULL"),
        )


def downgrade() -> None:
    op.drop_index("ix_jobs_failure", table_name="jobs")
    op.drop_index("ix_jobs_batch", table_name="jobs")
    op.drop_constraint(op.f("ck_jobs_batch"), "jobs", type_="check")
    op.drop_constraint(op.f("fk_jobs_batch_id"), "jobs", type_="foreignkey")
    op.drop_column("workers", "asked_to_drain")
    op.drop_column("jobs", "batch_item")
    op.drop_column("jobs", "batch_id")
    op.drop_constraint(op.f("fk_api_keys_owner_id"), "api_keys", type_="foreignkey")
    op.drop_constraint(op.f("ck_api_keys_scopes"), "api_keys", type_="check")
    op.drop_column("api_keys", "last_used_at")
    op.drop_column("api_keys", "scopes")
    op.drop_index(op.f("ix_refresh_tokens_session_id"), table_name="refresh_tokens")
    op.drop_table("refresh_tokens")
    op.drop_index(op.f("ix_sessions_account_id"), table_name="sessions")
    op.drop_table("sessions")
    op.drop_table("accounts")
    op.drop_table("plans")
    op.drop_index("ix_batches_owner", table_name="batches")
    op.drop_table("batches")
