"""Putting words into a learner's bank: one entry a meaning, and no guess where there are several."""

from typing import Any
from uuid import UUID

from shared.db.session import Connection
from shared.jobs.ids import uuid7
from shared.learning.model import Added, EntryStatus, NewEntry
from shared.lexicon.model import NewWord, PartOfSpeech, document
from shared.lexicon.store import find_words, save_word

ADD = (
    "INSERT INTO word_bank (id, owner_id, pair_id, word_id, lemma, pos, status, note, met, article_id)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb, $10) ON CONFLICT DO NOTHING RETURNING id"
)
FOUND = (
    "SELECT id, status FROM word_bank WHERE pair_id = $1 AND owner_id = $2"
    " AND CASE WHEN $3::uuid IS NULL THEN word_id IS NULL AND lemma = $4 AND pos = $5 ELSE word_id = $3 END"
)
PAIR = "SELECT language, native_language FROM language_pairs WHERE id = $1 AND owner_id = $2"
WORD = (
    "SELECT lemma, pos FROM words WHERE id = $1 AND language = $2 AND hidden_at IS NULL"
    " AND (owner_id IS NULL OR owner_id = $3)"
)


class PairNotFoundError(LookupError):
    """There is no such language pair of this learner."""


class WordNotFoundError(LookupError):
    """There is no such word in the pair's language that this learner may see."""


def add_entry(connection: Connection, owner_id: UUID, pair_id: UUID, entry: NewEntry) -> Added:
    """Put a word into the bank, unless it is there.

    A lemma with several meanings becomes `pending_sense` until the learner chooses; one that the lexicon does not have
    becomes a word of the learner's own. Call it in a transaction.

    Raises:
        PairNotFoundError: No such pair of this learner.
        WordNotFoundError: `entry.word_id` is no word of the pair's language that the learner may see.
    """
    pair = connection.execute(PAIR, (pair_id, owner_id)).fetchone()
    if pair is None:
        raise PairNotFoundError(pair_id)
    word_id, lemma, pos = _meaning(connection, owner_id, pair, entry)
    status: EntryStatus = "pending_sense" if word_id is None else "new"
    met = None if entry.met is None else document(entry.met)
    values = (uuid7(), owner_id, pair_id, word_id, lemma, pos, status, entry.note, met, entry.article_id)
    row = connection.execute(ADD, values).fetchone()
    if row is not None:
        return Added(id=row["id"], status=status, new=True)
    row = connection.execute(FOUND, (pair_id, owner_id, word_id, lemma, pos)).fetchone()
    if row is None:
        raise PairNotFoundError(pair_id)  # deleted in this very moment
    return Added(id=row["id"], status=row["status"], new=False)


def _meaning(
    connection: Connection, owner_id: UUID, pair: dict[str, Any], entry: NewEntry
) -> tuple[UUID | None, str, str]:
    """The word that is meant (null if there are several), its lemma and part of speech."""
    if entry.word_id is not None:
        row = connection.execute(WORD, (entry.word_id, pair["language"], owner_id)).fetchone()
        if row is None:
            raise WordNotFoundError(entry.word_id)
        return entry.word_id, row["lemma"], row["pos"]
    found = find_words(connection, pair["language"], entry.lemma, pos=entry.pos, owner_id=owner_id)
    if len(found) > 1:
        return None, found[0].lemma, entry.pos or "X"
    if found:
        return found[0].id, found[0].lemma, found[0].pos
    pos: PartOfSpeech = entry.pos or "X"  # type: ignore[assignment]  # checked where it comes in
    translations = {pair["native_language"]: [entry.translation]} if entry.translation else {}
    own = NewWord(language=pair["language"], lemma=entry.lemma, pos=pos, translations=translations, source="own")
    return save_word(connection, own, owner_id), entry.lemma, pos
