"""Access tokens that are not ours, against a live route: each is 401, and all look the same."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import jwt
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from services.api.auth import BAD_KEY, SignIn
from shared.jobs.ids import uuid7
from tests.integration.api.accounts.conftest import Door, Person
from tests.support.api import TOKENS

SECRET = "made-up-for-tests-and-long-enough"
HEADER = {"typ": "at+jwt", "kid": "test"}


class Target(msgspec.Struct, frozen=True):
    """What an attacker may know: an account with its session, another's session, and tokens that were good."""

    account_id: UUID
    session_id: UUID
    other_session_id: UUID
    access_token: str
    refresh_token: str

    def claims(self, **changes: Any) -> dict[str, Any]:
        """Those of a good token, but for `changes`; null takes one away."""
        now = datetime.now(UTC)
        claims = {
            "iss": "parlance",
            "aud": "parlance-api",
            "sub": str(self.account_id),
            "sid": str(self.session_id),
            "role": "student",
            "iat": now,
            "exp": now + timedelta(minutes=5),
            "jti": "made-up",
            **changes,
        }
        return {name: value for name, value in claims.items() if value is not None}

    def token(self, header: dict[str, Any] | None = None, algorithm: str = "HS256", **changes: Any) -> str:
        """Signed with our own secret."""
        secret = SECRET * 2 if algorithm == "HS512" else SECRET
        headers = HEADER if header is None else header
        return jwt.encode(self.claims(**changes), secret, algorithm=algorithm, headers=headers)


def part(value: object) -> str:
    """A part of a token."""
    return (
        base64.urlsafe_b64encode(json.dumps(value, default=lambda moment: int(moment.timestamp())).encode())
        .decode()
        .rstrip("=")
    )


def unsigned(target: Target) -> str:
    return f"{part({'alg': 'none', **HEADER})}.{part(target.claims())}."


def signed_with_a_public_key(target: Target) -> str:
    """RS256 confusion: the text of a public key as the secret; and RS256 itself."""
    key = rsa.generate_private_key(65537, 2048)
    return jwt.encode(target.claims(), key, algorithm="RS256", headers=HEADER)


def hmac_of_a_public_key(target: Target) -> str:
    public = rsa.generate_private_key(65537, 2048).public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    header, payload = part({"alg": "HS256", **HEADER}), part(target.claims())
    algorithm = jwt.get_algorithm_by_name("HS256")
    signature = algorithm.sign(f"{header}.{payload}".encode(), pem)
    return f"{header}.{payload}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


def tampered(target: Target) -> str:
    header, payload, signature = target.access_token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    return f"{header}.{part({**claims, 'role': 'admin'})}.{signature}"


def header_swapped(target: Target) -> str:
    _, payload, signature = target.access_token.split(".")
    return f"{part({'alg': 'none', **HEADER})}.{payload}.{signature}"


