"""Articles and what is made from them: one row an artefact, written by the step that makes it.

The JSON columns hold the structs of `shared/articles/model.py` as they stand there.
"""

from typing import Any

from sqlalchemy import Boolean, Column, Double, ForeignKey, Index, Integer, Table, Text, text

from shared.db.base import Types, metadata


def _article() -> Column[Any]:
    return Column("article_id", Types.id, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True)


def _provenance() -> Column[Any]:
    return Column("provenance", Types.document, nullable=False)


articles = Table(
    "articles",
    metadata,
    Column("id", Types.id, primary_key=True),
    Column("owner_id", Types.id, nullable=False),
    Column("job_id", Types.id, ForeignKey("jobs.id", ondelete="SET NULL"), index=True),
    Column("language", Text, nullable=False),
    Column("native_language", Text),
    Column("level", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    _provenance(),
    Column("created_at", Types.moment, nullable=False, server_default=text("clock_timestamp()")),
    Index("ix_articles_owner", "owner_id", text("created_at DESC"), "id"),
)

article_annotations = Table(
    "article_annotations",
    metadata,
    _article(),
    Column("engine", Text, nullable=False),
    Column("sentences", Types.document, nullable=False),
    Column("profile", Types.document, nullable=False),
    Column("useful_words", Types.document, nullable=False),
    _provenance(),
)

# Only of articles that were ordered for a language pair.
article_coverage = Table(
    "article_coverage",
    metadata,
    _article(),
    Column("known_share", Double, nullable=False),
    Column("least_known", Double, nullable=False),
    Column("revised", Boolean, nullable=False),
    Column("due_words", Types.document, nullable=False),
    Column("due_words_used", Types.document, nullable=False),
    Column("new_words", Types.document, nullable=False),
)

article_translations = Table(
    "article_translations",
    metadata,
    _article(),
    Column("language", Text, nullable=False),
    Column("sentences", Types.document, nullable=False),
    _provenance(),
)

article_narrations = Table(
    "article_narrations",
    metadata,
    _article(),
    Column("key", Text, nullable=False),
    Column("duration_ms", Integer, nullable=False),
    Column("voice", Text, nullable=False),
    Column("paragraphs", Types.document, nullable=False),
    _provenance(),
)

article_alignments = Table(
    "article_alignments",
    metadata,
    _article(),
    Column("sentences", Types.document, nullable=False),
    Column("coverage", Double, nullable=False),
    Column("warnings", Types.document, nullable=False),
    _provenance(),
)
