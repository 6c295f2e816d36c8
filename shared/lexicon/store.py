"""Words in Postgres, written once a meaning; `lookup.py` finds them."""

from uuid import UUID

from shared.db.session import Connection
from shared.jobs.ids import uuid7
from shared.lexicon.model import NewWord, document, folded

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
