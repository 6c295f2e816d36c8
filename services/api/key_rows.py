"""API keys in Postgres: looked up by the API, made by the command `python -m services.api.keys`."""

import secrets
from uuid import UUID

import msgspec

from services.api.auth import KEY_PREFIX, Caller, Plan, key_hash
from services.api.database import Database
from shared.db.session import Connection
from shared.jobs.ids import uuid7

SHOWN = 8  # characters behind the prefix that lists may show, to tell keys apart
FIND = """
SELECT key.id, key.owner_id, key.scopes, account.role,
       plan.name, plan.requests_per_minute, plan.orders_per_minute, plan.batch_items
FROM api_keys AS key
JOIN accounts AS account ON account.id = key.owner_id
JOIN plans AS plan ON plan.name = account.plan
WHERE key.key_hash = $1 AND key.revoked_at IS NULL AND account.disabled_at IS NULL
"""
OWNER = "INSERT INTO accounts (id, name, plan) VALUES ($1, $2, 'premium') ON CONFLICT (id) DO NOTHING"
INSERT = "INSERT INTO api_keys (id, owner_id, name, key_hash, prefix) VALUES ($1, $2, $3, $4, $5)"


class StoredKeys:
    """The rows of `api_keys`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, key_hash: bytes) -> Caller | None:
        """The caller of the key with this SHA-256, unless it is unknown or revoked."""
        row = await self._database.row(FIND, key_hash)
        if row is None:
            return None
        plan = Plan(row["name"], row["requests_per_minute"], row["orders_per_minute"], row["batch_items"])
        scopes = frozenset(row["scopes"])
        return Caller(owner_id=row["owner_id"], key_id=row["id"], role=row["role"], plan=plan, scopes=scopes)


class NewKey(msgspec.Struct, frozen=True):
    """A key at the only moment at which it can be read."""

    id: UUID
    owner_id: UUID
    key: str


def create_key(connection: Connection, name: str, owner_id: UUID | None = None) -> NewKey:
    """Make a key for an owner, or for a new one; only its hash is stored."""
    new = NewKey(id=uuid7(), owner_id=owner_id or uuid7(), key=KEY_PREFIX + secrets.token_urlsafe(32))
    prefix = new.key[: len(KEY_PREFIX) + SHOWN]
    connection.execute(OWNER, (new.owner_id, name))
    connection.execute(INSERT, (new.id, new.owner_id, name, key_hash(new.key), prefix))
    return new
