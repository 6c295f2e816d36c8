"""Words of a learner's own: they live as long as something of the learner's uses them."""

from collections.abc import Iterable
from uuid import UUID

from shared.db.session import Connection
from shared.lexicon.model import document

# Waits for whoever is just putting one of them into a bank; the next statement sees what they did.
LOCK = "SELECT FROM words WHERE id = ANY($1::uuid[]) AND owner_id = $2 ORDER BY id FOR UPDATE"
DROP = """
DELETE FROM words
WHERE id = ANY($1::uuid[]) AND owner_id = $2
  AND NOT EXISTS (SELECT FROM word_bank WHERE word_id = words.id)
  AND NOT EXISTS (SELECT FROM word_list_words WHERE word_id = words.id)
  AND NOT EXISTS (SELECT FROM pack_words WHERE word_id = words.id)
"""
TRANSLATE = """
UPDATE words SET translations = translations || jsonb_build_object($3::text, $4::jsonb), updated_at = clock_timestamp()
WHERE id = $1 AND owner_id = $2
"""
# The first translation is kept: `translate` is for another one.
EXPLAIN = """
UPDATE words SET translations = translations || jsonb_build_object($3::text, $4::jsonb), updated_at = clock_timestamp()
WHERE id = (SELECT word_id FROM word_bank WHERE id = $1 AND owner_id = $2) AND owner_id = $2 AND NOT translations ? $3
"""

GIVE_ARTICLE = """
UPDATE words SET article = $3, updated_at = clock_timestamp()
WHERE id = (SELECT word_id FROM word_bank WHERE id = $1 AND owner_id = $2) AND owner_id = $2 AND article IS NULL
"""


def drop_unused(connection: Connection, owner_id: UUID, words: Iterable[UUID]) -> None:
    """Delete those of the words that are the learner's own and in no bank, list or pack any more."""
    ids = list(words)
    connection.execute(LOCK, (ids, owner_id))
    connection.execute(DROP, (ids, owner_id))


def translate(connection: Connection, owner_id: UUID, word_id: UUID, language: str, translation: str) -> bool:
    """Say what an own word means in a language; false if it is not the learner's own."""
    values = (word_id, owner_id, language, document([translation]))
    return connection.execute(TRANSLATE, values).rowcount == 1


def explain(connection: Connection, owner_id: UUID, entry_id: UUID, language: str, translation: str) -> None:
    """Say what an entry's word means in a language, if it is the learner's own and nothing is said of that yet."""
    connection.execute(EXPLAIN, (entry_id, owner_id, language, document([translation])))


def give_article(connection: Connection, owner_id: UUID, entry_id: UUID, article: str) -> None:
    """Say which article an entry's word has, if it is the learner's own and nothing is said of that yet."""
    connection.execute(GIVE_ARTICLE, (entry_id, owner_id, article))
