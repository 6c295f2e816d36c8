"""Which language pair a request is about: the one it names, or the learner's active one."""

from http import HTTPStatus
from uuid import UUID

import msgspec

from services.api.database import Database
from services.api.problems import ApiError, not_found

NAMED = "SELECT id, language, native_language FROM language_pairs WHERE owner_id = $1 AND id = $2"
ACTIVE = "SELECT id, language, native_language FROM language_pairs WHERE owner_id = $1 AND active"


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """What a learner learns from which language."""

    id: UUID
    language: str
    native_language: str


async def pair_of(database: Database, owner_id: UUID, pair_id: UUID | None) -> Pair:
    """The learner's pair with this id, or the active one if null.

    Raises:
        ApiError: 404, no such pair of this learner; 409, none is active.
    """
    if pair_id is None:
        row = await database.row(ACTIVE, owner_id)
        if row is None:
            detail = "There is no active language pair: add one first."
            raise ApiError(HTTPStatus.CONFLICT, "no_active_pair", detail)
    else:
        row = await database.row(NAMED, owner_id, pair_id)
        if row is None:
            raise not_found("pair")
    return Pair(id=row["id"], language=row["language"], native_language=row["native_language"])
