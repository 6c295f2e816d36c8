"""Study days that may be empty, speaking sessions, config values, and indexes by which a pair goes quickly.

Rules: only alembic and SQLAlchemy are imported; expand first, contract a release later; indexes on tables
with rows are built CONCURRENTLY; `downgrade` undoes all of `upgrade` in reverse.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

OF_A_PAIR = ("word_bank", "cards", "quizzes", "study_sessions")


def upgrade() -> None:
    with op.get_context().autocommit_block():  # first, so that who is interrupted here can begin again
        for table in OF_A_PAIR:
            op.drop_index(f"ix_{table}_pair_id", table_name=table, if_exists=True)
            op.create_index(f"ix_{table}_pair_id", table, ["pair_id"], postgresql_concurrently=True)
    op.create_table(
        "config_values",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("public", sa.Boolean(), server_default="false", nullable=False),
        sa.Column(
            "updated_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_config_values")),
    )
    op.create_table(
        "freeze_days",
        sa.Column("owner_id", sa.UUID(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "created_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["accounts.id"], name=op.f("fk_freeze_days_owner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("owner_id", "day", name=op.f("pk_freeze_days")),
    )
    op.create_table(
        "speaking_sessions",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("owner_id", sa.UUID(), nullable=False),
        sa.Column("sentence_id", sa.UUID(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.CheckConstraint("mode IN ('practice', 'graded')", name=op.f("ck_speaking_sessions_mode")),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["accounts.id"], name=op.f("fk_speaking_sessions_owner_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["sentence_id"], ["sentences.id"], name=op.f("fk_speaking_sessions_sentence_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_speaking_sessions")),
    )
    op.create_index(
        "ix_speaking_sessions_owner",
        "speaking_sessions",
        ["owner_id", sa.literal_column("created_at DESC"), "id"],
        unique=False,
    )
    op.create_index(op.f("ix_speaking_sessions_sentence_id"), "speaking_sessions", ["sentence_id"], unique=False)
    op.add_column("sentences", sa.Column("words", sa.Integer(), nullable=True))
    op.add_column(
        "study_settings", sa.Column("load_balance", sa.Boolean(), server_default=sa.text("true"), nullable=False)
    )


def downgrade() -> None:
    op.drop_column("study_settings", "load_balance")
    op.drop_column("sentences", "words")
    op.drop_index(op.f("ix_speaking_sessions_sentence_id"), table_name="speaking_sessions")
    op.drop_index("ix_speaking_sessions_owner", table_name="speaking_sessions")
    op.drop_table("speaking_sessions")
    op.drop_table("freeze_days")
    op.drop_table("config_values")
    for table in reversed(OF_A_PAIR):
        op.drop_index(f"ix_{table}_pair_id", table_name=table)