NOW = datetime.now(UTC)
HOUR = timedelta(hours=1)
ATTACKS: dict[str, Callable[[Target], str]] = {
    "alg none": unsigned,
    "alg none over a good signature": header_swapped,
    "alg None in other letters": lambda target: f"{part({'alg': 'nOnE', **HEADER})}.{part(target.claims())}.",
    "HS512": lambda target: target.token(algorithm="HS512"),
    "RS256": signed_with_a_public_key,
    "HS256 of a public key": hmac_of_a_public_key,
    "another secret": lambda target: jwt.encode(target.claims(), "x" * 32, algorithm="HS256", headers=HEADER),
    "foreign issuer": lambda target: target.token(iss="https://evil.example"),
    "no issuer": lambda target: target.token(iss=None),
    "foreign audience": lambda target: target.token(aud="another-api"),
    "our audience among others": lambda target: target.token(aud=["parlance-api", "another-api"]),
    "no audience": lambda target: target.token(aud=None),
    "expired": lambda target: target.token(iat=NOW - HOUR, exp=NOW - timedelta(seconds=30)),
    "never expires": lambda target: target.token(exp=None),
    "no time at all": lambda target: target.token(exp="soon"),
    "not yet valid": lambda target: target.token(nbf=datetime.now(UTC) + HOUR),
    "issued in the future": lambda target: target.token(iat=datetime.now(UTC) + HOUR, exp=datetime.now(UTC) + 2 * HOUR),
    "no subject": lambda target: target.token(sub=None),
    "subject is no id": lambda target: target.token(sub="' OR 1=1 --"),
    "session is no id": lambda target: target.token(sid=["x"]),
    "no session": lambda target: target.token(sid=None),
    "no token id": lambda target: target.token(jti=None),
    "refresh token": lambda target: target.refresh_token,
    "id token": lambda target: target.token({"typ": "JWT", "kid": "test"}),
    "other type": lambda target: target.token({"typ": "rt+jwt", "kid": "test"}),
    "10 kB": lambda target: target.token(padding="x" * 10_000),
    "10 kB of dots": lambda _: "." * 10_000,
    "unknown kid": lambda target: target.token({"typ": "at+jwt", "kid": "other"}),
    "no kid": lambda target: target.token({"typ": "at+jwt"}),
    "kid with a path": lambda target: target.token({"typ": "at+jwt", "kid": "../../dev/null"}),
    "kid with SQL": lambda target: target.token({"typ": "at+jwt", "kid": "x' UNION SELECT 'secret"}),
    "kid is no text": lambda target: (
        f"{part({'alg': 'HS256', 'typ': 'at+jwt', 'kid': ['test']})}.{part(target.claims())}.x"
    ),
    "a key of one's own in the header": lambda target: target.token({**HEADER, "kid": "mine", "jwk": {"k": "x" * 32}}),
    "a critical extension": lambda target: target.token({**HEADER, "crit": ["b64"], "b64": False}),
    "tampered payload": tampered,
    "payload is no object": lambda _: f"{part({'alg': 'HS256', **HEADER})}.{part([1])}.x",
    "header is no object": lambda target: f"{part([1])}.{part(target.claims())}.x",
    "two parts": lambda target: target.access_token.rpartition(".")[0],
    "four parts": lambda target: f"{target.access_token}.x",
    "no base64": lambda _: "a.b.c",
    "not ASCII": lambda target: f"{target.access_token}\u00e9",
    "session that never was": lambda target: target.token(sid=str(uuid7())),
    "another account's session": lambda target: target.token(sid=str(target.other_session_id)),
    "account that never was": lambda target: target.token(sub=str(uuid7())),
}


async def target_of(door: Door, ada: Person) -> Target:
    grace = await door.person("grace@example.org")
    sessions = {row["account_id"]: row["id"] for row in door.sql("SELECT id, account_id FROM sessions")}
    return Target(ada.id, sessions[ada.id], sessions[grace.id], ada.access_token, ada.refresh_token)


async def refused(door: Door, token: str) -> None:
    headers = {b"Authorization": f"Bearer {token}".encode("latin-1"), b"X-Request-ID": b"same"}
    answer = await door.client.get("/api/auth/me", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer realm="parlance", error="invalid_token"'
    assert answer.json() == {
        "title": "Unauthorized",
        "status": 401,
        "code": "unauthenticated",
        "detail": BAD_KEY,
        "request_id": "same",
    }


async def test_token_of_the_table_would_be_good_without_its_fault(door: Door, ada: Person) -> None:
    target = await target_of(door, ada)
    assert (await door.me(target.token())).status_code == 200
    assert (await door.me(target.token({**HEADER, "typ": "at+jwt"}, role="tutor"))).status_code == 200


async def test_every_attack_of_the_table_is_refused(door: Door, ada: Person) -> None:
    target = await target_of(door, ada)
    for name, attack in ATTACKS.items():
        try:
            await refused(door, attack(target))
        except AssertionError as error:
            pytest.fail(f"{name}: {error}")
    assert (await door.me(ada.access_token)).status_code == 200


async def test_token_of_a_deleted_session_is_refused(door: Door, ada: Person) -> None:
    door.sql("DELETE FROM sessions")
    await refused(door, ada.access_token)


async def test_token_of_a_deleted_account_is_refused(door: Door, ada: Person) -> None:
    door.sql("DELETE FROM accounts WHERE id = $1", ada.id)
    await refused(door, ada.access_token)


def test_long_token_is_not_even_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jwt, "get_unverified_header", None)
    assert TOKENS.read("x" * 2_049) is None
    with pytest.raises(TypeError):
        TOKENS.read("x" * 2_048)


async def test_bad_token_is_not_saved_by_a_good_key(door: Door, ada: Person) -> None:
    headers = {"Authorization": "Bearer x", "X-API-Key": (await ada.new_key())["key"]}
    assert (await door.client.get("/api/auth/me", headers=headers)).status_code == 401


def test_token_names_account_and_session() -> None:
    sign_in = SignIn(uuid7(), uuid7())
    assert TOKENS.read(TOKENS.sign(sign_in, "tutor")) == sign_in
