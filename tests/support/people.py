"""People for tests, put straight into the tables: an account, a key and a sign-in, without hashing a password."""

from collections.abc import Collection
from uuid import UUID, uuid4

import msgspec
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from services.api.auth import Role, SignIn, secret_hash
from shared.db.session import Connection
from tests.support.api import TOKENS

ALL = ("read", "write")
HASH = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),)).hash(uuid4().hex)
"""Of a password that nobody knows; quick to make."""
ACCOUNT = """
INSERT INTO accounts (id, name, role, plan, email, email_key, password_hash)
VALUES ($1, $2, $3, 'premium', $4, $4, $5)
"""
KEY = "INSERT INTO api_keys (id, owner_id, name, key_hash, prefix, scopes) VALUES ($1, $2, $3, $4, 'pk_', $5)"
SESSION = "INSERT INTO sessions (id, account_id, expires_at) VALUES ($1, $2, clock_timestamp() + interval '1 day')"


class Person(msgspec.Struct, frozen=True):
    """Somebody with an account."""

    id: UUID
    email: str
    key: str
    token: str

    def headers(self, *, signed_in: bool = False) -> dict[str, str]:
        """What their requests carry: the key, or the access token."""
        return {"Authorization": f"Bearer {self.token if signed_in else self.key}"}


def new_person(connection: Connection, name: str, role: Role = "student") -> Person:
    """Somebody who may do everything that their role may."""
    account_id, session_id = uuid4(), uuid4()
    email = f"{name}-{account_id.hex}@example.org"
    connection.execute(ACCOUNT, (account_id, name, role, email, HASH))
    connection.execute(SESSION, (session_id, account_id))
    scopes = (*ALL, "admin") if role == "admin" else ALL
    token = TOKENS.sign(SignIn(account_id, session_id), role)
    return Person(account_id, email, new_key(connection, account_id, scopes), token)


def new_key(connection: Connection, owner_id: UUID, scopes: Collection[str] = ALL) -> str:
    """One more key of an account."""
    key = f"pk_{uuid4().hex}{uuid4().hex}"
    connection.execute(KEY, (uuid4(), owner_id, "a key", secret_hash(key), list(scopes)))
    return key


def revoke(connection: Connection, person: Person) -> None:
    """End all their keys and sign-ins."""
    connection.execute("UPDATE api_keys SET revoked_at = clock_timestamp() WHERE owner_id = $1", (person.id,))
    connection.execute(
        "UPDATE sessions SET revoked_at = clock_timestamp(), revoked_reason = 'logout' WHERE account_id = $1",
        (person.id,),
    )
