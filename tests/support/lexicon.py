"""Words, language pairs and bank entries for tests, put straight into the tables."""

from typing import Any
from uuid import UUID, uuid4

from shared.db.session import Connection
from shared.lexicon.model import NewWord
from shared.lexicon.store import save_word

PAIR = """
INSERT INTO language_pairs (id, owner_id, language, native_language, active) VALUES ($1, $2, $3, $4, $5)
"""
ENTRY = """
INSERT INTO word_bank (id, owner_id, pair_id, word_id, lemma, pos, status)
SELECT $1, $2, $3, id, lemma, pos, $5 FROM words WHERE id = $4
"""
CARD = """
INSERT INTO cards (id, owner_id, pair_id, entry_id, direction, state, stability, last_review, suspended)
SELECT $1, owner_id, pair_id, id, $3, $4, $5, CASE WHEN $4 > 0 THEN clock_timestamp() END, $6
FROM word_bank WHERE id = $2
"""


def new_word(connection: Connection, lemma: str, owner_id: UUID | None = None, **fields: Any) -> UUID:
    """A word, German and a noun unless said otherwise; `zipf` can be given too."""
    zipf = fields.pop("zipf", None)
    values = {"language": "de", "pos": "NOUN", "source": "catalogue", "licence": "MIT", **fields}
    word_id = save_word(connection, NewWord(lemma=lemma, **values), owner_id)
    connection.execute("UPDATE words SET zipf = $2 WHERE id = $1", (word_id, zipf))
    return word_id


def new_pair(
    connection: Connection, owner_id: UUID, language: str = "de", native: str = "en", *, active: bool = True
) -> UUID:
    """A language pair."""
    pair_id = uuid4()
    connection.execute(PAIR, (pair_id, owner_id, language, native, active))
    return pair_id


def new_entry(connection: Connection, owner_id: UUID, pair_id: UUID, word_id: UUID, status: str = "learning") -> UUID:
    """A word in a bank."""
    entry_id = uuid4()
    connection.execute(ENTRY, (entry_id, owner_id, pair_id, word_id, status))
    return entry_id


def new_card(
    connection: Connection,
    entry_id: UUID,
    *,
    direction: str = "recognition",
    state: int = 0,
    stability: float | None = None,
    suspended: str | None = None,
) -> UUID:
    """A card of an entry."""
    card_id = uuid4()
    connection.execute(CARD, (card_id, entry_id, direction, state, stability, suspended))
    return card_id
