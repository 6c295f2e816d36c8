"""Somebody's own words and lists of words, for routes that take their ids."""

from uuid import UUID, uuid4

from tests.support.jobs import Engine
from tests.support.lexicon import new_entry, new_pair, new_word

LIST = "INSERT INTO word_lists (id, owner_id, name, language) VALUES ($1, $2, $3, 'de')"
MEMBER = "INSERT INTO word_list_words (list_id, word_id) VALUES ($1, $2)"
FIXED_WORD = UUID(int=8)
"""A word of everybody's, for bodies."""
WORD = """
INSERT INTO words (id, language, lemma, pos, folded, translations, source)
VALUES ($1, 'de', 'Wort', 'NOUN', 'wort', '{}', 'catalogue') ON CONFLICT DO NOTHING
"""


def own_word(engine: Engine, owner: UUID) -> str:
    """A word of their own, not in the bank."""
    return str(new_word(engine.connection, f"Mein Wort {uuid4().hex}", owner, source="own"))


def word_in_bank(engine: Engine, owner: UUID) -> str:
    """A word of their own that they learn."""
    word_id = own_word(engine, owner)
    found = engine.connection.execute("SELECT id FROM language_pairs WHERE owner_id = $1 LIMIT 1", (owner,)).fetchone()
    pair = new_pair(engine.connection, owner, active=False) if found is None else found["id"]
    new_entry(engine.connection, owner, pair, UUID(word_id))
    return word_id


def word_list(engine: Engine, owner: UUID) -> str:
    """A list that is not public; `FIXED_WORD` is there to be put into it."""
    list_id = uuid4()
    engine.connection.execute(LIST, (list_id, owner, f"Meine Liste {list_id}"))
    engine.connection.execute(WORD, (FIXED_WORD,))
    return str(list_id)


def list_with_word(engine: Engine, owner: UUID) -> str:
    """A list and the word in it."""
    list_id, word_id = word_list(engine, owner), own_word(engine, owner)
    engine.connection.execute(MEMBER, (UUID(list_id), UUID(word_id)))
    return f"{list_id}/{word_id}"
