"""Packs of words in Postgres: made and arranged by admins, seen by learners once they are published."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from shared.articles.model import Level
from shared.db.session import Connection
from shared.jobs.ids import uuid7
from shared.lexicon.model import document

MOST_WORDS = 500
"""Of a pack: a learner takes over all of them in one transaction."""
CREATE = "INSERT INTO packs (id, language, level, title, description) VALUES ($1, $2, $3, $4::jsonb, $5::jsonb)"
EDIT = (
    "UPDATE packs SET level = $2, title = $3::jsonb, description = $4::jsonb, updated_at = clock_timestamp()"
    " WHERE id = $1"
)
DELETE = "DELETE FROM packs WHERE id = $1"
# Whoever changes what is in a pack, or whether it is seen, holds its row: so no published pack becomes empty.
LOCK = "SELECT language, published_at FROM packs WHERE id = $1 FOR UPDATE"
WORDS = "SELECT word_id FROM pack_words WHERE pack_id = $1 ORDER BY position, word_id"
FITTING = "SELECT id FROM words WHERE id = ANY($1::uuid[]) AND language = $2 AND owner_id IS NULL AND hidden_at IS NULL"
CLEAR = "DELETE FROM pack_words WHERE pack_id = $1"
FILL = (
    "INSERT INTO pack_words (pack_id, word_id, position)"
    " SELECT $1, wanted.word_id, wanted.position FROM unnest($2::uuid[]) WITH ORDINALITY AS wanted(word_id, position)"
)
CHANGED = "UPDATE packs SET updated_at = clock_timestamp() WHERE id = $1"
PUBLISH = "UPDATE packs SET published_at = coalesce(published_at, $2), updated_at = clock_timestamp() WHERE id = $1"
UNPUBLISH = "UPDATE packs SET published_at = NULL, updated_at = clock_timestamp() WHERE id = $1"


class PackText(msgspec.Struct, frozen=True, kw_only=True):
    """What a pack says of itself. Texts are by ISO 639-1 code."""

    level: Level
    title: dict[str, str]
    description: dict[str, str]


class PackNotFoundError(LookupError):
    """There is no such pack."""


class PackEmptyError(ValueError):
    """Learners would see a pack without words."""


class PackFullError(ValueError):
    """More than `MOST_WORDS` words."""


class WordsUnfitError(ValueError):
    """Words that are not in the lexicon of the pack's language, or are hidden, or a learner's own."""

    def __init__(self, words: list[UUID]) -> None:
        super().__init__(words)
        self.words = words


def create_pack(connection: Connection, language: str, text: PackText) -> UUID:
    """Make a draft without words."""
    pack_id = uuid7()
    connection.execute(CREATE, (pack_id, language, text.level, document(text.title), document(text.description)))
    return pack_id


def edit_pack(connection: Connection, pack_id: UUID, text: PackText) -> None:
    """Say something else of it.

    Raises:
        PackNotFoundError: There is none.
    """
    values = (pack_id, text.level, document(text.title), document(text.description))
    _require(connection.execute(EDIT, values).rowcount, pack_id)


def delete_pack(connection: Connection, pack_id: UUID) -> None:
    """Delete it; what learners took over from it is theirs and stays.

    Raises:
        PackNotFoundError: There is none.
    """
    _require(connection.execute(DELETE, (pack_id,)).rowcount, pack_id)


def arrange(connection: Connection, pack_id: UUID, change: Callable[[list[UUID]], list[UUID]]) -> None:
    """Put other words into a pack, or the same in another order. Call it in a transaction.

    Args:
        connection: In a transaction.
        pack_id: The pack.
        change: From the words that it has to those that it is to have; one that is named twice counts once.

    Raises:
        PackNotFoundError: There is none.
        PackEmptyError: It is published and would have no words.
        PackFullError: It would have too many.
        WordsUnfitError: Some do not belong into it.
    """
    pack = _locked(connection, pack_id)
    before = [row["word_id"] for row in connection.execute(WORDS, (pack_id,))]
    after = list(dict.fromkeys(change(before)))
    if len(after) > MOST_WORDS:
        raise PackFullError(pack_id)
    if not after and pack["published_at"] is not None:
        raise PackEmptyError(pack_id)
    _require_fitting(connection, [word for word in after if word not in set(before)], pack["language"])
    connection.execute(CLEAR, (pack_id,))
    connection.execute(FILL, (pack_id, after))
    connection.execute(CHANGED, (pack_id,))


def publish_pack(connection: Connection, pack_id: UUID, now: datetime) -> None:
    """Let learners see it; one that they see already keeps its date. Call it in a transaction.

    Raises:
        PackNotFoundError: There is none.
        PackEmptyError: It has no words.
    """
    _locked(connection, pack_id)
    if connection.execute(WORDS, (pack_id,)).fetchone() is None:
        raise PackEmptyError(pack_id)
    connection.execute(PUBLISH, (pack_id, now))


def unpublish_pack(connection: Connection, pack_id: UUID) -> None:
    """Hide it from learners, as a draft.

    Raises:
        PackNotFoundError: There is none.
    """
    _require(connection.execute(UNPUBLISH, (pack_id,)).rowcount, pack_id)


def _locked(connection: Connection, pack_id: UUID) -> dict[str, Any]:
    row = connection.execute(LOCK, (pack_id,)).fetchone()
    if row is None:
        raise PackNotFoundError(pack_id)
    return row


def _require(changed: int, pack_id: UUID) -> None:
    if changed == 0:
        raise PackNotFoundError(pack_id)


def _require_fitting(connection: Connection, words: list[UUID], language: str) -> None:
    fitting = {row["id"] for row in connection.execute(FITTING, (words, language))}
    unfit = [word for word in words if word not in fitting]
    if unfit:
        raise WordsUnfitError(unfit)
