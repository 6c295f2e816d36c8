"""Taking in many words at once: a learner's list or deck becomes entries of the bank, with a few statements a batch.

`choices.py` says which words are meant; here they are read and written.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal
from uuid import UUID

import msgspec

from shared.db.columns import columns
from shared.db.session import Connection
from shared.jobs.ids import uuid7
from shared.learning.adoption import adopt
from shared.learning.choices import (
    Choice,
    EntryKey,
    OwnKey,
    OwnWord,
    choose,
    entry_key,
    note_of,
    own_words,
    spelt_alike,
)
from shared.learning.model import Bank, Incoming
from shared.learning.pairs import bank_of
from shared.learning.returns import returned
from shared.lexicon.lookup import Found, look_up
from shared.lexicon.model import Example, document, folded

Outcome = Literal["new", "updated", "duplicate", "conflicting", "pending_sense"]
"""`conflicting`: the bank has the word with another meaning, which was kept."""

SAVE_WORDS = (
    "INSERT INTO words (id, owner_id, language, lemma, pos, sense, article, folded, reading, translations, examples,"
    " source)"
    " SELECT word.id, $1, $2, word.lemma, word.pos, word.sense, word.article, word.folded, word.reading,"
    " word.translations, word.examples, $3"
    " FROM unnest($4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::jsonb[],"
    " $12::jsonb[]) AS word(id, lemma, pos, sense, article, folded, reading, translations, examples)"
    " ON CONFLICT (owner_id, language, lemma, pos, sense) DO UPDATE SET"
    " translations = words.translations || excluded.translations,"
    " reading = coalesce(excluded.reading, words.reading), article = coalesce(words.article, excluded.article),"
    " examples = CASE WHEN excluded.examples = '[]' THEN words.examples ELSE excluded.examples END,"
    " updated_at = clock_timestamp() RETURNING id, lemma, pos, sense"
)
SAVE_ENTRIES = (
    "INSERT INTO word_bank (id, owner_id, pair_id, word_id, lemma, pos, status, note)"
    " SELECT entry.id, $1, $2, entry.word_id, entry.lemma, entry.pos, entry.status, entry.note"
    " FROM unnest($3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[])"
    " AS entry(id, word_id, lemma, pos, status, note) ON CONFLICT DO NOTHING"
)
FOUND_ENTRIES = (
    "SELECT id, word_id, lemma, pos FROM word_bank WHERE pair_id = $1 AND owner_id = $2"
    " AND (word_id = ANY($3::uuid[]) OR (word_id IS NULL AND lemma = ANY($4::text[])))"
)
MORE_TRIES = 2
"""With other ids, if entries that were there are gone when they are read."""


class EntriesGoneError(Exception):
    """What was in the bank already was deleted before it could be read, again and again."""


class TakenIn(msgspec.Struct, frozen=True):
    """What became of it."""

    entry_id: UUID
    outcome: Outcome


def take_in(
    connection: Connection, owner_id: UUID, pair_id: UUID, rows: Sequence[Incoming], source: str
) -> list[TakenIn]:
    """Put words into the bank, unless they are there; one answer a row, in their order. Call it in a transaction.

    Raises:
        PairNotFoundError: No such pair of this learner.
        EntriesGoneError: Entries that were there were deleted all the while: try again later.
    """
    bank = bank_of(connection, owner_id, pair_id)
    found = look_up(connection, owner_id, bank.language, [row.lemma for row in rows])
    back = returned(connection, owner_id, pair_id, {row.entry_id: row.lemma for row in rows if row.entry_id})
    chosen = [choose(row, bank, found, back.get(row.entry_id)) for row in rows]
    choices = spelt_alike(bank.language, _known(connection, bank, chosen))
    own = _save_own(connection, bank, own_words(bank.native_language, rows, choices, found), source)
    words = [own.get(choice.own_key) if choice.own else choice.word_id for choice in choices]
    _adopt(connection, bank, choices, found)
    tried: list[list[UUID]] = []
    for ids in _ids(rows):
        tried.append(ids)
        entries = _save_entries(connection, bank, (rows, ids), choices, words)
        if entries.keys() >= {entry_key(choice, word) for choice, word in zip(choices, words, strict=True)}:
            return _answers(list(zip(*tried, strict=True)), choices, words, entries)
    raise EntriesGoneError


def _known(connection: Connection, bank: Bank, choices: Sequence[Choice]) -> list[Choice]:
    """What a lemma with several meanings is to this learner already is what is meant: nobody asks again."""
    candidates = [word for choice in choices for word in choice.candidates]
    found = connection.execute(FOUND_ENTRIES, (bank.pair_id, bank.owner_id, candidates, []))
    there = {row["word_id"] for row in found}
    learnt = [next((word for word in choice.candidates if word in there), choice.word_id) for choice in choices]
    return [msgspec.structs.replace(choice, word_id=word) for choice, word in zip(choices, learnt, strict=True)]


def _adopt(connection: Connection, bank: Bank, choices: Sequence[Choice], found: Found) -> None:
    """Entries with an own word take the lexicon's that is brought now."""
    for word_id, lemma in {(choice.word_id, choice.lemma) for choice in choices if not choice.own}:
        if word_id is not None and any(word.own for word in found.get(folded(lemma), ())):
            adopt(connection, bank, word_id, lemma)


