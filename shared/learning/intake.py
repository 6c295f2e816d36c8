"""Taking in many words at once: a learner's list or deck becomes entries of the bank, with a few statements a batch.

As in `bank.py` nothing is guessed: of several meanings one is taken only if it has the translation that was brought.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal
from uuid import UUID

import msgspec

from shared.db.session import Connection
from shared.jobs.ids import uuid7
from shared.learning.adoption import adopt
from shared.learning.bank import PAIR, PairNotFoundError
from shared.learning.returns import returned
from shared.lexicon.glosses import meanings
from shared.lexicon.headwords import agree
from shared.lexicon.lookup import UNKNOWN_POS, Found, as_spelt, look_up, meant
from shared.lexicon.model import Example, FoundWord, document, folded

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
Key = tuple[str, str, str]
"""Lemma, part of speech and sense: what tells the own words of a learner apart."""


MORE_TRIES = 2


class EntriesGoneError(Exception):
    """What was in the bank already was deleted before it could be read, again and again."""


class Incoming(msgspec.Struct, frozen=True, kw_only=True):
    """One word that a learner brings."""

    id: UUID
    """Of the entry that it becomes: stable, so that the same row taken in again is known."""
    lemma: str
    """As `tidy` leaves it, with its article or without."""
    pos: str | None = None
    translation: str | None = None
    reading: str | None = None
    example: str | None = None
    note: str = ""
    entry_id: UUID | None = None
    """The entry that went out as this row, if it says so."""


class TakenIn(msgspec.Struct, frozen=True):
    """What became of it."""

    entry_id: UUID
    outcome: Outcome


class _Choice(msgspec.Struct, frozen=True):
    """Which word is meant: one that there is, one of the learner's own, or (pending) not known yet."""

    word_id: UUID | None
    lemma: str
    pos: str
    own: bool = False
    differs: bool = False
    candidates: tuple[UUID, ...] = ()
    """All it may be, while it is pending."""
    article: str | None = None
    sense: str = ""

    @property
    def key(self) -> Key:
        """Which own word it is."""
        return self.lemma, self.pos, self.sense


def languages_of(connection: Connection, owner_id: UUID, pair_id: UUID) -> tuple[str, str]:
    """The language that is learnt and the one it is learnt from.

    Raises:
        PairNotFoundError: No such pair of this learner.
    """
    pair = connection.execute(PAIR, (pair_id, owner_id)).fetchone()
    if pair is None:
        raise PairNotFoundError(pair_id)
    return pair["language"], pair["native_language"]


def take_in(
    connection: Connection, owner_id: UUID, pair_id: UUID, rows: Sequence[Incoming], source: str
) -> list[TakenIn]:
    """Put words into the bank, unless they are there; one answer a row, in their order. Call it in a transaction.

    Raises:
        PairNotFoundError: No such pair of this learner.
        EntriesGoneError: Entries that were there were deleted all the while: try again later.
    """
    language, native = languages_of(connection, owner_id, pair_id)
    found = look_up(connection, owner_id, language, [row.lemma for row in rows])
    back = returned(connection, owner_id, pair_id, rows)
    chosen = [_choice(row, language, native, found, back.get(row.entry_id or row.id)) for row in rows]
    choices = _spelt_alike(language, _known(connection, owner_id, pair_id, chosen))
    own = _save_own(connection, owner_id, (language, native, source), rows, choices, _by_id(found))
    words = [own.get(choice.key) if choice.own else choice.word_id for choice in choices]
    _adopt(connection, owner_id, (pair_id, language, native), choices, found)
    tried: list[list[UUID]] = []
    for ids in _ids(rows):
        tried.append(ids)
        entries = _save_entries(connection, owner_id, pair_id, (rows, ids), choices, words)
        if entries.keys() >= {_key(choice, word) for choice, word in zip(choices, words, strict=True)}:
            return _answers(list(zip(*tried, strict=True)), choices, words, entries)
    raise EntriesGoneError


