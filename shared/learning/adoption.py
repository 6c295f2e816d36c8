"""A word of the learner's own gives way to the lexicon's: the entry stays one, with its schedule, note and meeting.

It does so where it is clear that the same is meant. What the own word says and the lexicon's does not goes into the
entry's note, so nothing that a learner wrote is lost.
"""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from psycopg import errors as pg

from shared.db.session import Connection
from shared.learning.model import Bank
from shared.learning.own_words import drop_unused
from shared.lexicon.glosses import glosses_of
from shared.lexicon.headwords import joined
from shared.lexicon.lookup import as_spelt, look_up, meant
from shared.lexicon.model import FoundWord, folded

# A word that the learner has worked out (with forms, a plural, a sense) is not given up unasked.
OWN_ENTRIES = (
    "SELECT entry.id, entry.note, own.id AS word_id, own.lemma, own.pos, own.article, own.reading, own.translations,"
    " own.examples FROM words AS own JOIN word_bank AS entry ON entry.word_id = own.id"
    " WHERE own.owner_id = $1 AND own.language = $3 AND own.folded = $4 AND entry.owner_id = $1 AND entry.pair_id = $2"
    " AND own.sense IN ('', own.article) AND own.forms = '{}' AND own.plural IS NULL"
    " ORDER BY entry.id FOR NO KEY UPDATE OF entry"
)
OF_ENTRY = (
    "SELECT entry.id, entry.note, own.id AS word_id, own.reading, own.translations, own.examples,"
    " own.sense IN ('', own.article) AND own.forms = '{}' AND own.plural IS NULL AS plain"
    " FROM word_bank AS entry JOIN words AS own ON own.id = entry.word_id AND own.owner_id = $2"
    " WHERE entry.id = $1 AND entry.owner_id = $2"
)
POINT = (
    "UPDATE word_bank SET word_id = $2, lemma = $3, pos = $4, note = $5, updated_at = clock_timestamp() WHERE id = $1"
)
ON_LISTS = (
    "INSERT INTO word_list_words (list_id, word_id, created_at) SELECT member.list_id, $2, member.created_at"
    " FROM word_list_words AS member JOIN word_lists AS list ON list.id = member.list_id AND list.owner_id = $3"
    " WHERE member.word_id = $1 ON CONFLICT DO NOTHING"
)
OFF_LISTS = (
    "DELETE FROM word_list_words WHERE word_id = $1 AND list_id IN (SELECT id FROM word_lists WHERE owner_id = $2)"
)
PAIRS = (
    "SELECT id AS pair_id, native_language FROM language_pairs WHERE owner_id = $1 AND language = $2"
    " ORDER BY id FOR KEY SHARE"
)
Row = dict[str, Any]


def adopt(connection: Connection, bank: Bank, word_id: UUID, lemma: str) -> UUID | None:
    """Let the entry that has an own word for it take a word of the lexicon's.

    The own word must be of the same lemma and part of speech (or of none), and with the same translation; one without
    any translation does if the lexicon has no other meaning.

    Args:
        connection: In a transaction.
        bank: Whose, and in which native language translations are compared.
        word_id: The lexicon's word.
        lemma: Its lemma.

    Returns:
        The entry; null if there is none, or another meaning may be meant.
    """
    entries = connection.execute(OWN_ENTRIES, (bank.owner_id, bank.pair_id, bank.language, folded(lemma))).fetchall()
    shared = look_up(connection, None, bank.language, [lemma]) if entries else {}
    for entry in entries:
        heads = meant(bank.language, joined(entry["article"], entry["lemma"]), entry["pos"], shared).words
        same = _same(entry, as_spelt(heads, entry["lemma"]), bank.native_language)
        if [word.id for word in same] == [word_id]:
            return entry["id"] if _point(connection, bank.owner_id, entry, same[0]) else None
    return None


def offer(connection: Connection, owner_id: UUID, language: str, lemma: str) -> None:
    """The lexicon has learnt a lemma: the learner's entries with an own word for it take it. In a transaction."""
    for pair in connection.execute(PAIRS, (owner_id, language)).fetchall():
        bank = Bank(owner_id=owner_id, language=language, **pair)
        for word in look_up(connection, None, language, [lemma]).get(folded(lemma), ()):
            adopt(connection, bank, word.id, word.lemma)


def own_word_of(connection: Connection, owner_id: UUID, entry_id: UUID) -> Row | None:
    """An entry with its word, for `exchange`; null if that is not the learner's own."""
    return connection.execute(OF_ENTRY, (entry_id, owner_id)).fetchone()


def exchange(connection: Connection, owner_id: UUID, entry: Row, word: FoundWord) -> None:
    """Put a word of the lexicon's that the learner chose in the place of an entry's own word.

    Raises:
        psycopg.errors.UniqueViolation: The bank has the word as another entry.
    """
    _write(connection, owner_id, entry, word, drop=entry["plain"])


def _same(entry: Row, words: Sequence[FoundWord], native: str) -> Sequence[FoundWord]:
    """Those that may mean the same, as far as can be told. A translation is not given up for none."""
    own = glosses_of(*entry["translations"].get(native, []))
    return [word for word in words if own & glosses_of(*word.translations.get(native, []))] if own else words


def _point(connection: Connection, owner_id: UUID, entry: Row, word: FoundWord) -> bool:
    """Let the entry take the word; false if somebody has put the word into the bank in this very moment."""
    try:
        with connection.transaction():
            _write(connection, owner_id, entry, word, drop=True)
    except pg.UniqueViolation:
        return False
    return True


def _write(connection: Connection, owner_id: UUID, entry: Row, word: FoundWord, *, drop: bool) -> None:
    note = "\n".join(part for part in (entry["note"], *_only_own(entry, word)) if part)
    connection.execute(POINT, (entry["id"], word.id, word.lemma, word.pos, note))
    connection.execute(ON_LISTS, (entry["word_id"], word.id, owner_id))
    if drop:
        connection.execute(OFF_LISTS, (entry["word_id"], owner_id))
        drop_unused(connection, owner_id, [entry["word_id"]])


def _only_own(entry: Row, word: FoundWord) -> Iterator[str]:
    """What the own word says and the lexicon's does not."""
    for language, texts in sorted(entry["translations"].items()):
        known = glosses_of(*word.translations.get(language, []))
        yield "; ".join(text for text in texts if not glosses_of(text) <= known)
    yield entry["reading"] or ""
    for example in entry["examples"]:
        yield example["text"]
