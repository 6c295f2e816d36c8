"""What people do to their API keys: make and revoke them."""

from http import HTTPStatus
from uuid import UUID

from services.api.accounts.credentials import fresh_key
from services.api.accounts.schemas import KeyOrder, NewKeyView
from services.api.auth import secret_hash
from services.api.database import Database
from services.api.problems import ApiError, not_found

MOST_KEYS = 50
"""Of one account. Requests at the same moment can make a few more, as many as the pool has connections."""
NEW_KEY = """
INSERT INTO api_keys (id, owner_id, name, key_hash, prefix, scopes)
SELECT $1, $2, $3, $4, $5, $6
WHERE (SELECT count(*) FROM api_keys WHERE owner_id = $2 AND revoked_at IS NULL) < $7
RETURNING created_at
"""
REVOKE_KEY = """
UPDATE api_keys SET revoked_at = clock_timestamp()
WHERE id = $1 AND owner_id = $2 AND revoked_at IS NULL RETURNING id
"""


async def create_key(database: Database, owner_id: UUID, order: KeyOrder) -> NewKeyView:
    """Make a key; only its hash is stored.

    Raises:
        ApiError: 409, the account has too many.
    """
    fresh, scopes = fresh_key(), list(dict.fromkeys(order.scopes))
    name = order.name.strip()
    row = await database.row(NEW_KEY, fresh.id, owner_id, name, secret_hash(fresh.key), fresh.prefix, scopes, MOST_KEYS)
    if row is None:
        detail = f"An account has at most {MOST_KEYS} keys: revoke one that is not used."
        raise ApiError(HTTPStatus.CONFLICT, "too_many_keys", detail)
    return NewKeyView(
        id=fresh.id,
        key=fresh.key,
        name=name,
        prefix=fresh.prefix,
        scopes=scopes,
        created_at=row["created_at"],
        last_used_at=None,
    )


async def revoke_key(database: Database, owner_id: UUID, key_id: UUID) -> None:
    """End a key of the owner's.

    Raises:
        ApiError: 404, no such key of this owner.
    """
    if await database.row(REVOKE_KEY, key_id, owner_id) is None:
        raise not_found("key")
