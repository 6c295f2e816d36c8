"""Putting words into a learner's bank: one entry a meaning, and no guess where there are several."""

from typing import Any
from uuid import UUID

import msgspec

from shared.db.session import Connection
from shared.jobs.ids import uuid7
from shared.learning.adoption import adopt
from shared.learning.model import Added, EntryStatus, NewEntry
from shared.learning.own_words import explain, give_article
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
# Whoever deletes the pair waits until this transaction has ended.
PAIR = "SELECT language, native_language FROM language_pairs WHERE id = $1 AND owner_id = $2 FOR KEY SHARE"
WORD = (
    "SELECT lemma, pos, owner_id IS NULL AS shared FROM words WHERE id = $1 AND language = $2 AND hidden_at IS NULL"
    " AND (owner_id IS NULL OR owner_id = $3)"
)


class PairNotFoundError(LookupError):
    """There is no such language pair of this learner."""


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
    pair = connection.execute(PAIR, (pair_id, owner_id)).fetchone()
    if pair is None:
        raise PairNotFoundError(pair_id)
    meaning = _meaning(connection, owner_id, pair, entry)
    added = (
        _adopted(connection, owner_id, pair_id, pair, meaning)
        or (_known(connection, owner_id, pair_id, meaning) if meaning.word_id is None else None)
        or _insert(connection, owner_id, pair_id, meaning, entry)
        or _known(connection, owner_id, pair_id, meaning)
    )
    if added is None:
        raise PairNotFoundError(pair_id)  # deleted in this very moment
    if not added.new:
        _complete(connection, owner_id, pair["native_language"], added.id, meaning, entry)
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


def _adopted(
    connection: Connection, owner_id: UUID, pair_id: UUID, pair: dict[str, Any], meaning: _Meaning
) -> Added | None:
    """The entry of the lexicon's word, which it has just taken in the place of an own one."""
    word_id = meaning.offered
    if word_id is None or connection.execute(EXACTLY, (pair_id, owner_id, word_id)).fetchone() is not None:
        return None
    languages = (pair["language"], pair["native_language"])
    if adopt(connection, owner_id, pair_id, *languages, word_id, meaning.lemma) is None:
        return None
    return _known(connection, owner_id, pair_id, msgspec.structs.replace(meaning, word_id=word_id))


def _complete(  # noqa: PLR0917 - an entry, and what was brought for it
    connection: Connection, owner_id: UUID, native: str, entry_id: UUID, meaning: _Meaning, entry: NewEntry
) -> None:
    """What an entry does not have yet: where it was met, and of an own word the translation and the article."""
    if entry.met is not None:
        connection.execute(MEET, (entry_id, document(entry.met), entry.article_id))
    if entry.translation:
        explain(connection, owner_id, entry_id, native, entry.translation)
    if meaning.article:
        give_article(connection, owner_id, entry_id, meaning.article)


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
        return _chosen(connection, owner_id, pair["language"], entry.word_id)
    text = tidy(entry.lemma)
    asked = meant(pair["language"], text, entry.pos, look_up(connection, owner_id, pair["language"], [text]))
    found = as_spelt(asked.words, asked.lemma)
    if not found:
        return _own(connection, owner_id, pair, asked, entry.translation)
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


def _chosen(connection: Connection, owner_id: UUID, language: str, word_id: UUID) -> _Meaning:
    row = connection.execute(WORD, (word_id, language, owner_id)).fetchone()
    if row is None:
        raise WordNotFoundError(word_id)
    offered = word_id if row["shared"] else None
    return _Meaning(word_id=word_id, lemma=row["lemma"], pos=row["pos"], candidates=[word_id], offered=offered)


def _own(
    connection: Connection, owner_id: UUID, pair: dict[str, Any], asked: Meant, translation: str | None
) -> _Meaning:
    """A word of the learner's own, because the lexicon does not have it."""
    own = NewWord(
        language=pair["language"],
        lemma=asked.lemma,
        pos=asked.pos,
        sense=asked.sense,
        article=asked.article,
        translations={pair["native_language"]: [translation]} if translation else {},
        source="own",
    )
    word_id = save_word(connection, own, owner_id)
    return _Meaning(word_id=word_id, lemma=own.lemma, pos=own.pos, candidates=[word_id])
