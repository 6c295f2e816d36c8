"""Taking in many words at once: a learner's list or deck becomes entries of the bank, with a few statements a batch.

As in `bank.py` nothing is guessed: of several meanings one is taken only if it has the translation that was brought.
"""

import re
from collections.abc import Sequence
from typing import Any, Literal
from uuid import UUID

import msgspec

from shared.db.session import Connection
from shared.jobs.ids import uuid7
from shared.learning.bank import PAIR, PairNotFoundError
from shared.lexicon.model import Example, FoundWord, document, folded

Outcome = Literal["new", "updated", "duplicate", "conflicting", "pending_sense"]
"""`conflicting`: the bank has the word with another meaning, which was kept."""

FIND = (
    "SELECT id, lemma, pos, sense, translations, owner_id IS NOT NULL AS own, folded, article FROM words"
    " WHERE hidden_at IS NULL AND (owner_id IS NULL OR owner_id = $1) AND language = $2 AND folded = ANY($3::text[])"
    " ORDER BY owner_id NULLS LAST, zipf DESC NULLS LAST, id"
)
SAVE_WORDS = (
    "INSERT INTO words (id, owner_id, language, lemma, pos, folded, reading, translations, examples, source)"
    " SELECT word.id, $1, $2, word.lemma, word.pos, word.folded, word.reading, word.translations, word.examples, $3"
    " FROM unnest($4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::jsonb[], $10::jsonb[])"
    " AS word(id, lemma, pos, folded, reading, translations, examples)"
    " ON CONFLICT (owner_id, language, lemma, pos, sense) DO UPDATE SET"
    " translations = words.translations || excluded.translations,"
    " reading = coalesce(excluded.reading, words.reading),"
    " examples = CASE WHEN excluded.examples = '[]' THEN words.examples ELSE excluded.examples END,"
    " updated_at = clock_timestamp() RETURNING id, lemma, pos"
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
_ARTICLES = re.compile(r"^(?:the|an?|to|der|die|das|le|la|les|l'|el|los|las|il|lo|o|os|as)\s+")
_MEANINGS = re.compile(r"[,;/]")
_AFTER_ARTICLE = re.compile(r"(?:\S+\s+|\S+?['\u2019])(.+)")


class Incoming(msgspec.Struct, frozen=True, kw_only=True):
    """One word that a learner brings."""

    id: UUID
    """Of the entry that it becomes: stable, so that the same row taken in again is known."""
    lemma: str
    pos: str | None = None
    translation: str | None = None
    reading: str | None = None
    example: str | None = None
    note: str = ""


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
    """
    language, native = languages_of(connection, owner_id, pair_id)
    found = _found(connection, owner_id, language, rows)
    chosen = [_choice(row, found.get(folded(row.lemma), []), native) for row in rows]
    choices = _spelt_alike(_known(connection, owner_id, pair_id, chosen))
    own = _save_own(connection, owner_id, (language, native, source), rows, choices, found)
    words = [own.get((choice.lemma, choice.pos)) if choice.own else choice.word_id for choice in choices]
    entries = _save_entries(connection, owner_id, pair_id, rows, choices, words)
    return _answers(rows, choices, words, entries)


def _found(
    connection: Connection, owner_id: UUID, language: str, rows: Sequence[Incoming]
) -> dict[str, list[FoundWord]]:
    """The words that each lemma may be, by the folded lemma."""
    by_lemma: dict[str, list[FoundWord]] = {}
    for word in connection.execute(FIND, (owner_id, language, _spellings(rows))):
        article, lemma = word.pop("article"), word.pop("folded")
        found = msgspec.convert(word, FoundWord)
        by_lemma.setdefault(lemma, []).append(found)
        if article:
            joint = "" if article.endswith(("'", "\u2019")) else " "
            by_lemma.setdefault(folded(f"{article}{joint}{lemma}"), []).append(found)
    return by_lemma


def _spellings(rows: Sequence[Incoming]) -> list[str]:
    """What to look up, folded: the lemmas, and what is left without a first word, which may be the article."""
    lemmas = [folded(row.lemma) for row in rows]
    return lemmas + [match[1] for match in map(_AFTER_ARTICLE.fullmatch, lemmas) if match]


def _choice(row: Incoming, candidates: list[FoundWord], native: str) -> _Choice:
    fitting = [word for word in candidates if row.pos in {None, word.pos}]
    brought = meanings(row.translation or "")
    if brought:
        same = [word for word in fitting if brought & meanings(*word.translations.get(native, []))]
        if same:
            return _Choice(same[0].id, same[0].lemma, same[0].pos)
        if len(fitting) == 1 and not fitting[0].own:
            return _Choice(fitting[0].id, fitting[0].lemma, fitting[0].pos, differs=True)
    elif len(fitting) == 1:
        return _Choice(fitting[0].id, fitting[0].lemma, fitting[0].pos)
    elif fitting:
        return _Choice(None, fitting[0].lemma, row.pos or "X", candidates=tuple(word.id for word in fitting))
    own = next((word for word in fitting if word.own and word.sense == ""), None)
    if own is None:
        return _Choice(None, row.lemma, row.pos or "X", own=True)
    return _Choice(own.id, own.lemma, own.pos, own=True)


def _known(connection: Connection, owner_id: UUID, pair_id: UUID, choices: Sequence[_Choice]) -> list[_Choice]:
    """What a lemma with several meanings is to this learner already is what is meant: nobody asks again."""
    candidates = [word for choice in choices for word in choice.candidates]
    bank = {row["word_id"] for row in connection.execute(FOUND_ENTRIES, (pair_id, owner_id, candidates, []))}
    learnt = [next((word for word in choice.candidates if word in bank), choice.word_id) for choice in choices]
    return [msgspec.structs.replace(choice, word_id=word) for choice, word in zip(choices, learnt, strict=True)]


def _spelt_alike(choices: Sequence[_Choice]) -> list[_Choice]:
    """A new word that comes twice, once in other letters (`Hund`, `hund`), is one word."""
    first: dict[tuple[str, str], str] = {}
    return [
        msgspec.structs.replace(choice, lemma=first.setdefault((folded(choice.lemma), choice.pos), choice.lemma))
        if choice.own
        else choice
        for choice in choices
    ]


def meanings(*translations: str) -> set[str]:
    """What translations say, without articles, case and what stands between: "the house, home" is house and home."""
    parts = (part for text in translations for part in _MEANINGS.split(text))
    return {_ARTICLES.sub("", folded(part)).strip() for part in parts} - {""}


def _save_own(  # noqa: PLR0917 - what was brought, and what is known of it
    connection: Connection,
    owner_id: UUID,
    about: tuple[str, str, str],
    rows: Sequence[Incoming],
    choices: Sequence[_Choice],
    found: dict[str, list[FoundWord]],
) -> dict[tuple[str, str], UUID]:
    """The ids of the learner's own words, each with all translations that it had and that were brought."""
    language, native, source = about
    words: dict[tuple[str, str], tuple[list[str], Incoming]] = {}
    for row, choice in zip(rows, choices, strict=True):
        if choice.own:
            known = next((word for word in found.get(folded(row.lemma), []) if word.id == choice.word_id), None)
            first = list(known.translations.get(native, [])) if known else []
            translations, _ = words.setdefault((choice.lemma, choice.pos), (first, row))
            if row.translation and row.translation not in translations:
                translations.append(row.translation)
    values = [_word(lemma, pos, native, *words[lemma, pos]) for lemma, pos in sorted(words)]
    if not values:
        return {}
    columns = [list(column) for column in zip(*values, strict=True)]
    saved = connection.execute(SAVE_WORDS, (owner_id, language, source, *columns))
    return {(row["lemma"], row["pos"]): row["id"] for row in saved}


def _word(lemma: str, pos: str, native: str, translations: list[str], row: Incoming) -> tuple[Any, ...]:
    examples = [Example(text=row.example, source="own")] if row.example else []
    known = {native: translations} if translations else {}
    return uuid7(), lemma, pos, folded(lemma), row.reading, document(known), document(examples)


def _save_entries(  # noqa: PLR0917 - three columns of one table, and whose it is
    connection: Connection,
    owner_id: UUID,
    pair_id: UUID,
    rows: Sequence[Incoming],
    choices: Sequence[_Choice],
    words: Sequence[UUID | None],
) -> dict[Any, UUID]:
    """The entries of all words, by word, or by lemma and part of speech where the meaning is not chosen."""
    values = [
        (row.id, word, choice.lemma, choice.pos, "new" if word else "pending_sense", _note(row, choice))
        for row, choice, word in zip(rows, choices, words, strict=True)
    ]
    columns = [list(column) for column in zip(*values, strict=True)] or [[]] * 6
    connection.execute(SAVE_ENTRIES, (owner_id, pair_id, *columns))
    pending = [choice.lemma for choice, word in zip(choices, words, strict=True) if word is None]
    entries = connection.execute(FOUND_ENTRIES, (pair_id, owner_id, [word for word in words if word], pending))
    return {row["word_id"] or (row["lemma"], row["pos"]): row["id"] for row in entries}


def _note(row: Incoming, choice: _Choice) -> str:
    """The learner's note; a translation that differs from the lexicon's is kept in it."""
    return "\n".join(part for part in (row.translation if choice.differs else None, row.note) if part)


def _answers(
    rows: Sequence[Incoming], choices: Sequence[_Choice], words: Sequence[UUID | None], entries: dict[Any, UUID]
) -> list[TakenIn]:
    answers = []
    for row, choice, word in zip(rows, choices, words, strict=True):
        entry = entries[word or (choice.lemma, choice.pos)]
        answers.append(TakenIn(entry, _outcome(choice, new=entry == row.id, pending=word is None)))
    return answers


def _outcome(choice: _Choice, *, new: bool, pending: bool) -> Outcome:
    if pending:
        return "pending_sense" if new else "duplicate"
    if new:
        return "new"
    if choice.differs:
        return "conflicting"
    return "updated" if choice.own else "duplicate"
