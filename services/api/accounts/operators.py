"""What an operator does to accounts and keys from a shell, without the API: psycopg, one transaction a command."""

from uuid import UUID

import msgspec

from services.api.accounts.credentials import fresh_key
from services.api.auth import Role, Scope, secret_hash
from shared.db.session import Connection
from shared.jobs.ids import uuid7

SCOPES: tuple[Scope, ...] = ("read", "write")
SERVICE = "INSERT INTO accounts (id, name, plan) VALUES ($1, $2, 'premium') ON CONFLICT (id) DO NOTHING"
PROMOTE = "UPDATE accounts SET role = 'admin', updated_at = clock_timestamp() WHERE id = $1"
KEY = "INSERT INTO api_keys (id, owner_id, name, key_hash, prefix, scopes) VALUES ($1, $2, $3, $4, $5, $6)"
REVOKE = """
UPDATE api_keys SET revoked_at = clock_timestamp()
WHERE (id::text = $1 OR prefix = $1) AND revoked_at IS NULL RETURNING id, name, prefix
"""
CHANGE = """
UPDATE accounts
SET role = coalesce($2, role), plan = coalesce($3, plan), updated_at = clock_timestamp(),
    disabled_at = CASE WHEN $4::boolean IS NULL THEN disabled_at
                       WHEN $4 THEN coalesce(disabled_at, clock_timestamp()) END
WHERE email_key = $1 RETURNING id, email, role, plan, disabled_at IS NOT NULL AS disabled
"""


class NewKey(msgspec.Struct, frozen=True):
    """A key at the only moment at which it can be read."""

    id: UUID
    owner_id: UUID
    key: str


class RevokedKey(msgspec.Struct, frozen=True):
    """A key that nobody gets in with any more."""

    id: UUID
    name: str
    prefix: str


class ChangedAccount(msgspec.Struct, frozen=True):
    """An account as it is now."""

    id: UUID
    email: str
    role: Role
    plan: str
    disabled: bool


def create_key(connection: Connection, name: str, owner_id: UUID | None = None, *, admin: bool = False) -> NewKey:
    """Make a key for an account, or for a new one without e-mail: a service's. Only the key's hash is stored.

    Args:
        connection: In autocommit.
        name: What the key is for; a new account is named so too.
        owner_id: The account; a new one without it.
        admin: Whether the account becomes an admin's, and the key may do all that admins may.
    """
    fresh, owner = fresh_key(), owner_id or uuid7()
    scopes: list[Scope] = [*SCOPES, "admin"] if admin else list(SCOPES)
    with connection.transaction():
        connection.execute(SERVICE, (owner, name))
        if admin:
            connection.execute(PROMOTE, (owner,))
        connection.execute(KEY, (fresh.id, owner, name, secret_hash(fresh.key), fresh.prefix, scopes))
    return NewKey(fresh.id, owner, fresh.key)


def revoke_keys(connection: Connection, id_or_prefix: str) -> list[RevokedKey]:
    """Revoke the key with this id, or all that begin with this whole prefix as lists show it."""
    return msgspec.convert(connection.execute(REVOKE, (id_or_prefix,)).fetchall(), list[RevokedKey])


def change_account(
    connection: Connection,
    email_key: str,
    *,
    role: Role | None = None,
    plan: str | None = None,
    disabled: bool | None = None,
) -> ChangedAccount | None:
    """Change what is not null of the account with this address; null if there is none.

    Raises:
        psycopg.errors.ForeignKeyViolation: There is no such plan.
    """
    row = connection.execute(CHANGE, (email_key, role, plan, disabled)).fetchone()
    return None if row is None else msgspec.convert(row, ChangedAccount)
