"""What learners do to their lists of words, each in a transaction of its own."""

from http import HTTPStatus
from uuid import UUID

from msgspec import UNSET
from psycopg import errors as pg

from services.api.problems import ApiError, FieldError, input_invalid, not_found
from services.api.vocabulary.list_schemas import ListChange, ListOrder
from shared.db.session import Connection
from shared.jobs.ids import uuid7

MOST_LISTS = 200
"""Of one learner. Requests at the same moment can make a few more."""
MOST_WORDS = 5000
"""Of one list."""
CREATE = """
INSERT INTO word_lists (id, owner_id, name, language, public)
SELECT $1, $2, $3, $4, $5 WHERE (SELECT count(*) FROM word_lists WHERE owner_id = $2) < $6
"""
CHANGE = """
UPDATE word_lists SET name = coalesce($3, name), public = coalesce($4, public), updated_at = clock_timestamp()
WHERE id = $1 AND owner_id = $2
"""
DELETE = "DELETE FROM word_lists WHERE id = $1 AND owner_id = $2"
# Whoever adds holds the list's row, so that it cannot outgrow its bound.
LOCK = "SELECT language FROM word_lists WHERE id = $1 AND owner_id = $2 FOR UPDATE"
FITTING = """
SELECT id FROM words
WHERE id = ANY($1::uuid[]) AND language = $2 AND hidden_at IS NULL AND (owner_id IS NULL OR owner_id = $3)
"""
ADD = """
INSERT INTO word_list_words (list_id, word_id)
SELECT $1, wanted.id FROM unnest($2::uuid[]) WITH ORDINALITY AS wanted(id, position) ORDER BY wanted.position
ON CONFLICT DO NOTHING
"""
SIZE = "SELECT count(*) AS words FROM word_list_words WHERE list_id = $1"
REMOVE = """
DELETE FROM word_list_words AS member USING word_lists AS list
WHERE member.list_id = $1 AND member.word_id = $3 AND list.id = member.list_id AND list.owner_id = $2
"""


def create(connection: Connection, owner_id: UUID, order: ListOrder) -> UUID:
    """Make a list; returns its id.

    Raises:
        ApiError: 409, the owner has one with this name in the language, or too many.
    """
    list_id = uuid7()
    values = (list_id, owner_id, order.name.strip(), order.language, order.public, MOST_LISTS)
    if _changed(connection, CREATE, values) == 0:
        detail = f"There are at most {MOST_LISTS} lists: delete one that is not used."
        raise ApiError(HTTPStatus.CONFLICT, "too_many_lists", detail)
    return list_id


def change(connection: Connection, owner_id: UUID, list_id: UUID, order: ListChange) -> None:
    """Call the owner's list something else, show it to everybody or to nobody.

    Raises:
        ApiError: 404, no such list of this owner; 409, another has this name.
    """
    name = order.name.strip() if isinstance(order.name, str) else None
    public = None if order.public is UNSET else order.public
    if _changed(connection, CHANGE, (list_id, owner_id, name, public)) == 0:
        raise not_found("list")


def delete(connection: Connection, owner_id: UUID, list_id: UUID) -> None:
    """Delete the owner's list; its words stay.

    Raises:
        ApiError: 404, no such list of this owner.
    """
    if connection.execute(DELETE, (list_id, owner_id)).rowcount == 0:
        raise not_found("list")


def add_words(connection: Connection, owner_id: UUID, list_id: UUID, words: list[UUID]) -> int:
    """Put words into the owner's list, all or none; returns how many were new to it.

    Raises:
        ApiError: 404, no such list of this owner; 400, naming words that are not of its language or not to be seen;
            409, there would be too many.
    """
    row = connection.execute(LOCK, (list_id, owner_id)).fetchone()
    if row is None:
        raise not_found("list")
    _require_fitting(connection, words, row["language"], owner_id)
    added = connection.execute(ADD, (list_id, words)).rowcount
    size = connection.execute(SIZE, (list_id,)).fetchone()
    if size is not None and size["words"] > MOST_WORDS:
        detail = f"A list has at most {MOST_WORDS} words."
        raise ApiError(HTTPStatus.CONFLICT, "list_full", detail)
    return added


def remove_word(connection: Connection, owner_id: UUID, list_id: UUID, word_id: UUID) -> None:
    """Take a word out of the owner's list.

    Raises:
        ApiError: 404, no such list of this owner, or the word is not in it.
    """
    if connection.execute(REMOVE, (list_id, owner_id, word_id)).rowcount == 0:
        raise not_found("word")


def _changed(connection: Connection, sql: str, values: tuple[object, ...]) -> int:
    try:
        return connection.execute(sql, values).rowcount
    except pg.UniqueViolation as error:
        detail = "You have a list with this name in this language."
        raise ApiError(HTTPStatus.CONFLICT, "list_name_taken", detail) from error


def _require_fitting(connection: Connection, words: list[UUID], language: str, owner_id: UUID) -> None:
    fitting = {row["id"] for row in connection.execute(FITTING, (words, language, owner_id))}
    errors = [
        FieldError(f"word_ids[{index}]", "is no word of the list's language")
        for index, word in enumerate(words)
        if word not in fitting
    ]
    if errors:
        raise input_invalid(errors)
