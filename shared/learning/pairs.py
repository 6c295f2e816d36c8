"""Which languages somebody learns, and from which. Who learns any has exactly one active pair."""

from uuid import UUID

from shared.db.session import Connection
from shared.jobs.ids import uuid7
from shared.learning.model import Bank
from shared.learning.own_words import drop_unused

# Whoever deletes the pair waits until this transaction has ended.
PAIR = "SELECT language, native_language FROM language_pairs WHERE id = $1 AND owner_id = $2 FOR KEY SHARE"
# Pairs of one learner are changed one after the other, so that exactly one is active. Keys into the row stay possible.
LOCK = "SELECT FROM accounts WHERE id = $1 FOR NO KEY UPDATE"
ADD = (
    "INSERT INTO language_pairs (id, owner_id, language, native_language, active)"
    " SELECT $1, $2, $3, $4, NOT EXISTS (SELECT FROM language_pairs WHERE owner_id = $2 AND active)"
    " ON CONFLICT (owner_id, language, native_language) DO NOTHING RETURNING id"
)
REST = "UPDATE language_pairs SET active = false WHERE owner_id = $2 AND active AND id <> $1"
ACTIVATE = "UPDATE language_pairs SET active = true WHERE id = $1 AND owner_id = $2"
MEANT = "SELECT word_id FROM word_bank WHERE pair_id = $1 AND owner_id = $2 AND word_id IS NOT NULL"
REMOVE = "DELETE FROM language_pairs WHERE id = $1 AND owner_id = $2"
SUCCEED = (
    "UPDATE language_pairs SET active = true"
    " WHERE id = (SELECT id FROM language_pairs WHERE owner_id = $1 ORDER BY created_at, id LIMIT 1)"
    " AND NOT EXISTS (SELECT FROM language_pairs WHERE owner_id = $1 AND active)"
)


class PairNotFoundError(LookupError):
    """There is no such language pair of this learner."""


class PairExistsError(Exception):
    """The learner has this pair already."""


def bank_of(connection: Connection, owner_id: UUID, pair_id: UUID) -> Bank:
    """The pair's bank, which stays until the transaction has ended.

    Raises:
        PairNotFoundError: No such pair of this learner.
    """
    pair = connection.execute(PAIR, (pair_id, owner_id)).fetchone()
    if pair is None:
        raise PairNotFoundError(pair_id)
    return Bank(owner_id=owner_id, pair_id=pair_id, **pair)


def add_pair(connection: Connection, owner_id: UUID, language: str, native_language: str) -> UUID:
    """Begin a pair; the first becomes active. Call it in a transaction, as all functions here.

    Raises:
        PairExistsError: The learner has it.
    """
    connection.execute(LOCK, (owner_id,))
    row = connection.execute(ADD, (uuid7(), owner_id, language, native_language)).fetchone()
    if row is None:
        raise PairExistsError
    return UUID(str(row["id"]))


def activate_pair(connection: Connection, owner_id: UUID, pair_id: UUID) -> None:
    """Make a pair the active one.

    Raises:
        PairNotFoundError: No such pair of this learner; then the transaction must not be committed.
    """
    connection.execute(LOCK, (owner_id,))
    connection.execute(REST, (pair_id, owner_id))
    if connection.execute(ACTIVATE, (pair_id, owner_id)).rowcount == 0:
        raise PairNotFoundError(pair_id)


def remove_pair(connection: Connection, owner_id: UUID, pair_id: UUID) -> None:
    """Delete a pair with its bank, cards and reviews; if it was the active one, the oldest that is left becomes it.

    Raises:
        PairNotFoundError: No such pair of this learner.
    """
    connection.execute(LOCK, (owner_id,))
    words = [row["word_id"] for row in connection.execute(MEANT, (pair_id, owner_id))]
    if connection.execute(REMOVE, (pair_id, owner_id)).rowcount == 0:
        raise PairNotFoundError(pair_id)
    connection.execute(SUCCEED, (owner_id,))
    drop_unused(connection, owner_id, words)
