"""What a learner keeps: language pairs, the word bank, cards with their schedule, reviews, lists, quizzes, sessions.

Every row says whose it is; every query has the owner in its WHERE.
"""

from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Double,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from shared.db.base import Types, metadata


def _owner() -> Column[Any]:
    return Column("owner_id", Types.id, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False)


def _created() -> Column[Any]:
    return Column("created_at", Types.moment, nullable=False, server_default=text("clock_timestamp()"))


def _updated() -> Column[Any]:
    return Column("updated_at", Types.moment, nullable=False, server_default=text("clock_timestamp()"))


language_pairs = Table(
    "language_pairs",
    metadata,
    Column("id", Types.id, primary_key=True),
    _owner(),
    Column("language", Text, nullable=False),
    Column("native_language", Text, nullable=False),
    Column("active", Boolean, nullable=False, server_default="false"),
    _created(),
    CheckConstraint("language <> native_language", name="languages"),
    Index("uq_language_pairs", "owner_id", "language", "native_language", unique=True),
    Index("uq_language_pairs_active", "owner_id", unique=True, postgresql_where=text("active")),
)

# How somebody studies. Without a row the defaults of `shared/learning/settings.py` hold.
study_settings = Table(
    "study_settings",
    metadata,
    Column("owner_id", Types.id, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("desired_retention", Double, nullable=False),
    Column("new_per_day", Integer, nullable=False),
    Column("reviews_per_day", Integer, nullable=False),
    Column("day_starts_at", SmallInteger, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("leech_lapses", Integer, nullable=False),
    # The 21 weights of FSRS-6, where they were fitted to this learner's own reviews.
    Column("weights", ARRAY(Double)),
    _updated(),
    # Whether intervals of days are moved a little, so that cards of one day do not stay together.
    Column("load_balance", Boolean, nullable=False, server_default="true"),
    CheckConstraint("desired_retention BETWEEN 0.7 AND 0.99", name="retention"),
    CheckConstraint("new_per_day >= 0 AND reviews_per_day >= 0 AND leech_lapses >= 1", name="limits"),
    CheckConstraint("day_starts_at BETWEEN 0 AND 23", name="day"),
    CheckConstraint("weights IS NULL OR cardinality(weights) = 21", name="weights"),
)

# Days of the learner's that do not end a streak although nothing is answered on them.
freeze_days = Table(
    "freeze_days",
    metadata,
    Column("owner_id", Types.id, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("day", Date, primary_key=True),
    _created(),
)

word_bank = Table(
    "word_bank",
    metadata,
    Column("id", Types.id, primary_key=True),
    _owner(),
    Column("pair_id", Types.id, ForeignKey("language_pairs.id", ondelete="CASCADE"), nullable=False),
    # Null while several senses are possible and the learner has chosen none.
    Column("word_id", Types.id, ForeignKey("words.id", ondelete="CASCADE"), index=True),
    Column("lemma", Text, nullable=False),
    Column("pos", Text, nullable=False),
    Column("status", Text, nullable=False, server_default="new"),
    Column("note", Text, nullable=False, server_default=""),
    # Where it was met: `Meeting` of `shared/learning/model.py`; null if it was typed in.
    Column("met", Types.document),
    Column("article_id", Types.id, ForeignKey("articles.id", ondelete="SET NULL"), index=True),
    _created(),
    _updated(),
    CheckConstraint("status IN ('pending_sense', 'new', 'learning', 'known', 'ignored', 'suspended')", name="status"),
    CheckConstraint("(status = 'pending_sense') = (word_id IS NULL)", name="sense"),
    Index("uq_word_bank_word", "pair_id", "word_id", unique=True, postgresql_where=text("word_id IS NOT NULL")),
    Index("uq_word_bank_pending", "pair_id", "lemma", "pos", unique=True, postgresql_where=text("word_id IS NULL")),
    Index("ix_word_bank_pair_id", "pair_id"),
    Index("ix_word_bank_owner", "owner_id", "pair_id", text("created_at DESC"), "id"),
)

# What is asked and when: a word of the bank or a sentence, in one direction, with its FSRS-6 state.
cards = Table(
    "cards",
    metadata,
    Column("id", Types.id, primary_key=True),
    _owner(),
    Column("pair_id", Types.id, ForeignKey("language_pairs.id", ondelete="CASCADE"), nullable=False),
    Column("entry_id", Types.id, ForeignKey("word_bank.id", ondelete="CASCADE")),
    Column("sentence_id", Types.id, ForeignKey("sentences.id", ondelete="CASCADE"), index=True),
    Column("direction", Text, nullable=False),
    # 0 new, 1 learning, 2 review, 3 relearning: FSRS's own numbers, and 0 before the first review.
    Column("state", SmallInteger, nullable=False, server_default="0"),
    Column("step", SmallInteger),
    Column("stability", Double),
    Column("difficulty", Double),
    Column("due", Types.moment, nullable=False, server_default=text("clock_timestamp()")),
    Column("last_review", Types.moment),
    Column("reviews", Integer, nullable=False, server_default="0"),
    Column("lapses", Integer, nullable=False, server_default="0"),
    Column("suspended", Text),
    # What an import brought with it and a replay begins from; null if it began here.
    Column("imported", Types.document),
    _created(),
    CheckConstraint("(entry_id IS NULL) <> (sentence_id IS NULL)", name="item"),
    CheckConstraint("direction IN ('recognition', 'production')", name="direction"),
    CheckConstraint("suspended IN ('asked', 'leech')", name="suspended"),
    CheckConstraint("state BETWEEN 0 AND 3 AND (state = 0) = (last_review IS NULL)", name="state"),
    Index("uq_cards_entry", "entry_id", "direction", unique=True, postgresql_where=text("entry_id IS NOT NULL")),
    Index(
        "uq_cards_sentence",
        "owner_id",
        "sentence_id",
        "direction",
        unique=True,
        postgresql_where=text("sentence_id IS NOT NULL"),
    ),
    Index("ix_cards_pair_id", "pair_id"),
    Index("ix_cards_owner", "owner_id", text("created_at DESC"), "id"),
    Index("ix_cards_due", "owner_id", "pair_id", "due", "id", postgresql_where=text("suspended IS NULL AND state > 0")),
    Index("ix_cards_new", "owner_id", "pair_id", "id", postgresql_where=text("suspended IS NULL AND state = 0")),
)

# Append-only: what a card's state is computed from. `id` is made by the client, so that an event counts once.
reviews = Table(
    "reviews",
    metadata,
    _owner(),
    Column("id", Types.id, nullable=False),
    Column("card_id", Types.id, ForeignKey("cards.id", ondelete="CASCADE"), nullable=False),
    Column("rating", SmallInteger, nullable=False),
    Column("reviewed_at", Types.moment, nullable=False),
    Column("duration_ms", Integer),
    Column("source", Text, nullable=False, server_default="app"),
    # The card's state at the moment before it, for statistics: 0 to 3.
    Column("state_before", SmallInteger, nullable=False),
    Column("undone_at", Types.moment),
    Column("received_at", Types.moment, nullable=False, server_default=text("clock_timestamp()")),
    CheckConstraint("rating BETWEEN 1 AND 4", name="rating"),
    CheckConstraint("source IN ('app', 'offline', 'import')", name="source"),
    PrimaryKeyConstraint("owner_id", "id"),
    Index("ix_reviews_card", "card_id", "reviewed_at", "id"),
    Index("ix_reviews_owner", "owner_id", "reviewed_at"),
)

# Pictures and recordings that came with an imported deck.
entry_media = Table(
    "entry_media",
    metadata,
    Column("entry_id", Types.id, ForeignKey("word_bank.id", ondelete="CASCADE"), primary_key=True),
    Column("name", Text, primary_key=True),
    _owner(),
    Column("key", Text, nullable=False, index=True),
    Column("content_type", Text, nullable=False),
    Column("size", Integer, nullable=False),
    _created(),
    Index("ix_entry_media_owner_id", "owner_id"),
)

word_lists = Table(
    "word_lists",
    metadata,
    Column("id", Types.id, primary_key=True),
    _owner(),
    Column("name", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("public", Boolean, nullable=False, server_default="false"),
    _created(),
    _updated(),
    Index("uq_word_lists_name", "owner_id", "language", "name", unique=True),
    Index("ix_word_lists_public", "language", "id", postgresql_where=text("public")),
)

word_list_words = Table(
    "word_list_words",
    metadata,
    Column("list_id", Types.id, ForeignKey("word_lists.id", ondelete="CASCADE"), primary_key=True),
    Column("word_id", Types.id, ForeignKey("words.id", ondelete="CASCADE"), primary_key=True, index=True),
    _created(),
)

quizzes = Table(
    "quizzes",
    metadata,
    Column("id", Types.id, primary_key=True),
    _owner(),
    Column("pair_id", Types.id, ForeignKey("language_pairs.id", ondelete="CASCADE"), nullable=False),
    Column("kind", Text, nullable=False),
    # `Question`s of `services/api/quizzes`, with their solutions: never shown before they are answered.
    Column("questions", Types.document, nullable=False),
    Column("answers", Types.document),
    Column("correct", Integer),
    Column("answered_at", Types.moment),
    _created(),
    CheckConstraint("kind IN ('multiple_choice', 'fill_the_gap', 'matching')", name="kind"),
    CheckConstraint(
        "(answers IS NULL) = (answered_at IS NULL) AND (answers IS NULL) = (correct IS NULL)", name="answered"
    ),
    Index("ix_quizzes_pair_id", "pair_id"),
    Index("ix_quizzes_owner", "owner_id", text("created_at DESC"), "id"),
)

# One sitting: which cards it holds, in order. What was answered is in `reviews`.
study_sessions = Table(
    "study_sessions",
    metadata,
    Column("id", Types.id, primary_key=True),
    _owner(),
    Column("pair_id", Types.id, ForeignKey("language_pairs.id", ondelete="CASCADE"), nullable=False),
    Column("cards", ARRAY(Types.id), nullable=False),
    Column("ended_at", Types.moment),
    _created(),
    Index("ix_study_sessions_pair_id", "pair_id"),
    Index("ix_study_sessions_owner", "owner_id", text("created_at DESC"), "id"),
)

# Somebody sets out to say a sentence aloud.
speaking_sessions = Table(
    "speaking_sessions",
    metadata,
    Column("id", Types.id, primary_key=True),
    _owner(),
    Column("sentence_id", Types.id, ForeignKey("sentences.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("mode", Text, nullable=False),
    _created(),
    CheckConstraint("mode IN ('practice', 'graded')", name="mode"),
    Index("ix_speaking_sessions_owner", "owner_id", text("created_at DESC"), "id"),
)
