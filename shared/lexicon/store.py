"""Words in Postgres: read by everybody who may see them, written once a meaning."""

from uuid import UUID

import msgspec

from shared.db.session import Connection
from shared.jobs.ids import uuid7
from shared.lexicon.model import FoundWord, NewWord, document, folded

VISIBLE = "hidden_at IS NULL AND (owner_id IS NULL OR owner_id = $1)"
FIND = (
    "SELECT id, lemma, pos, sense, translations, owner_id IS NOT NULL AS own, article FROM words"  # noqa: S608 - our own text
    f" WHERE {VISIBLE} AND language = $2 AND folded = $3 AND ($4::text IS NULL OR pos = $4)"
    " ORDER BY owner_id NULLS LAST, zipf DESC NULLS LAST, id"
)
COLUMNS = (
    "id, owner_id, language, lemma, pos, sense, folded, article, plural, reading, level, translations, forms, examples,"
    " source, licence"
)
MEANING = "(owner_id, language, lemma, pos, sense)"
SAVE = (
    f"INSERT INTO words ({COLUMNS})"  # noqa: S608 - our own text
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::jsonb, $13::jsonb, $14::jsonb, $15, $16)"
    f" ON CONFLICT {MEANING} DO UPDATE SET"
    " article = coalesce(excluded.article, words.article), plural = coalesce(excluded.plural, words.plural),"
    " reading = coalesce(excluded.reading, words.reading), level = coalesce(excluded.level, words.level),"
    " translations = words.translations || excluded.translations, forms = words.forms || excluded.forms,"
    " examples = CASE WHEN excluded.examples = '[]' THEN words.examples ELSE excluded.examples END,"
    " source = excluded.source, licence = excluded.licence, updated_at = clock_timestamp()"
    " RETURNING id"
)


def find_words(
    connection: Connection, language: str, lemma: str, *, pos: str | None = None, owner_id: UUID | None = None
) -> list[FoundWord]:
    """The meanings of a lemma that this learner may see, the learner's own first, then the most frequent."""
    rows = connection.execute(FIND, (owner_id, language, folded(lemma), pos)).fetchall()
    return msgspec.convert(rows, list[FoundWord])


def save_word(connection: Connection, word: NewWord, owner_id: UUID | None = None) -> UUID:
    """Put a word into the lexicon, or into a learner's own part of it; what was there is completed, not doubled."""
    row = connection.execute(SAVE, values_of(word, owner_id)).fetchone()
    if row is None:
        message = "an upsert returned no row"
        raise RuntimeError(message)
    return UUID(str(row["id"]))


def values_of(word: NewWord, owner_id: UUID | None) -> tuple[object, ...]:
    """A new row's values, in the order of `COLUMNS`."""
    return (
        uuid7(),
        owner_id,
        word.language,
        word.lemma,
        word.pos,
        word.sense,
        folded(word.lemma),
        word.article,
        word.plural,
        word.reading,
        word.level,
        document(word.translations),
        document(word.forms),
        document(word.examples),
        word.source,
        word.licence,
    )