def _by_id(found: Found) -> dict[UUID, FoundWord]:
    return {word.id: word for words in found.values() for word in words}


def _choice(row: Incoming, language: str, native: str, found: Found, back: FoundWord | None) -> _Choice:
    asked = meant(language, row.lemma, row.pos, found)
    fitting = asked.words if back is None else [back]
    brought = meanings(row.translation or "")
    if brought:
        same = [word for word in fitting if brought & meanings(*word.translations.get(native, []))]
        if same:
            return _Choice(same[0].id, same[0].lemma, same[0].pos)
        if len(fitting) == 1 and not fitting[0].own:
            return _Choice(fitting[0].id, fitting[0].lemma, fitting[0].pos, differs=True)
    elif spelt := as_spelt(fitting, asked.lemma):
        if len(spelt) == 1:
            return _Choice(spelt[0].id, spelt[0].lemma, spelt[0].pos)
        return _Choice(None, spelt[0].lemma, asked.pos, candidates=tuple(word.id for word in spelt))
    own = next((word for word in fitting if word.own and word.sense in {"", word.article}), None)
    if own is None:
        return _Choice(None, asked.lemma, asked.pos, own=True, article=asked.article, sense=asked.sense)
    return _Choice(own.id, own.lemma, own.pos, own=True, article=own.article or asked.article, sense=own.sense)


def _known(connection: Connection, owner_id: UUID, pair_id: UUID, choices: Sequence[_Choice]) -> list[_Choice]:
    """What a lemma with several meanings is to this learner already is what is meant: nobody asks again."""
    candidates = [word for choice in choices for word in choice.candidates]
    bank = {row["word_id"] for row in connection.execute(FOUND_ENTRIES, (pair_id, owner_id, candidates, []))}
    learnt = [next((word for word in choice.candidates if word in bank), choice.word_id) for choice in choices]
    return [msgspec.structs.replace(choice, word_id=word) for choice, word in zip(choices, learnt, strict=True)]


def _spelt_alike(language: str, choices: Sequence[_Choice]) -> list[_Choice]:
    """A new word that comes twice, in other letters or with its article (`Hund`, `hund`, `der Hund`), is one word."""
    first: dict[str, list[_Choice]] = {}
    return [_first(language, choice, first) if choice.own else choice for choice in choices]


def _first(language: str, choice: _Choice, first: dict[str, list[_Choice]]) -> _Choice:
    """The choice as the same word came before; another one that would be written like it is told by its article."""
    before = first.setdefault(folded(choice.lemma), [])
    alike = next((one for one in before if _alike(language, one, choice)), None)
    if alike is not None:
        return alike
    if any(one.key == choice.key for one in before):
        choice = msgspec.structs.replace(choice, sense=choice.article or "")
    before.append(choice)
    return choice


def _alike(language: str, one: _Choice, other: _Choice) -> bool:
    words, parts = {one.word_id, other.word_id} - {None}, {one.pos, other.pos} - {UNKNOWN_POS}
    return len(words) < 2 and len(parts) < 2 and agree(language, one.article, other.article)  # noqa: PLR2004 - not two


def _adopt(
    connection: Connection, owner_id: UUID, where: tuple[UUID, str, str], choices: Sequence[_Choice], found: Found
) -> None:
    """Entries with an own word take the lexicon's that is brought now."""
    for word_id, lemma in {(choice.word_id, choice.lemma) for choice in choices if not choice.own}:
        if word_id is not None and any(word.own for word in found.get(folded(lemma), ())):
            adopt(connection, owner_id, *where, word_id, lemma)


