"""Putting words into a learner's bank: one entry a meaning, and no guess where there are several."""

from uuid import UUID

import msgspec

from shared.db.session import Connection
from shared.jobs.ids import uuid7
from shared.learning.adoption import adopt
from shared.learning.model import Added, Bank, EntryStatus, NewEntry
from shared.learning.own_words import explain, give_article
from shared.learning.pairs import PairNotFoundError, bank_of
from shared.lexicon.headwords import tidy
from shared.lexicon.lookup import UNKNOWN_POS, Meant, as_spelt, look_up, meant
from shared.lexicon.model import NewWord, document
from shared.lexicon.store import save_word

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
WORD = (
    "SELECT lemma, pos, owner_id IS NULL AS shared FROM words WHERE id = $1 AND language = $2 AND hidden_at IS NULL"
    " AND (owner_id IS NULL OR owner_id = $3)"
)


class WordNotFoundError(LookupError):
    """There is no such word in the pair's language that this learner may see."""


def add_entry(connection: Connection, owner_id: UUID, pair_id: UUID, entry: NewEntry) -> Added:
    """Put a word into the bank, unless it is there.

    A lemma with several meanings becomes `pending_sense` until the learner chooses; if one of them is in the bank, that
    is what the learner knows the lemma as, and nobody asks again. A lemma that the lexicon does not have becomes a
    word of the learner's own; one that had no translation takes the one that is brought now, and one that the lexicon
    has meanwhile gives way to the lexicon's. Call it in a transaction.

    Raises:
        PairNotFoundError: No such pair of this learner.
        WordNotFoundError: `entry.word_id` is no word of the pair's language that the learner may see.
    """
    bank = bank_of(connection, owner_id, pair_id)
    meaning = _meaning(connection, bank, entry)
    added = (
        _adopted(connection, bank, meaning)
        or (_known(connection, bank, meaning) if meaning.word_id is None else None)
        or _insert(connection, bank, meaning, entry)
        or _known(connection, bank, meaning)
    )
    if added is None:
        raise PairNotFoundError(pair_id)  # deleted in this very moment
    if not added.new:
        _complete(connection, bank, added.id, meaning, entry)
    return added


class _Meaning(msgspec.Struct, frozen=True, kw_only=True):
    """What is meant by a word that somebody wants to add."""

    word_id: UUID | None
    """Null if there are several."""
    lemma: str
    pos: str
    candidates: list[UUID]
    """All it may be."""
    offered: UUID | None = None
    """The only one of them that is the lexicon's."""
    article: str | None = None
    """That it was brought with."""


def _adopted(connection: Connection, bank: Bank, meaning: _Meaning) -> Added | None:
    """The entry of the lexicon's word, which it has just taken in the place of an own one."""
    word_id = meaning.offered
    if word_id is None or connection.execute(EXACTLY, (bank.pair_id, bank.owner_id, word_id)).fetchone() is not None:
        return None
    if adopt(connection, bank, word_id, meaning.lemma) is None:
        return None
    return _known(connection, bank, msgspec.structs.replace(meaning, word_id=word_id))


def _complete(connection: Connection, bank: Bank, entry_id: UUID, meaning: _Meaning, entry: NewEntry) -> None:
    """What an entry does not have yet: where it was met, and of an own word the translation and the article."""
    if entry.met is not None:
        connection.execute(MEET, (entry_id, document(entry.met), entry.article_id))
    if entry.translation:
        explain(connection, bank.owner_id, entry_id, bank.native_language, entry.translation)
    if meaning.article:
        give_article(connection, bank.owner_id, entry_id, meaning.article)


def _known(connection: Connection, bank: Bank, meaning: _Meaning) -> Added | None:
    if meaning.word_id is None:
        values = (bank.pair_id, bank.owner_id, meaning.candidates, meaning.lemma, meaning.pos)
        row = connection.execute(ONE_OF, values).fetchone()
    else:
        row = connection.execute(EXACTLY, (bank.pair_id, bank.owner_id, meaning.word_id)).fetchone()
    return None if row is None else Added(id=row["id"], status=row["status"], new=False)


def _insert(connection: Connection, bank: Bank, meaning: _Meaning, entry: NewEntry) -> Added | None:
    status: EntryStatus = "pending_sense" if meaning.word_id is None else "new"
    met = None if entry.met is None else document(entry.met)
    word = (meaning.word_id, meaning.lemma, meaning.pos)
    values = (uuid7(), bank.owner_id, bank.pair_id, *word, status, entry.note, met, entry.article_id)
    row = connection.execute(ADD, values).fetchone()
    return None if row is None else Added(id=row["id"], status=status, new=True)


def _meaning(connection: Connection, bank: Bank, entry: NewEntry) -> _Meaning:
    if entry.word_id is not None:
        return _chosen(connection, bank, entry.word_id)
    text = tidy(entry.lemma)
    asked = meant(bank.language, text, entry.pos, look_up(connection, bank.owner_id, bank.language, [text]))
    found = as_spelt(asked.words, asked.lemma)
    if not found:
        return _own(connection, bank, asked, entry.translation)
    shared = [word.id for word in found if not word.own]
    several = len(found) > 1
    return _Meaning(
        word_id=None if several else found[0].id,
        lemma=found[0].lemma,
        pos=asked.pos if several and asked.pos == UNKNOWN_POS else found[0].pos,
        candidates=[word.id for word in found],
        offered=shared[0] if len(shared) == 1 else None,
        article=asked.article,
    )


def _chosen(connection: Connection, bank: Bank, word_id: UUID) -> _Meaning:
    row = connection.execute(WORD, (word_id, bank.language, bank.owner_id)).fetchone()
    if row is None:
        raise WordNotFoundError(word_id)
    offered = word_id if row["shared"] else None
    return _Meaning(word_id=word_id, lemma=row["lemma"], pos=row["pos"], candidates=[word_id], offered=offered)


def _own(connection: Connection, bank: Bank, asked: Meant, translation: str | None) -> _Meaning:
    """A word of the learner's own, because the lexicon does not have it."""
    own = NewWord(
        language=bank.language,
        lemma=asked.lemma,
        pos=asked.pos,
        sense=asked.sense,
        article=asked.article,
        translations={bank.native_language: [translation]} if translation else {},
        source="own",
    )
    word_id = save_word(connection, own, bank.owner_id)
    return _Meaning(word_id=word_id, lemma=own.lemma, pos=own.pos, candidates=[word_id])
