"""The lexicon, shared by all and read-only to learners: words, sentences, and packs of words.

A learner's own words stand in the same table with their owner.

The JSON columns hold the structs of `shared/lexicon/model.py` as they stand there.
"""

from typing import Any

from sqlalchemy import CheckConstraint, Column, Double, ForeignKey, Index, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY

from shared.db.base import Types, metadata

LEVELS = "level IN ('A1', 'A2', 'B1', 'B2', 'C1', 'C2')"


def _created() -> Column[Any]:
    return Column("created_at", Types.moment, nullable=False, server_default=text("clock_timestamp()"))


def _updated() -> Column[Any]:
    return Column("updated_at", Types.moment, nullable=False, server_default=text("clock_timestamp()"))


# One meaning of one lemma. `owner_id` is null for everybody's; a learner's own are seen by that learner only.
words = Table(
    "words",
    metadata,
    Column("id", Types.id, primary_key=True),
    Column("owner_id", Types.id, ForeignKey("accounts.id", ondelete="CASCADE")),
    Column("language", Text, nullable=False),
    Column("lemma", Text, nullable=False),
    Column("pos", Text, nullable=False),
    # A short gloss in English that tells two meanings of one lemma apart; empty where there is one.
    Column("sense", Text, nullable=False, server_default=""),
    # The lemma as it is searched: lower case, without marks that learners leave out.
    Column("folded", Text, nullable=False),
    Column("article", Text),
    Column("plural", Text),
    Column("reading", Text),
    Column("level", Text),
    # Zipf frequency by wordfreq, 0 to 8; null until the language worker has looked.
    Column("zipf", Double),
    Column("translations", Types.document, nullable=False),
    Column("forms", Types.document, nullable=False, server_default="{}"),
    Column("examples", Types.document, nullable=False, server_default="[]"),
    Column("source", Text, nullable=False),
    Column("licence", Text, nullable=False, server_default=""),
    Column("hidden_at", Types.moment),
    _created(),
    _updated(),
    CheckConstraint(f"level IS NULL OR {LEVELS}", name="level"),
    Index(
        "uq_words_meaning",
        "owner_id",
        "language",
        "lemma",
        "pos",
        "sense",
        unique=True,
        postgresql_nulls_not_distinct=True,
    ),
    Index("ix_words_hidden", "id", postgresql_where=text("hidden_at IS NOT NULL")),
    Index("ix_words_folded", "language", "folded", "id", postgresql_ops={"folded": "text_pattern_ops"}),
    Index("ix_words_frequency", "language", text("zipf DESC NULLS LAST"), "id"),
)

# Which words were looked up for whom, so that none is paid for twice: the meanings that came of it, and whence.
word_analyses = Table(
    "word_analyses",
    metadata,
    Column("language", Text, primary_key=True),
    Column("lemma", Text, primary_key=True),
    Column("native_language", Text, primary_key=True),
    Column("word_ids", ARRAY(Types.id), nullable=False),
    # Notes on usage in the native language, one a word, in the order of `word_ids`.
    Column("usage", ARRAY(Text), nullable=False),
    Column("provenance", Types.document, nullable=False),
    _created(),
)

packs = Table(
    "packs",
    metadata,
    Column("id", Types.id, primary_key=True),
    # What the catalogue calls it; null for one that an admin made.
    Column("slug", Text, unique=True),
    Column("language", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("title", Types.document, nullable=False),
    Column("description", Types.document, nullable=False, server_default="{}"),
    Column("published_at", Types.moment),
    _created(),
    _updated(),
    CheckConstraint(LEVELS, name="level"),
    Index("ix_packs_published", "language", "level", "id", postgresql_where=text("published_at IS NOT NULL")),
)

pack_words = Table(
    "pack_words",
    metadata,
    Column("pack_id", Types.id, ForeignKey("packs.id", ondelete="CASCADE"), primary_key=True),
    Column("word_id", Types.id, ForeignKey("words.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("position", Integer, nullable=False),
)

sentences = Table(
    "sentences",
    metadata,
    Column("id", Types.id, primary_key=True),
    Column("language", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("level", Text),
    # How many words it has; null until the language worker has counted those of a language without spaces, or of a row
    # from before there was a column.
    Column("words", Integer),
    # Japanese: the text in pieces, each with its furigana or without.
    Column("ruby", Types.document),
    # Japanese: the text in Latin letters, by modified Hepburn.
    Column("romanised", Text),
    Column("tags", ARRAY(Text), nullable=False, server_default="{}"),
    # Where an object with somebody or a voice of ours speaking it lies, and under which licence.
    Column("audio", Types.document),
    Column("source", Text, nullable=False),
    Column("source_id", Text),
    Column("author", Text),
    Column("licence", Text, nullable=False),
    # Whose contribution it is, while and after it is looked at.
    Column("contributor_id", Types.id, ForeignKey("accounts.id", ondelete="SET NULL")),
    Column("status", Text, nullable=False, server_default="published"),
    Column("hidden_at", Types.moment),
    _created(),
    _updated(),
    CheckConstraint(f"level IS NULL OR {LEVELS}", name="level"),
    CheckConstraint("status IN ('published', 'in_review', 'refused')", name="status"),
    Index("uq_sentences_source", "source", "source_id", unique=True),
    Index("ix_sentences_hidden", "id", postgresql_where=text("hidden_at IS NOT NULL")),
    Index("ix_sentences_language", "language", "level", "id"),
    Index("ix_sentences_tags", "tags", postgresql_using="gin"),
    # Those that the language worker has still to read or to count. Nobody counts Chinese.
    Index(
        "ix_sentences_unread",
        "id",
        postgresql_where=text(
            "words IS NULL AND language <> 'zh' OR language = 'ja' AND (ruby IS NULL OR romanised IS NULL)"
        ),
    ),
    # Those that nobody has spoken, and for the sweep whose object it is.
    Index("ix_sentences_unspoken", "language", "id", postgresql_where=text("audio ->> 'key' IS NULL")),
    Index("ix_sentences_audio_key", text("(audio ->> 'key')"), postgresql_where=text("audio ->> 'key' IS NOT NULL")),
)

sentence_translations = Table(
    "sentence_translations",
    metadata,
    Column("sentence_id", Types.id, ForeignKey("sentences.id", ondelete="CASCADE"), primary_key=True),
    Column("translation_id", Types.id, ForeignKey("sentences.id", ondelete="CASCADE"), primary_key=True, index=True),
)

# Which files of the catalogue were loaded, and what was in them then.
catalogue_files = Table(
    "catalogue_files",
    metadata,
    Column("path", Text, primary_key=True),
    Column("sha256", Text, nullable=False),
    Column("loaded_at", Types.moment, nullable=False, server_default=text("clock_timestamp()")),
)

# One row a learner and item; an item with enough of them is hidden until somebody corrected it.
reports = Table(
    "reports",
    metadata,
    Column("id", Types.id, primary_key=True),
    Column("owner_id", Types.id, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False),
    Column("item", Text, nullable=False),
    Column("item_id", Types.id, nullable=False),
    Column("reason", Text, nullable=False),
    Column("comment", Text, nullable=False, server_default=""),
    Column("settled_at", Types.moment),
    _created(),
    CheckConstraint("item IN ('word', 'sentence', 'pack')", name="item"),
    Index("uq_reports_open", "owner_id", "item", "item_id", unique=True, postgresql_where=text("settled_at IS NULL")),
    Index("ix_reports_item", "item", "item_id", postgresql_where=text("settled_at IS NULL")),
)