def _save_own(  # noqa: PLR0917 - what was brought, and what is known of it
    connection: Connection,
    owner_id: UUID,
    about: tuple[str, str, str],
    rows: Sequence[Incoming],
    choices: Sequence[_Choice],
    found: Mapping[UUID, FoundWord],
) -> dict[Key, UUID]:
    """The ids of the learner's own words, each with all translations that it had and that were brought."""
    language, native, source = about
    words: dict[Key, tuple[list[str], Incoming, str | None]] = {}
    for row, choice in zip(rows, choices, strict=True):
        if choice.own:
            known = None if choice.word_id is None else found.get(choice.word_id)
            first = list(known.translations.get(native, [])) if known else []
            translations, *_ = words.setdefault(choice.key, (first, row, choice.article))
            if row.translation and row.translation not in translations:
                translations.append(row.translation)
    values = [_word(key, native, *words[key]) for key in sorted(words)]
    if not values:
        return {}
    columns = [list(column) for column in zip(*values, strict=True)]
    saved = connection.execute(SAVE_WORDS, (owner_id, language, source, *columns))
    return {(row["lemma"], row["pos"], row["sense"]): row["id"] for row in saved}


def _word(key: Key, native: str, translations: list[str], row: Incoming, article: str | None) -> tuple[Any, ...]:
    lemma, pos, sense = key
    examples = [Example(text=row.example, source="own")] if row.example else []
    known = {native: translations} if translations else {}
    return uuid7(), lemma, pos, sense, article, folded(lemma), row.reading, document(known), document(examples)


def _save_entries(  # noqa: PLR0917 - three columns of one table, and whose it is
    connection: Connection,
    owner_id: UUID,
    pair_id: UUID,
    brought: tuple[Sequence[Incoming], Sequence[UUID]],
    choices: Sequence[_Choice],
    words: Sequence[UUID | None],
) -> dict[Any, UUID]:
    """The entries of all words by their key, but for those that somebody deleted in this very moment."""
    values = [
        (entry_id, word, choice.lemma, choice.pos, "new" if word else "pending_sense", _note(row, choice))
        for row, entry_id, choice, word in zip(*brought, choices, words, strict=True)
    ]
    columns = [list(column) for column in zip(*values, strict=True)] or [[]] * 6
    connection.execute(SAVE_ENTRIES, (owner_id, pair_id, *columns))
    pending = [choice.lemma for choice, word in zip(choices, words, strict=True) if word is None]
    entries = connection.execute(FOUND_ENTRIES, (pair_id, owner_id, [word for word in words if word], pending))
    return {row["word_id"] or (row["lemma"], row["pos"]): row["id"] for row in entries}


def _note(row: Incoming, choice: _Choice) -> str:
    """The learner's note; a translation that differs from the lexicon's is kept in it."""
    return "\n".join(part for part in (row.translation if choice.differs else None, row.note) if part)


def _key(choice: _Choice, word: UUID | None) -> UUID | tuple[str, str]:
    """What an entry is known by: its word, or lemma and part of speech where the meaning is not chosen."""
    return word or (choice.lemma, choice.pos)


def _ids(rows: Sequence[Incoming]) -> Iterator[list[UUID]]:
    """The ids that new entries get: those of the rows, and then others, lest an entry has one of them already."""
    yield [row.id for row in rows]
    for _ in range(MORE_TRIES):
        yield [uuid7() for _ in rows]


def _answers(
    ids: Sequence[tuple[UUID, ...]],
    choices: Sequence[_Choice],
    words: Sequence[UUID | None],
    entries: dict[Any, UUID],
) -> list[TakenIn]:
    answers = []
    for tried, choice, word in zip(ids, choices, words, strict=True):
        entry = entries[_key(choice, word)]
        answers.append(TakenIn(entry, _outcome(choice, new=entry in tried, pending=word is None)))
    return answers


def _outcome(choice: _Choice, *, new: bool, pending: bool) -> Outcome:
    if pending:
        return "pending_sense" if new else "duplicate"
    if new:
        return "new"
    if choice.differs:
        return "conflicting"
    return "updated" if choice.own else "duplicate"
