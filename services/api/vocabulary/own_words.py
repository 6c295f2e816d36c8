"""A learner's own words: made, replaced and deleted, each in a transaction of its own."""

from collections.abc import Iterator
from http import HTTPStatus
from uuid import UUID

from psycopg import errors as pg

from services.api.plain_text import require_taught
from services.api.problems import ApiError, FieldError, input_invalid, not_found
from services.api.vocabulary.schemas import WordOrder
from shared.db.session import Connection
from shared.languages import NATIVE_LANGUAGES
from shared.lexicon.headwords import NOMINAL, agree, parted, tidy
from shared.lexicon.model import Example, NewWord
from shared.lexicon.store import COLUMNS, MEANING, values_of

INSERT = (
    f"INSERT INTO words ({COLUMNS})"  # noqa: S608 - our own text
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::jsonb, $13::jsonb, $14::jsonb, $15, $16)"
    f" ON CONFLICT {MEANING} DO NOTHING RETURNING id"
)
# What was looked up of another lemma is looked up again. The bank keeps a copy of lemma and part of speech.
REPLACE = """
WITH word AS (
  UPDATE words SET
    language = $3, lemma = $4, pos = $5, sense = $6, folded = $7, article = $8, plural = $9, reading = $10,
    level = $11, translations = $12::jsonb, forms = $13::jsonb, examples = $14::jsonb, source = $15, licence = $16,
    zipf = CASE WHEN lemma = $4 AND language = $3 THEN zipf END, updated_at = clock_timestamp()
  WHERE id = $1 AND owner_id = $2 AND (language = $3 OR NOT EXISTS (SELECT FROM word_bank WHERE word_id = $1))
  RETURNING id, lemma, pos
), entries AS (
  UPDATE word_bank AS entry SET lemma = word.lemma, pos = word.pos FROM word
  WHERE entry.word_id = word.id AND entry.owner_id = $2
)
SELECT id FROM word
"""
# Waits for whoever is just putting the word into a bank; the next statement sees what they did.
LOCK = "SELECT FROM words WHERE id = $1 AND owner_id = $2 FOR UPDATE"
DELETE = """
DELETE FROM words WHERE id = $1 AND owner_id = $2 AND NOT EXISTS (SELECT FROM word_bank WHERE word_id = $1)
"""
WHOSE = "SELECT owner_id FROM words WHERE id = $1 AND (owner_id = $2 OR owner_id IS NULL AND hidden_at IS NULL)"


def checked_word(order: WordOrder) -> NewWord:
    """The word that is asked for.

    Raises:
        ApiError: 400, naming every field that is wrong.
    """
    require_taught(order.language)
    errors = list(_mistakes(order))
    if errors:
        raise input_invalid(errors)
    article, lemma = _headword(order)
    return NewWord(
        language=order.language,
        lemma=lemma,
        pos=order.pos,
        sense=order.sense.strip(),
        article=article,
        plural=order.plural,
        reading=order.reading,
        level=order.level,
        translations=order.translations,
        forms=order.forms,
        examples=[Example(text=example.text, translations=example.translations) for example in order.examples],
        source="own",
    )


def _headword(order: WordOrder) -> tuple[str | None, str]:
    """Article and lemma: *das Haus* is *Haus*, unless it is said to have another article or to be no noun."""
    text = tidy(order.lemma)
    parts = parted(order.language, text) if order.pos in NOMINAL else None
    if parts is None or not agree(order.language, order.article, parts[0]):
        return order.article, text
    return order.article or parts[0], parts[1]


def _mistakes(order: WordOrder) -> Iterator[FieldError]:
    for code in order.translations:
        if code not in NATIVE_LANGUAGES or code == order.language:
            yield FieldError(f"translations.{code}", "is no language to translate this word into")


def create(connection: Connection, owner_id: UUID, word: NewWord) -> UUID:
    """Make a word of the owner's; returns its id.

    Raises:
        ApiError: 409, the owner has this meaning already.
    """
    row = connection.execute(INSERT, values_of(word, owner_id)).fetchone()
    if row is None:
        raise _exists()
    return UUID(str(row["id"]))


def replace(connection: Connection, owner_id: UUID, word_id: UUID, word: NewWord) -> None:
    """Put `word` in the place of the owner's word.

    Raises:
        ApiError: 404, no such word; 403, it is everybody's; 409, the owner has this meaning already, or the word is
            in a bank and its language would change.
    """
    _, *values = values_of(word, owner_id)
    connection.execute(LOCK, (word_id, owner_id))
    try:
        row = connection.execute(REPLACE, (word_id, *values)).fetchone()
    except pg.UniqueViolation as error:
        raise _exists() from error
    if row is None:
        _require_own(connection, owner_id, word_id)
        raise _in_use()


def delete(connection: Connection, owner_id: UUID, word_id: UUID) -> None:
    """Delete the owner's word. With one that is in the bank its cards and reviews would go.

    Raises:
        ApiError: 404, no such word; 403, it is everybody's; 409, it is in the word bank.
    """
    connection.execute(LOCK, (word_id, owner_id))
    if connection.execute(DELETE, (word_id, owner_id)).rowcount == 0:
        _require_own(connection, owner_id, word_id)
        raise _in_use()


def _require_own(connection: Connection, owner_id: UUID, word_id: UUID) -> None:
    row = connection.execute(WHOSE, (word_id, owner_id)).fetchone()
    if row is None:
        raise not_found("word")
    if row["owner_id"] is None:
        detail = "This word is everybody's: make one of your own."
        raise ApiError(HTTPStatus.FORBIDDEN, "word_read_only", detail)


def _exists() -> ApiError:
    detail = "You have a word with this lemma, part of speech and sense."
    return ApiError(HTTPStatus.CONFLICT, "word_exists", detail)


def _in_use() -> ApiError:
    detail = "The word is in the word bank: delete its entry first, with which its cards and reviews go."
    return ApiError(HTTPStatus.CONFLICT, "word_in_use", detail)
