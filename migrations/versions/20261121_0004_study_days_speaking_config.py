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
UNREAD = "words IS NULL AND language <> 'zh' OR language = 'ja' AND (ruby IS NULL OR romanised IS NULL)"
AUDIO_KEY = sa.literal_column("(audio ->> 'key')")
SPEAKING = "kind = 'speak_sentence' AND (finished_at IS NULL OR error ->> 'code' = 'output_refused')"
SENTENCE_ID = sa.literal_column("(input ->> 'sentence_id')")
PARTIAL: tuple[tuple[str, str, list[str | sa.ColumnClause[str]], str], ...] = (
    ("ix_sentences_unread", "sentences", ["id"], UNREAD),
    ("ix_sentences_unspoken", "sentences", ["language", "id"], "audio ->> 'key' IS NULL"),
    ("ix_sentences_audio_key", "sentences", [AUDIO_KEY], "audio ->> 'key' IS NOT NULL"),
    ("ix_jobs_speaking", "jobs", [SENTENCE_ID], SPEAKING),
)
"""Indexes of some rows: name, table, columns and condition."""


def upgrade() -> None:
    with op.get_context().autocommit_block():  # first, so that who is interrupted here can begin again
        for table in OF_A_PAIR:
            op.drop_index(f"ix_{table}_pair_id", table_name=table, if_exists=True)
            op.create_index(f"ix_{table}_pair_id", table, ["pair_id"], postgresql_concurrently=True)
        op.drop_index("ix_entry_media_owner_id", table_name="entry_media", if_exists=True)
        op.create_index("ix_entry_media_owner_id", "entry_media", ["owner_id"], postgresql_concurrently=True)
        op.add_column("sentences", sa.Column("words", sa.Integer(), nullable=True), if_not_exists=True)
        op.add_column("sentences", sa.Column("romanised", sa.Text(), nullable=True), if_not_exists=True)
        for name, table, columns, condition in PARTIAL:
            op.drop_index(name, table_name=table, if_exists=True)
            op.create_index(name, table, columns, postgresql_where=sa.text(condition), postgresql_concurrently=True)
        op.drop_index("ix_sentences_without_ruby", table_name="sentences", if_exists=True, postgresql_concurrently=True)
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
    op.add_column(
        "study_settings", sa.Column("load_balance", sa.Boolean(), server_default=sa.text("true"), nullable=False)
    )
    op.create_table(
        "turns",
        sa.Column("work", sa.Text(), nullable=False),
        sa.Column("job_id", sa.UUID(), nullable=False),
        sa.PrimaryKeyConstraint("work", name=op.f("pk_turns")),
    )
    op.add_column(
        "plans",
        sa.Column("storage_bytes", sa.BigInteger(), server_default=sa.text("2147483648"), nullable=False),
    )
    op.create_check_constraint(op.f("ck_plans_storage_bytes"), "plans", "storage_bytes >= 0")


def downgrade() -> None:
    op.drop_constraint(op.f("ck_plans_storage_bytes"), "plans", type_="check")
    op.drop_column("plans", "storage_bytes")
    op.drop_table("turns")
    op.drop_column("study_settings", "load_balance")
    op.drop_index(op.f("ix_speaking_sessions_sentence_id"), table_name="speaking_sessions")
    op.drop_index("ix_speaking_sessions_owner", table_name="speaking_sessions")
    op.drop_table("speaking_sessions")
    op.drop_table("freeze_days")
    op.drop_table("config_values")
    op.create_index(
        "ix_sentences_without_ruby", "sentences", ["id"], postgresql_where=sa.text("language = 'ja' AND ruby IS NULL")
    )
    for name, table, _, _ in reversed(PARTIAL):
        op.drop_index(name, table_name=table)
    op.drop_column("sentences", "romanised")
    op.drop_column("sentences", "words")
    op.drop_index("ix_entry_media_owner_id", table_name="entry_media")
    for table in reversed(OF_A_PAIR):
        op.drop_index(f"ix_{table}_pair_id", table_name=table)
