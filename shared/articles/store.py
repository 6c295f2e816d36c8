"""Articles and their artefacts in Postgres, for workers. Saving twice replaces: a step that is done again wins."""

from typing import Any, TypeVar
from uuid import UUID

import msgspec

from shared.articles.model import Alignment, Annotation, Article, Coverage, Narration, Sentence, Translation
from shared.db.session import Connection
from shared.jobs.errors import PermanentError

Artefact = TypeVar("Artefact", bound=msgspec.Struct)


class ArticleNotFoundError(PermanentError):
    """There is no such article any more, or the artefact asked for has not been made."""

    def __init__(self) -> None:
        super().__init__("article_deleted", "the article that the step works on was deleted")


def save_text(connection: Connection, article: Article) -> None:
    """Store a written text; its id is new."""
    connection.execute(
        "INSERT INTO articles"
        " (id, owner_id, job_id, language, native_language, level, title, text, provenance, created_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb, $10)",
        (
            article.id,
            article.owner_id,
            article.job_id,
            article.language,
            article.native_language,
            article.level,
            article.title,
            article.text,
            _json(article.provenance),
            article.created_at,
        ),
    )


def load_text(connection: Connection, article_id: UUID) -> Article:
    """The written text.

    Raises:
        ArticleNotFoundError: It was deleted.
    """
    row = connection.execute(
        "SELECT id, owner_id, job_id, language, native_language, level, title, text, provenance, created_at"
        " FROM articles WHERE id = $1",
        (article_id,),
    ).fetchone()
    return _decoded(row, Article)


def replace_text(connection: Connection, article: Article) -> None:
    """Store a text that was written again, in place of the first; nothing must have been made from that."""
    connection.execute(
        "UPDATE articles SET title = $2, text = $3, provenance = $4::jsonb WHERE id = $1",
        (article.id, article.title, article.text, _json(article.provenance)),
    )


def save_coverage(connection: Connection, article_id: UUID, coverage: Coverage) -> None:
    """Store how the text fits its learner."""
    _save(connection, "article_coverage", article_id, coverage)


def save_annotation(connection: Connection, article_id: UUID, annotation: Annotation) -> None:
    """Store sentences, words, level profile and useful words."""
    _save(connection, "article_annotations", article_id, annotation)


def load_sentences(connection: Connection, article_id: UUID) -> list[Sentence]:
    """The annotation's sentences, in order."""
    row = connection.execute(
        "SELECT sentences FROM article_annotations WHERE article_id = $1", (article_id,)
    ).fetchone()
    if row is None:
        raise ArticleNotFoundError
    return msgspec.convert(row["sentences"], list[Sentence])


def save_translation(connection: Connection, article_id: UUID, translation: Translation) -> None:
    """Store one translation a sentence."""
    _save(connection, "article_translations", article_id, translation)


def save_narration(connection: Connection, article_id: UUID, narration: Narration) -> None:
    """Store where the audio lies and what is in it."""
    _save(connection, "article_narrations", article_id, narration)


def load_narration(connection: Connection, article_id: UUID) -> Narration:
    """Where the audio lies.

    Raises:
        ArticleNotFoundError: Nothing was narrated.
    """
    row = connection.execute(
        "SELECT key, duration_ms, voice, paragraphs, provenance FROM article_narrations WHERE article_id = $1",
        (article_id,),
    ).fetchone()
    return _decoded(row, Narration)


def save_alignment(connection: Connection, article_id: UUID, alignment: Alignment) -> None:
    """Store when each sentence and word is spoken."""
    _save(connection, "article_alignments", article_id, alignment)


def _save(connection: Connection, table: str, article_id: UUID, artefact: msgspec.Struct) -> None:
    """Write a struct whose fields are the table's columns."""
    columns = artefact.__struct_fields__
    names = ", ".join(columns)
    places = ", ".join(f"${number}" for number in range(2, len(columns) + 2))
    updates = ", ".join(f"{name} = excluded.{name}" for name in columns)
    connection.execute(
        f"INSERT INTO {table} (article_id, {names}) VALUES ($1, {places})"  # noqa: S608 - names of ours, no input
        f" ON CONFLICT (article_id) DO UPDATE SET {updates}",
        (article_id, *(_column(getattr(artefact, name)) for name in columns)),
    )


def _column(value: object) -> object:
    return value if isinstance(value, str | int | float) else _json(value)


def _decoded(row: dict[str, Any] | None, kind: type[Artefact]) -> Artefact:
    if row is None:
        raise ArticleNotFoundError
    return msgspec.convert(row, kind)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
