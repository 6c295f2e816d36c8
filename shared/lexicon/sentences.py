"""Sentences in Postgres: published by admins, contributed by everybody else, linked with their translations."""

from uuid import UUID

import msgspec

from shared.articles.model import Level
from shared.db.session import Connection
from shared.jobs.ids import uuid7
from shared.lexicon.word_counts import count_words


def new_text(text: str, words: str) -> str:
    """What an UPDATE of `sentences` sets when it sets the text: what belongs to a text goes with it.

    The language worker finds the reading of another text, and its words where the API cannot count them. What a voice
    of ours said is swept; a recording of somebody's stays.

    Args:
        text: SQL of the text.
        words: SQL of `count_words` of it.
    """
    same = f"sentences.text = {text}"
    return (
        f"text = {text}, words = coalesce({words}, CASE WHEN {same} THEN sentences.words END),"
        f" ruby = CASE WHEN {same} THEN sentences.ruby END,"
        f" romanised = CASE WHEN {same} THEN sentences.romanised END,"
        f" audio = CASE WHEN {same} OR sentences.audio -> 'provenance' IS NULL THEN sentences.audio END"
    )


ADD = (
    "INSERT INTO sentences"
    " (id, language, text, words, level, tags, source, source_id, author, licence, contributor_id, status)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (source, source_id) DO NOTHING"
)
LINK = "INSERT INTO sentence_translations (sentence_id, translation_id) VALUES ($1, $2), ($2, $1)"
LANGUAGE = "SELECT language FROM sentences WHERE id = $1"
EDIT = (
    f"UPDATE sentences SET {new_text('$2', '$7')}, level = $3, tags = $4, author = $5, licence = $6,"  # noqa: S608 - ours
    " updated_at = clock_timestamp() WHERE id = $1"
)
STATUS = "SELECT status, contributor_id FROM sentences WHERE id = $1 FOR UPDATE"
# Translations that came with it are decided with it. By their ids: there are millions of others.
DECIDE = (
    "UPDATE sentences SET status = $2, updated_at = clock_timestamp() WHERE id = ANY(ARRAY("
    "SELECT $1::uuid UNION ALL SELECT translation_id FROM sentence_translations WHERE sentence_id = $1))"
    " AND (id = $1 OR status = 'in_review' AND contributor_id IS NOT DISTINCT FROM $3)"
)


class SentenceText(msgspec.Struct, frozen=True, kw_only=True):
    """What may be edited of a sentence."""

    text: str
    level: Level | None
    tags: list[str]
    author: str | None
    licence: str


class NewSentence(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence to be added, with its translations."""

    language: str
    said: SentenceText
    translations: dict[str, str]
    """By ISO 639-1 code; each becomes a sentence of its own, linked both ways."""
    source: str
    source_id: str | None = None
    contributor_id: UUID
    status: str
    """`published` or `in_review`."""


class SentenceExistsError(Exception):
    """There is one with this source and id."""


class SentenceNotFoundError(LookupError):
    """There is no such sentence."""


class NotInReviewError(ValueError):
    """Somebody has decided about it already."""


def add_sentence(connection: Connection, new: NewSentence) -> UUID:
    """Add a sentence with its translations. Call it in a transaction.

    Raises:
        SentenceExistsError: Its source has another with this id.
    """
    sentence_id = _add(connection, new, new.language, new.said, new.source_id)
    for language, text in new.translations.items():
        said = msgspec.structs.replace(new.said, text=text)
        translation_id = _add(connection, new, language, said, None)
        connection.execute(LINK, (sentence_id, translation_id))
    return sentence_id


def edit_sentence(connection: Connection, sentence_id: UUID, said: SentenceText) -> None:
    """Say it otherwise.

    Raises:
        SentenceNotFoundError: There is none.
    """
    row = connection.execute(LANGUAGE, (sentence_id,)).fetchone()
    if row is None:
        raise SentenceNotFoundError(sentence_id)
    words = count_words(said.text, row["language"])
    connection.execute(EDIT, (sentence_id, said.text, said.level, said.tags, said.author, said.licence, words))


def decide(connection: Connection, sentence_id: UUID, status: str) -> None:
    """Publish or refuse what somebody contributed, once. Call it in a transaction.

    Args:
        connection: In a transaction.
        sentence_id: What was contributed; its translations go with it.
        status: `published` or `refused`.

    Raises:
        SentenceNotFoundError: There is none.
        NotInReviewError: It was decided before.
    """
    row = connection.execute(STATUS, (sentence_id,)).fetchone()
    if row is None:
        raise SentenceNotFoundError(sentence_id)
    if row["status"] != "in_review":
        raise NotInReviewError(sentence_id)
    connection.execute(DECIDE, (sentence_id, status, row["contributor_id"]))


def _add(connection: Connection, new: NewSentence, language: str, said: SentenceText, source_id: str | None) -> UUID:
    sentence_id = uuid7()
    origin = (new.source, source_id, said.author, said.licence, new.contributor_id, new.status)
    words = count_words(said.text, language)
    values = (sentence_id, language, said.text, words, said.level, said.tags, *origin)
    if connection.execute(ADD, values).rowcount == 0:
        raise SentenceExistsError(source_id)
    return sentence_id
