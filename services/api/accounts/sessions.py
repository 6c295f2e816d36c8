"""Sessions and their refresh tokens: opened, carried on, ended.

A session is a sign-in and the family of refresh tokens that follow from it. Each token is good once; one that comes
again was stolen, or its thief was faster, so the whole session ends (RFC 9700, section 4.14.2).
"""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec
import structlog

from services.api.accounts.credentials import fresh_refresh_token
from services.api.auth import Role, SignIn, secret_hash
from services.api.database import Database
from shared.jobs.ids import uuid7

IDLE = timedelta(days=30)
"""How long a session lives without being used."""
AT_MOST = timedelta(days=90)
"""How long it lives at all."""
LEEWAY = timedelta(seconds=10)
"""How long after its use a token may come again without harm: the client lost the reply, or raced with itself."""
SWEPT = 20  # dead sessions that a new one takes along

# Waits for a change of the password under way, and then opens nothing. Ids grow with time (UUIDv7), so the key's index
# finds the sessions that have outlived AT_MOST; their tokens go with them.
OPEN = """
WITH swept AS (
  DELETE FROM sessions WHERE id IN (
    SELECT id FROM sessions WHERE id < $6 ORDER BY id LIMIT $7 FOR UPDATE SKIP LOCKED
  )
), account AS (
  SELECT id FROM accounts WHERE id = $2 AND password_hash = $3 AND disabled_at IS NULL FOR SHARE
), session AS (
  INSERT INTO sessions (id, account_id, expires_at)
  SELECT $1, id, clock_timestamp() + $5::interval FROM account
  RETURNING id
)
INSERT INTO refresh_tokens (token_hash, session_id) SELECT $4, id FROM session RETURNING session_id
"""
# One statement: of many that come with one token, one finds it unused, and makes the child.
ROTATE = """
WITH old AS (
  UPDATE refresh_tokens AS token SET used_at = clock_timestamp()
  FROM sessions AS session JOIN accounts AS account ON account.id = session.account_id
  WHERE token.token_hash = $1 AND token.used_at IS NULL AND session.id = token.session_id
    AND session.revoked_at IS NULL AND session.expires_at > clock_timestamp() AND account.disabled_at IS NULL
  RETURNING session.id AS session_id, account.id AS account_id, account.role
), child AS (
  INSERT INTO refresh_tokens (token_hash, session_id) SELECT $2, session_id FROM old
), kept AS (
  UPDATE sessions SET expires_at = least(clock_timestamp() + $3::interval, created_at + $4::interval)
  FROM old WHERE sessions.id = old.session_id
)
SELECT session_id, account_id, role FROM old
"""
REUSED = """
UPDATE sessions SET revoked_at = clock_timestamp(), revoked_reason = 'reuse'
FROM refresh_tokens AS token
WHERE token.token_hash = $1 AND token.session_id = sessions.id
  AND token.used_at < clock_timestamp() - $2::interval AND sessions.revoked_at IS NULL
RETURNING sessions.id, sessions.account_id
"""
END = """
UPDATE sessions SET revoked_at = clock_timestamp(), revoked_reason = 'logout'
WHERE id = $1 AND account_id = $2 AND revoked_at IS NULL
"""
log = structlog.get_logger(__name__)


class Opened(msgspec.Struct, frozen=True):
    """A session as it stands, with the refresh token at the only moment at which it can be read."""

    sign_in: SignIn
    role: Role
    refresh_token: str


async def open_session(
    database: Database, account_id: UUID, role: Role, password_hash: str, now: datetime
) -> Opened | None:
    """Sign the account in; null if its password is no longer this one, or it was disabled.

    Sessions that have outlived `AT_MOST` at `now`, of anybody, are deleted on the way.
    """
    sign_in, token = SignIn(account_id, uuid7()), fresh_refresh_token()
    row = await database.row(
        OPEN,
        sign_in.session_id,
        account_id,
        password_hash,
        secret_hash(token),
        IDLE,
        first_id_at(now - AT_MOST),
        SWEPT,
    )
    return None if row is None else Opened(sign_in, role, token)


async def carry_on(database: Database, token: str) -> Opened | None:
    """Change a refresh token for the next one; null if it is not good. One that was used before ends its session."""
    child = fresh_refresh_token()
    row = await database.row(ROTATE, secret_hash(token), secret_hash(child), IDLE, AT_MOST)
    if row is not None:
        return Opened(SignIn(row["account_id"], row["session_id"]), row["role"], child)
    stolen = await database.row(REUSED, secret_hash(token), LEEWAY)
    if stolen is not None:
        log.warning("refresh token used again", session=str(stolen["id"]), owner=str(stolen["account_id"]))
    return None


async def end_session(database: Database, sign_in: SignIn) -> None:
    """Sign out."""
    await database.row(END, sign_in.session_id, sign_in.account_id)


def first_id_at(moment: datetime) -> UUID:
    """The least UUIDv7 of this millisecond: what was made before has a smaller one (RFC 9562, section 5.7)."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)
