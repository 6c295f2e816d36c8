"""What people do to their accounts: register, sign in, change."""

from http import HTTPStatus
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from services.api.accounts.attempts import Attempt
from services.api.accounts.passwords import Passwords
from services.api.accounts.queries import AccountRow, account_by_email
from services.api.accounts.registrations import NewAccount, PasswordChange, plain
from services.api.accounts.schemas import AccountView, ProfileChange
from services.api.accounts.sessions import Opened, open_session
from services.api.auth import CHALLENGE, SignIn
from services.api.database import Database
from services.api.problems import ApiError, FieldError, input_invalid
from services.api.resources import Resources
from shared.jobs.ids import uuid7

REGISTER = """
INSERT INTO accounts (id, email, email_key, password_hash, name, native_language)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (email_key) DO NOTHING RETURNING id
"""
# Only over the hash that was verified: a password changed meanwhile stays changed.
REHASH = """
UPDATE accounts SET password_hash = $3, updated_at = clock_timestamp()
WHERE id = $1 AND password_hash = $2 AND disabled_at IS NULL RETURNING id
"""
CHANGE = """
UPDATE accounts
SET name = coalesce($2, name), native_language = CASE WHEN $3 THEN $4 ELSE native_language END,
    updated_at = clock_timestamp()
WHERE id = $1
"""
# Whoever knew the old password is signed out everywhere; who changes it stays.
CHANGE_SIGN_IN = """
WITH account AS (
  UPDATE accounts SET password_hash = $3, updated_at = clock_timestamp()
  WHERE id = $1 AND password_hash = $2 RETURNING id
), ended AS (
  UPDATE sessions SET revoked_at = clock_timestamp(), revoked_reason = 'password'
  FROM account WHERE sessions.account_id = account.id AND sessions.id <> $4 AND sessions.revoked_at IS NULL
)
SELECT clock_timestamp() AS changed_at FROM account
"""
# The statement above does not see a session that it had to wait for; a later one was opened with the new password.
END_UNSEEN = """
UPDATE sessions SET revoked_at = clock_timestamp(), revoked_reason = 'password'
WHERE account_id = $1 AND id <> $2 AND created_at <= $3 AND revoked_at IS NULL
"""


async def register(resources: Resources, new: NewAccount) -> tuple[Opened, AccountView]:
    """Make the account and sign it in.

    Raises:
        ApiError: 409, the address has an account; 503, too many are signing in.
    """
    hashed = await resources.passwords.hash(new.password)
    row = await resources.database.row(
        REGISTER, uuid7(), new.address.email, new.address.key, hashed, new.name, new.native_language
    )
    if row is None:
        raise ApiError(HTTPStatus.CONFLICT, "email_taken", "This e-mail address has an account already.")
    opened = await open_session(resources.database, row["id"], "student", hashed, resources.now())
    account = await account_by_email(resources.database, new.address.key)
    if opened is None or account is None:
        raise wrong_credentials()
    return opened, account.view


async def login(resources: Resources, email_key: str, password: str, attempt: Attempt) -> tuple[Opened, AccountView]:
    """Sign in. A wrong password and an account that is unknown or disabled look and take the same.

    Raises:
        ApiError: 401, not with these; 429, too many failures; 503, too many are signing in.
    """
    account = await account_by_email(resources.database, email_key)
    resources.passwords.check_room()
    await attempt.begin()  # behind what may fail without anybody's fault
    opened = None
    if current := await verified(resources.passwords, resources.database, account, password):
        opened = await open_session(
            resources.database, current.view.id, current.view.role, current.password_hash or "", resources.now()
        )
    if current is None or opened is None:
        await attempt.fail()
        raise wrong_credentials()
    await attempt.succeed()
    return opened, current.view


async def verified(
    passwords: Passwords, database: Database, account: AccountRow | None, password: str
) -> AccountRow | None:
    """The account, if this is its password, with the hash that is stored now: a weak one is replaced by the way.

    Raises:
        ApiError: 503, too many are signing in.
    """
    stored = account.password_hash if account is not None else None
    matches, newer = await passwords.verify(plain(password), stored)
    if account is None or not matches:
        return None
    if newer is None:
        return account
    if await database.row(REHASH, account.view.id, stored, newer) is None:
        return None
    return msgspec.structs.replace(account, password_hash=newer)


def wrong_credentials() -> ApiError:
    """No such account, or another password: the two look the same."""
    detail = "There is no account with this e-mail and password."
    return ApiError(HTTPStatus.UNAUTHORIZED, "wrong_credentials", detail, headers={"WWW-Authenticate": CHALLENGE})


def refresh_refused() -> ApiError:
    """The refresh token is good for nothing; why is nobody's business."""
    detail = "This refresh token is unknown, has expired or was used: sign in again."
    return ApiError(HTTPStatus.UNAUTHORIZED, "refresh_token_invalid", detail, headers={"WWW-Authenticate": CHALLENGE})


async def change_profile(database: Database, account_id: UUID, change: ProfileChange) -> None:
    """Change name and native language, as far as they are given."""
    name = None if isinstance(change.name, UnsetType) else change.name.strip()
    language = None if isinstance(change.native_language, UnsetType) else change.native_language
    await database.row(CHANGE, account_id, name, change.native_language is not UNSET, language)


async def change_password(
    resources: Resources, sign_in: SignIn, account: AccountRow, passwords: PasswordChange, attempt: Attempt
) -> None:
    """Change the password and end all other sessions of the account. Tries count like those to sign in.

    Raises:
        ApiError: 400, the current password is another; 429, too many failures; 503, too many are signing in.
    """
    resources.passwords.check_room()
    await attempt.begin()
    known = await verified(resources.passwords, resources.database, account, passwords.current)
    changed = None
    if known is not None:
        hashed = await resources.passwords.hash(plain(passwords.new))
        changed = await resources.database.row(
            CHANGE_SIGN_IN, sign_in.account_id, known.password_hash, hashed, sign_in.session_id
        )
    if changed is None:
        await attempt.fail()
        raise input_invalid([FieldError("current_password", "is not your password")])
    await resources.database.row(END_UNSEEN, sign_in.account_id, sign_in.session_id, changed["changed_at"])
    await attempt.succeed()
