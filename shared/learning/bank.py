"""Putting words into a learner's bank: one entry a meaning, and no guess where there are several."""

from typing import Any
from uuid import UUID

import msgspec

from shared.db.session import Connection
from shared.jobs.ids import uuid7
from shared.learning.model import Added, EntryStatus, NewEntry
from shared.learning.own_words import explain
from shared.lexicon.model import FoundWord, NewWord, PartOfSpeech, document
from shared.lexicon.store import find_words, save_word

ADD = (
    "INSERT INTO word_bank (id, owner_id, pair_id, word_id, lemma, pos, status, note, met, article_id)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb, $10) ON CONFLICT DO NOTHING RETURNING id"
)
EXACTLY = "SELECT id, status FROM word_bank WHERE pair_id = $1 AND owner_id = $2 AND word_id = $3"
# What a lemma with several meanings is to this learner already: one that was chosen, or the entry that waits for it.
ONE_OF = (
    "SELECT id, status FROM word_bank WHERE pair_id = $1 AND owner_id = $2"
    " AND (word_id = ANY($3::uuid[]) OR word_id IS NULL AND lemma = $4 AND pos IN ($5, 'X'))"
    " ORDER BY word_id NULLS LAST, id LIMIT 1"
)
# The first meeting is kept.
MEET = "UPDATE word_bank SET met = $2::jsonb, article_id = $3 WHERE id = $1 AND met IS NULL"
# Whoever deletes the pair waits until this transaction has ended.
PAIR = "SELECT language, native_language FROM language_pairs WHERE id = $1 AND owner_id = $2 FOR KEY SHARE"
WORD = (
    "SELECT lemma, pos FROM words WHERE id = $1 AND language = $2 AND hidden_at IS NULL"
    " AND (owner_id IS NULL OR owner_id = $3)"
)
UNKNOWN_POS: PartOfSpeech = "X"
PAIRED = (("VERB", "AUX"), ("NOUN", "PROPN"), ("ADJ", "ADV"), ("PRON", "DET"), ("CCONJ", "SCONJ"))
KINDRED = {one: other for pair in PAIRED for one, other in (pair, pair[::-1])}
"""Where taggers and dictionaries disagree: *haben* in "ich habe gelacht", *schnell* in "er läuft schnell"."""


class PairNotFoundError(LookupError):
    """There is no such language pair of this learner."""


class WordNotFoundError(LookupError):
    """There is no such word in the pair's language that this learner may see."""


def add_entry(connection: Connection, owner_id: UUID, pair_id: UUID, entry: NewEntry) -> Added:
    """Put a word into the bank, unless it is there.

    A lemma with several meanings becomes `pending_sense` until the learner chooses; if one of them is in the bank, that
    is what the learner knows the lemma as, and nobody asks again. A lemma that the lexicon does not have becomes a
    word of the learner's own; one that had no translation takes the one that is brought now. Call it in a transaction.

    Raises:
        PairNotFoundError: No such pair of this learner.
        WordNotFoundError: `entry.word_id` is no word of the pair's language that the learner may see.
    """
    pair = connection.execute(PAIR, (pair_id, owner_id)).fetchone()
    if pair is None:
        raise PairNotFoundError(pair_id)
    meaning = _meaning(connection, owner_id, pair, entry)
    known = _known(connection, owner_id, pair_id, meaning) if meaning.word_id is None else None
    added = (
        known
        or _insert(connection, owner_id, pair_id, meaning, entry)
        or _known(connection, owner_id, pair_id, meaning)
    )
    if added is None:
        raise PairNotFoundError(pair_id)  # deleted in this very moment
    if entry.met is not None and not added.new:
        connection.execute(MEET, (added.id, document(entry.met), entry.article_id))
    if entry.translation and not added.new:
        explain(connection, owner_id, added.id, pair["native_language"], entry.translation)
    return added


class _Meaning(msgspec.Struct, frozen=True, kw_only=True):
    """What is meant by a word that somebody wants to add."""

    word_id: UUID | None
    """Null if there are several."""
    lemma: str
    pos: str
    candidates: list[UUID]
    """All it may be."""


def _known(connection: Connection, owner_id: UUID, pair_id: UUID, meaning: _Meaning) -> Added | None:
    if meaning.word_id is None:
        values = (pair_id, owner_id, meaning.candidates, meaning.lemma, meaning.pos)
        row = connection.execute(ONE_OF, values).fetchone()
    else:
        row = connection.execute(EXACTLY, (pair_id, owner_id, meaning.word_id)).fetchone()
    return None if row is None else Added(id=row["id"], status=row["status"], new=False)


def _insert(connection: Connection, owner_id: UUID, pair_id: UUID, meaning: _Meaning, entry: NewEntry) -> Added | None:
    status: EntryStatus = "pending_sense" if meaning.word_id is None else "new"
    met = None if entry.met is None else document(entry.met)
    word = (meaning.word_id, meaning.lemma, meaning.pos)
    values = (uuid7(), owner_id, pair_id, *word, status, entry.note, met, entry.article_id)
    row = connection.execute(ADD, values).fetchone()
    return None if row is None else Added(id=row["id"], status=status, new=True)


def _meaning(connection: Connection, owner_id: UUID, pair: dict[str, Any], entry: NewEntry) -> _Meaning:
    if entry.word_id is not None:
        row = connection.execute(WORD, (entry.word_id, pair["language"], owner_id)).fetchone()
        if row is None:
            raise WordNotFoundError(entry.word_id)
        return _Meaning(word_id=entry.word_id, lemma=row["lemma"], pos=row["pos"], candidates=[entry.word_id])
    asked = None if entry.pos == UNKNOWN_POS else entry.pos
    found = _found(connection, owner_id, pair["language"], entry.lemma, asked)
    ids = [word.id for word in found]
    if len(found) > 1:
        pos = found[0].pos if asked else UNKNOWN_POS
        return _Meaning(word_id=None, lemma=found[0].lemma, pos=pos, candidates=ids)
    if found:
        return _Meaning(word_id=ids[0], lemma=found[0].lemma, pos=found[0].pos, candidates=ids)
    return _own(connection, owner_id, pair, entry)


def _found(connection: Connection, owner_id: UUID, language: str, lemma: str, pos: str | None) -> list[FoundWord]:
    """The meanings of a lemma; as the kindred part of speech only if there is none as this one."""
    found = find_words(connection, language, lemma, pos=pos, owner_id=owner_id)
    if found or pos not in KINDRED:
        return found
    return find_words(connection, language, lemma, pos=KINDRED[pos], owner_id=owner_id)


def _own(connection: Connection, owner_id: UUID, pair: dict[str, Any], entry: NewEntry) -> _Meaning:
    """A word of the learner's own, because the lexicon does not have it."""
    pos: PartOfSpeech = entry.pos or UNKNOWN_POS  # type: ignore[assignment]  # checked where it comes in
    translations = {pair["native_language"]: [entry.translation]} if entry.translation else {}
    own = NewWord(language=pair["language"], lemma=entry.lemma, pos=pos, translations=translations, source="own")
    word_id = save_word(connection, own, owner_id)
    return _Meaning(word_id=word_id, lemma=entry.lemma, pos=pos, candidates=[word_id])
