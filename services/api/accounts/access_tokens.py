"""Access tokens: JSON Web Tokens (RFC 9068) that live ten minutes and say who signed in, in which session.

What may be done is read from the database at every request: a token that is good is still worth nothing once its
session was revoked or its account disabled.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import jwt
import msgspec
from uuid_utils.compat import uuid4

from services.api.auth import Role, SignIn
from shared.settings import SettingsError, required

LIFE = timedelta(minutes=10)
ISSUER = "parlance"
AUDIENCE = "parlance-api"
TYPE = "at+jwt"
ALGORITHM = "HS256"
MOST_CHARACTERS = 2_048  # a longer token is not even decoded; ours have about 400
SKEW = timedelta(seconds=5)  # that the clocks of two of our machines may differ
LEAST_SECRET = 32  # characters: RFC 7518, section 3.2, wants as many bits as the hash has
CLAIMS = ["iss", "aud", "sub", "sid", "role", "iat", "exp", "jti"]
_KID = re.compile(r"[A-Za-z0-9_.-]{1,64}\Z")


class TokenKey(msgspec.Struct, frozen=True):
    """A secret that signs, and the name under which tokens refer to it."""

    kid: str
    secret: str

    def __repr__(self) -> str:
        """Settings are printed in errors; secrets are not."""
        return f"TokenKey(kid={self.kid!r})"


def token_keys(env: Mapping[str, str]) -> tuple[TokenKey, ...]:
    """`TOKEN_KEYS`, as `kid:secret,kid2:secret2`: the first signs, all are believed, so that keys can be changed.

    Raises:
        SettingsError: It is missing or cannot be used; the sentence says why, and shows none of it.
    """
    entries = [entry.strip() for entry in required(env, "TOKEN_KEYS", "what signs access tokens").split(",")]
    keys = tuple(TokenKey(kid, secret) for kid, _, secret in (entry.partition(":") for entry in entries))
    if not all(_KID.match(key.kid) for key in keys) or len({key.kid for key in keys}) < len(keys):
        message = "TOKEN_KEYS must look like kid:secret,kid2:secret2 with different names of letters and digits."
        raise SettingsError(message)
    if any(len(key.secret) < LEAST_SECRET for key in keys):
        message = f"TOKEN_KEYS must have secrets of at least {LEAST_SECRET} characters."
        raise SettingsError(message)
    return keys


class AccessTokens:
    """Signs and reads access tokens.

    Args:
        keys: The first signs, all are believed.
        now: The time that new tokens begin at.
    """

    def __init__(self, keys: tuple[TokenKey, ...], now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._signing = keys[0]
        self._now = now
        self._secrets = {key.kid: key.secret for key in keys}

    def sign(self, sign_in: SignIn, role: Role) -> str:
        """A token that is good for `LIFE`. The role in it is for clients to see; we do not believe it."""
        now = self._now()
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": str(sign_in.account_id),
            "sid": str(sign_in.session_id),
            "role": role,
            "iat": now,
            "exp": now + LIFE,
            "jti": str(uuid4()),
        }
        headers = {"typ": TYPE, "kid": self._signing.kid}
        return jwt.encode(claims, self._signing.secret, algorithm=ALGORITHM, headers=headers)

    def read(self, token: str) -> SignIn | None:
        """What the token says; null if it is not a sound one of ours, or has expired."""
        if len(token) > MOST_CHARACTERS:
            return None
        try:
            header = jwt.get_unverified_header(token)
            secret = self._secrets.get(header.get("kid", ""))
            if secret is None or header.get("typ") != TYPE:
                return None
            return _sign_in(self._verified(token, secret))
        except jwt.InvalidTokenError:
            return None

    def _verified(self, token: str, secret: str) -> dict[str, Any]:
        return jwt.decode(
            token,
            secret,
            algorithms=[ALGORITHM],
            issuer=ISSUER,
            audience=AUDIENCE,
            leeway=SKEW,
            options={"require": CLAIMS, "strict_aud": True},
        )


def _sign_in(claims: dict[str, Any]) -> SignIn | None:
    try:
        return SignIn(UUID(claims["sub"]), UUID(claims["sid"]))
    except (ValueError, TypeError, AttributeError):
        return None
