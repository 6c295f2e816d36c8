"""Reads language pairs of their learner."""

from http import HTTPStatus
from uuid import UUID

from services.api.conditions import Conditions, go_on
from services.api.database import Database, Row
from services.api.paging import Cursor
from services.api.pairs import Pair, pair_of
from services.api.problems import ApiError, FieldError, input_invalid, not_found
from services.api.vocab.schemas import PairView

PAIR = "language pair"
"""What a client is told that there is none of."""
PAIRS = """
SELECT id, language, native_language, active, created_at FROM language_pairs
WHERE {where} ORDER BY created_at DESC, id LIMIT {limit}
"""
# Of a language: the active one, else the oldest.
OF_LANGUAGE = """
SELECT id FROM language_pairs WHERE owner_id = $1 AND language = $2 ORDER BY active DESC, created_at, id LIMIT 1
"""


async def pairs_at(database: Database, owner_id: UUID, at: Cursor) -> list[PairView]:
    """A page of the learner's pairs, newest first."""
    conditions = _of_owner(owner_id)
    go_on(conditions, at, "language_pairs")
    return await _pairs(database, conditions, at.limit)


async def pair_at(database: Database, owner_id: UUID, pair_id: UUID) -> PairView:
    """The learner's pair.

    Raises:
        ApiError: 404, no such pair of this learner.
    """
    conditions = _of_owner(owner_id)
    conditions.add("id = {}", pair_id)
    pairs = await _pairs(database, conditions, 1)
    if not pairs:
        raise not_found(PAIR)
    return pairs[0]


async def pair_for(database: Database, owner_id: UUID, language: str, pair_id: UUID | None) -> Pair:
    """The pair of this id if it is of the language; without an id the learner's pair of the language.

    Raises:
        ApiError: 404, no such pair of this learner; 400, it is of another language; 409, there is none of this one.
    """
    if pair_id is None:
        row = await database.row(OF_LANGUAGE, owner_id, language)
        if row is None:
            detail = f"You have no language pair of {language}: add one first."
            raise ApiError(HTTPStatus.CONFLICT, "no_pair_of_language", detail)
        pair_id = row["id"]
    pair = await pair_of(database, owner_id, pair_id)
    if pair.language != language:
        raise input_invalid([FieldError("pair_id", f"is of {pair.language}, the article of {language}")])
    return pair


def _of_owner(owner_id: UUID) -> Conditions:
    conditions = Conditions()
    conditions.add("owner_id = {}", owner_id)
    return conditions


async def _pairs(database: Database, conditions: Conditions, limit: int) -> list[PairView]:
    sql = PAIRS.format(where=conditions.where, limit=conditions.place(limit))
    return [_view(row) for row in await database.rows(sql, *conditions.values)]


def _view(row: Row) -> PairView:
    return PairView(**dict(row.items()))