def _save_own(connection: Connection, bank: Bank, words: Mapping[OwnKey, OwnWord], source: str) -> dict[OwnKey, UUID]:
    """The ids of the learner's own words."""
    values = [_word(key, bank.native_language, words[key]) for key in sorted(words)]
    saved = connection.execute(SAVE_WORDS, (bank.owner_id, bank.language, source, *columns(values, 9)))
    return {(row["lemma"], row["pos"], row["sense"]): row["id"] for row in saved}


def _word(key: OwnKey, native: str, word: OwnWord) -> tuple[Any, ...]:
    lemma, pos, sense = key
    row = word.row
    examples = [Example(text=row.example, source="own")] if row.example else []
    known = {native: word.translations} if word.translations else {}
    return uuid7(), lemma, pos, sense, word.article, folded(lemma), row.reading, document(known), document(examples)


def _save_entries(
    connection: Connection,
    bank: Bank,
    brought: tuple[Sequence[Incoming], Sequence[UUID]],
    choices: Sequence[Choice],
    words: Sequence[UUID | None],
) -> dict[EntryKey, UUID]:
    """The entries of all words by their key, but for those that somebody deleted in this very moment."""
    values = [
        (entry_id, word, choice.lemma, choice.pos, "new" if word else "pending_sense", note_of(row, choice))
        for row, entry_id, choice, word in zip(*brought, choices, words, strict=True)
    ]
    connection.execute(SAVE_ENTRIES, (bank.owner_id, bank.pair_id, *columns(values, 6)))
    pending = [choice.lemma for choice, word in zip(choices, words, strict=True) if word is None]
    wanted = (bank.pair_id, bank.owner_id, [word for word in words if word], pending)
    entries = connection.execute(FOUND_ENTRIES, wanted)
    return {row["word_id"] or (row["lemma"], row["pos"]): row["id"] for row in entries}


def _ids(rows: Sequence[Incoming]) -> Iterator[list[UUID]]:
    """The ids that new entries get: those of the rows, and then others, lest an entry has one of them already."""
    yield [row.id for row in rows]
    for _ in range(MORE_TRIES):
        yield [uuid7() for _ in rows]


def _answers(
    ids: Sequence[tuple[UUID, ...]],
    choices: Sequence[Choice],
    words: Sequence[UUID | None],
    entries: dict[EntryKey, UUID],
) -> list[TakenIn]:
    answers = []
    for tried, choice, word in zip(ids, choices, words, strict=True):
        entry = entries[entry_key(choice, word)]
        answers.append(TakenIn(entry, _outcome(choice, new=entry in tried, pending=word is None)))
    return answers


def _outcome(choice: Choice, *, new: bool, pending: bool) -> Outcome:
    if pending:
        return "pending_sense" if new else "duplicate"
    if new:
        return "new"
    if choice.differs:
        return "conflicting"
    return "updated" if choice.own else "duplicate"
