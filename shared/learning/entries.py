"""Changing what is in a learner's bank: the meaning of a word, how far it is learnt, what the learner notes."""

from typing import Any, Literal
from uuid import UUID

import msgspec
from psycopg import errors as pg

from shared.db.session import Connection
from shared.learning.adoption import exchange, own_word_of
from shared.learning.bank import WordNotFoundError
from shared.learning.own_words import drop_unused, translate
from shared.lexicon.lookup import fitting, look_up
from shared.lexicon.model import FoundWord, folded

Settable = Literal["new", "learning", "known", "ignored", "suspended"]
"""Statuses that a learner may set. `pending_sense` is left by choosing a meaning, and never entered again."""
RESTING = frozenset({"known", "ignored", "suspended"})
"""While an entry is one of these, its cards are not asked."""
Rule = Literal["sense_pending", "sense_chosen", "word_in_bank", "word_shared"]

ENTRY = (
    "SELECT entry.id, entry.word_id, entry.lemma, entry.pos, entry.status, pair.language, pair.native_language"
    " FROM word_bank AS entry JOIN language_pairs AS pair ON pair.id = entry.pair_id"
    " WHERE entry.id = $1 AND entry.owner_id = $2 FOR NO KEY UPDATE OF entry"
)
CHOOSE = (
    "UPDATE word_bank SET word_id = $2, lemma = $3, pos = $4, status = 'new', updated_at = clock_timestamp()"
    " WHERE id = $1"
)
NOTE = "UPDATE word_bank SET note = $2, updated_at = clock_timestamp() WHERE id = $1"
STATUS = "UPDATE word_bank SET status = $2, updated_at = clock_timestamp() WHERE id = $1"
# A leech stays one: it was not the learner who asked for that.
REST = "UPDATE cards SET suspended = 'asked' WHERE entry_id = $1 AND owner_id = $2 AND suspended IS NULL"
WAKE = "UPDATE cards SET suspended = NULL WHERE entry_id = $1 AND owner_id = $2 AND suspended = 'asked'"
REMOVE = "DELETE FROM word_bank WHERE id = $1 AND owner_id = $2 RETURNING word_id"


class EntryNotFoundError(LookupError):
    """There is no such entry of this learner."""


class EntryRuleError(Exception):
    """The entry is not such that this can be done.

    Args:
        rule: Stable, for programs.
        message: For people.
    """

    def __init__(self, rule: Rule, message: str) -> None:
        super().__init__(message)
        self.rule = rule


class EntryChange(msgspec.Struct, frozen=True, kw_only=True):
    """What to change; null stays."""

    note: str | None = None
    translation: str | None = None
    """Of a word of the learner's own, in the pair's native language."""
    word_id: UUID | None = None
    """The meaning, of an entry that waits for one; or the lexicon's word in the place of one of the learner's own."""
    status: Settable | None = None


def change_entry(connection: Connection, owner_id: UUID, entry_id: UUID, change: EntryChange) -> None:
    """Change an entry, the meaning first. Call it in a transaction, which must not be committed after an error.

    Raises:
        EntryNotFoundError: No such entry of this learner.
        WordNotFoundError: The chosen word is no meaning of the entry's lemma.
        EntryRuleError: The entry waits for a meaning, or has one that stays; or the word is not the learner's own.
    """
    entry = connection.execute(ENTRY, (entry_id, owner_id)).fetchone()
    if entry is None:
        raise EntryNotFoundError(entry_id)
    if change.word_id is not None:
        _choose(connection, owner_id, entry, change.word_id)
    word_id = change.word_id or entry["word_id"]
    if change.translation is not None:
        _translate(connection, owner_id, entry, word_id, change.translation)
    if change.status is not None:
        _require_meaning(word_id)
        _set_status(connection, owner_id, entry, change.status)
    if change.note is not None:
        connection.execute(NOTE, (entry_id, change.note))


def remove_entry(connection: Connection, owner_id: UUID, entry_id: UUID) -> None:
    """Delete an entry with its cards and reviews, and its word if that is the learner's own and used nowhere else.

    Raises:
        EntryNotFoundError: No such entry of this learner.
    """
    row = connection.execute(REMOVE, (entry_id, owner_id)).fetchone()
    if row is None:
        raise EntryNotFoundError(entry_id)
    if row["word_id"] is not None:
        drop_unused(connection, owner_id, [row["word_id"]])


def _choose(connection: Connection, owner_id: UUID, entry: dict[str, Any], word_id: UUID) -> None:
    if entry["word_id"] == word_id:
        return
    own = own_word_of(connection, owner_id, entry["id"])
    if own is None and entry["word_id"] is not None:
        raise EntryRuleError("sense_chosen", "This entry has its meaning: add the other one as an entry of its own.")
    word = _meaning(connection, owner_id if own is None else None, entry, word_id)
    if word is None:
        raise WordNotFoundError(word_id)
    try:
        if own is None:
            connection.execute(CHOOSE, (entry["id"], word_id, word.lemma, word.pos))
        else:
            exchange(connection, owner_id, own, word)
    except pg.UniqueViolation as error:
        message = "The bank has this meaning already: delete the entry that waits."
        raise EntryRuleError("word_in_bank", message) from error


def _meaning(connection: Connection, owner_id: UUID | None, entry: dict[str, Any], word_id: UUID) -> FoundWord | None:
    """The word, if it is a meaning of the entry's lemma as the entry's part of speech, of this owner or everybody's."""
    found = look_up(connection, owner_id, entry["language"], [entry["lemma"]]).get(folded(entry["lemma"]), ())
    return next((word for word in fitting(found, entry["pos"]) if word.id == word_id), None)


def _translate(
    connection: Connection, owner_id: UUID, entry: dict[str, Any], word_id: UUID | None, translation: str
) -> None:
    if not translate(connection, owner_id, _require_meaning(word_id), entry["native_language"], translation):
        message = "This word is everybody's: only words of your own can be translated by you. Take a note instead."
        raise EntryRuleError("word_shared", message)


def _require_meaning(word_id: UUID | None) -> UUID:
    if word_id is None:
        raise EntryRuleError("sense_pending", "This entry waits for a meaning: choose one of its candidates first.")
    return word_id


def _set_status(connection: Connection, owner_id: UUID, entry: dict[str, Any], status: Settable) -> None:
    connection.execute(STATUS, (entry["id"], status))
    if status in RESTING:
        connection.execute(REST, (entry["id"], owner_id))
    elif entry["status"] in RESTING:
        connection.execute(WAKE, (entry["id"], owner_id))
