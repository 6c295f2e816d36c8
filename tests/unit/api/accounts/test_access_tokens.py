from datetime import UTC, datetime, timedelta
from uuid import uuid4

import jwt
import pytest

from services.api.accounts.access_tokens import LIFE, SKEW, AccessTokens, TokenKey, token_keys
from services.api.auth import SignIn
from shared.settings import SettingsError

OLD, NEW = TokenKey("old", "a" * 32), TokenKey("new", "b" * 32)
SIGN_IN = SignIn(uuid4(), uuid4())


def test_token_says_who_signed_in_for_ten_minutes() -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    token = AccessTokens((NEW,), lambda: now).sign(SIGN_IN, "tutor")
    assert jwt.get_unverified_header(token) == {"alg": "HS256", "typ": "at+jwt", "kid": "new"}
    claims = jwt.decode(token, NEW.secret, algorithms=["HS256"], audience="parlance-api")
    assert len(claims.pop("jti")) == 36
    assert claims == {
        "iss": "parlance",
        "aud": "parlance-api",
        "sub": str(SIGN_IN.account_id),
        "sid": str(SIGN_IN.session_id),
        "role": "tutor",
        "iat": int(now.timestamp()),
        "exp": int(now.timestamp()) + 600,
    }
    assert AccessTokens((NEW,)).read(token) == SIGN_IN


def test_no_two_tokens_are_the_same() -> None:
    now = datetime.now(UTC)
    tokens = AccessTokens((NEW,), lambda: now)
    assert tokens.sign(SIGN_IN, "student") != tokens.sign(SIGN_IN, "student")


def test_first_key_signs_and_all_are_believed() -> None:
    before, during, after = AccessTokens((OLD,)), AccessTokens((NEW, OLD)), AccessTokens((NEW,))
    old, new = before.sign(SIGN_IN, "student"), during.sign(SIGN_IN, "student")
    assert during.read(old) == during.read(new) == after.read(new) == SIGN_IN
    assert after.read(old) is before.read(new) is None


def test_kid_names_the_only_secret_that_is_tried() -> None:
    forged = AccessTokens((TokenKey("new", OLD.secret),)).sign(SIGN_IN, "student")
    assert AccessTokens((NEW, OLD)).read(forged) is None


@pytest.mark.parametrize(("age", "good"), [(LIFE + SKEW - timedelta(seconds=2), True), (LIFE + SKEW * 2, False)])
def test_token_expires(age: timedelta, good: bool) -> None:  # noqa: FBT001 - a column of a table
    then = datetime.now(UTC) - age
    token = AccessTokens((NEW,), lambda: then).sign(SIGN_IN, "student")
    assert AccessTokens((NEW,)).read(token) == (SIGN_IN if good else None)


@pytest.mark.parametrize(("ahead", "good"), [(SKEW / 2, True), (SKEW * 2, False)])
def test_clocks_may_differ_by_a_few_seconds(ahead: timedelta, good: bool) -> None:  # noqa: FBT001 - a column
    then = datetime.now(UTC) + ahead
    token = AccessTokens((NEW,), lambda: then).sign(SIGN_IN, "student")
    assert AccessTokens((NEW,)).read(token) == (SIGN_IN if good else None)


def test_keys_are_read_in_order() -> None:
    setting = f"new:{'b' * 32} , old:{'a' * 32}"
    assert token_keys({"TOKEN_KEYS": setting}) == (NEW, OLD)
    assert token_keys({"TOKEN_KEYS": f"k:{'a:' * 16}"}) == (TokenKey("k", "a:" * 16),)


@pytest.mark.parametrize(
    "setting",
    [
        "",
        " ",
        "swordfish" * 4,
        f":{'swordfish' * 4}",
        "one:swordfish",
        f"one:{'swordfish' * 4},two:swordfish",
        f"one:{'swordfish' * 4},one:{'swordfish' * 5}",
        f"one:{'swordfish' * 4},",
        f"o ne:{'swordfish' * 4}",
        f"{'o' * 65}:{'swordfish' * 4}",
        f"one:{'x' * 31}",
    ],
)
def test_bad_setting_is_named_and_never_shown(setting: str) -> None:
    with pytest.raises(SettingsError, match="TOKEN_KEYS") as caught:
        token_keys({"TOKEN_KEYS": setting})
    assert "swordfish" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_secret_is_not_printed() -> None:
    assert repr((OLD, [NEW])) == "(TokenKey(kid='old'), [TokenKey(kid='new')])"
    assert OLD.secret not in f"{OLD} {OLD!r}"
