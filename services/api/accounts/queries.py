"""Reads accounts and keys, and who has a key or is signed in."""

from uuid import UUID

import msgspec

from services.api.accounts.schemas import AccountView, KeyView
from services.api.auth import Caller, Plan, Scope, SignIn
from services.api.database import Database, Row
from services.api.paging import Cursor, Page

_PLAN = "plan.name AS plan_name, plan.requests_per_minute, plan.orders_per_minute, plan.batch_items, plan.storage_bytes"
_ACCOUNT = f"""
SELECT account.id, account.email, account.name, account.native_language, account.role, account.created_at,
       account.password_hash, {_PLAN}
FROM accounts AS account JOIN plans AS plan ON plan.name = account.plan
"""  # noqa: S608 - the columns are ours
BY_ID = f"{_ACCOUNT} WHERE account.id = $1"
BY_EMAIL = f"{_ACCOUNT} WHERE account.email_key = $1 AND account.disabled_at IS NULL"

# The look-up that happens every few seconds anyway notes the use of the key. A row that somebody holds is left alone.
KEY = f"""
WITH used AS (
  UPDATE api_keys SET last_used_at = clock_timestamp()
  WHERE id IN (
    SELECT id FROM api_keys
    WHERE key_hash = $1 AND revoked_at IS NULL
      AND (last_used_at IS NULL OR last_used_at < clock_timestamp() - interval '1 minute')
    FOR NO KEY UPDATE SKIP LOCKED
  )
)
SELECT key.id AS key_id, key.owner_id, key.scopes, account.role, {_PLAN}
FROM api_keys AS key
JOIN accounts AS account ON account.id = key.owner_id
JOIN plans AS plan ON plan.name = account.plan
WHERE key.key_hash = $1 AND key.revoked_at IS NULL AND account.disabled_at IS NULL
"""  # noqa: S608 - the columns are ours
SESSION = f"""
SELECT session.id AS session_id, session.account_id AS owner_id, account.role, {_PLAN}
FROM sessions AS session
JOIN accounts AS account ON account.id = session.account_id
JOIN plans AS plan ON plan.name = account.plan
WHERE session.id = $1 AND session.account_id = $2
  AND session.revoked_at IS NULL AND session.expires_at > clock_timestamp() AND account.disabled_at IS NULL
"""  # noqa: S608 - the columns are ours
KEYS = """
SELECT id, name, prefix, scopes, created_at, last_used_at FROM api_keys
WHERE owner_id = $1 AND revoked_at IS NULL AND ($2::uuid IS NULL OR id < $2)
ORDER BY id DESC LIMIT $3
"""


class AccountRow(msgspec.Struct, frozen=True):
    """An account and the hash of its password; a service has none."""

    view: AccountView
    password_hash: str | None


class StoredCallers:
    """The rows of `api_keys` and `sessions`, as far as they let somebody in."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, key_hash: bytes) -> Caller | None:
        """The caller of the key with this SHA-256, unless it is unknown or revoked, or the account disabled."""
        row = await self._database.row(KEY, key_hash)
        if row is None:
            return None
        scopes = frozenset(row["scopes"])
        return Caller(owner_id=row["owner_id"], key_id=row["key_id"], role=row["role"], plan=_plan(row), scopes=scopes)

    async def signed_in(self, sign_in: SignIn) -> Caller | None:
        """The caller of this session of this account, unless it has ended or was revoked, or the account disabled."""
        row = await self._database.row(SESSION, sign_in.session_id, sign_in.account_id)
        if row is None:
            return None
        scopes = frozenset[Scope](("read", "write", "admin") if row["role"] == "admin" else ("read", "write"))
        return Caller(
            owner_id=row["owner_id"], session_id=row["session_id"], role=row["role"], plan=_plan(row), scopes=scopes
        )


async def account_by_id(database: Database, account_id: UUID) -> AccountRow | None:
    """The account; null if it is gone."""
    return _account(await database.row(BY_ID, account_id))


async def account_by_email(database: Database, email_key: str) -> AccountRow | None:
    """The account that may sign in with this address; null if there is none or it is disabled."""
    return _account(await database.row(BY_EMAIL, email_key))


async def keys_of(database: Database, owner_id: UUID, at: Cursor) -> Page[KeyView]:
    """A page of the account's keys that are not revoked, newest first."""
    rows = await database.rows(KEYS, owner_id, at.last, at.limit)
    keys = [KeyView(**dict(row.items())) for row in rows]
    return at.page(keys, [key.id for key in keys])


def _account(row: Row | None) -> AccountRow | None:
    if row is None:
        return None
    view = AccountView(
        id=row["id"],
        email=row["email"],
        name=row["name"],
        native_language=row["native_language"],
        role=row["role"],
        plan=_plan(row),
        created_at=row["created_at"],
    )
    return AccountRow(view, row["password_hash"])


def _plan(row: Row) -> Plan:
    return Plan(
        row["plan_name"], row["requests_per_minute"], row["orders_per_minute"], row["batch_items"], row["storage_bytes"]
    )
