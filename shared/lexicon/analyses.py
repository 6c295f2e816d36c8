"""Words that were looked up by a model, in Postgres: they become lexicon data, and none is looked up twice.

Nothing that the lexicon knows is overwritten.
"""

from collections.abc import Sequence

from shared.articles.model import Provenance
from shared.db.session import Connection
from shared.lexicon.analysis import AnalysedWord, WordQuery, fitted
from shared.lexicon.model import NewWord, document
from shared.lexicon.store import COLUMNS, MEANING, values_of

ANALYSED = "SELECT 1 FROM word_analyses WHERE language = $1 AND lemma = $2 AND native_language = $3"
SENSES = "SELECT pos, sense FROM words WHERE owner_id IS NULL AND language = $1 AND lemma = $2 ORDER BY pos, sense"
COMPLETE = (
    f"INSERT INTO words ({COLUMNS})"  # noqa: S608 - our own text
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::jsonb, $13::jsonb, $14::jsonb, $15, $16)"
    f" ON CONFLICT {MEANING} DO UPDATE SET"
    " article = coalesce(words.article, excluded.article), plural = coalesce(words.plural, excluded.plural),"
    " reading = coalesce(words.reading, excluded.reading),"
    " translations = excluded.translations || words.translations, forms = excluded.forms || words.forms,"
    " examples = CASE WHEN words.examples = '[]' THEN excluded.examples ELSE words.examples END,"
    " updated_at = clock_timestamp()"
    " RETURNING id"
)
NOTE = (
    "INSERT INTO word_analyses (language, lemma, native_language, word_ids, usage, provenance)"
    " VALUES ($1, $2, $3, $4::uuid[], $5::text[], $6::jsonb)"
    " ON CONFLICT (language, lemma, native_language) DO UPDATE SET"
    " word_ids = excluded.word_ids, usage = excluded.usage, provenance = excluded.provenance"
)


def is_analysed(connection: Connection, query: WordQuery) -> bool:
    """Whether the word was looked up before, for whomever."""
    return connection.execute(ANALYSED, (query.language, query.lemma, query.native_language)).fetchone() is not None


def known_senses(connection: Connection, query: WordQuery) -> dict[str, list[str]]:
    """The meanings of the lemma that everybody sees already."""
    senses: dict[str, list[str]] = {}
    for row in connection.execute(SENSES, (query.language, query.lemma)):
        senses.setdefault(row["pos"], []).append(row["sense"])
    return senses


def save_analysis(
    connection: Connection, query: WordQuery, found: Sequence[AnalysedWord], provenance: Provenance
) -> None:
    """Make what was found part of the lexicon, and remember that it was looked up. Call it in a transaction."""
    placed = fitted(found, known_senses(connection, query))
    ids = [_complete(connection, each.word) for each in placed]
    usage = [each.usage for each in placed]
    values = (query.language, query.lemma, query.native_language, ids, usage, document(provenance))
    connection.execute(NOTE, values)


def _complete(connection: Connection, word: NewWord) -> str:
    row = connection.execute(COMPLETE, values_of(word, None)).fetchone()
    if row is None:
        message = "an upsert returned no row"
        raise RuntimeError(message)
    return str(row["id"])
