import time
from typing import Any
from unittest import mock
from uuid import uuid4

import pytest

from services.api.accounts import registrations
from services.api.accounts.registrations import Address, NewAccount, address_of, check_key, new_account, plain
from services.api.accounts.schemas import KeyOrder, Registration
from services.api.auth import Scope
from services.api.problems import ApiError
from tests.support.api import CALLER

GOOD: dict[str, Any] = {"email": "ada@example.org", "password": "correct horse", "name": "Ada"}


def errors(**changes: Any) -> list[tuple[str, str]]:
    """What is said of a registration."""
    with pytest.raises(ApiError) as caught:
        new_account(Registration(**{**GOOD, **changes}))
    assert (caught.value.status, caught.value.code) == (400, "input_invalid")
    return [(error.field, error.message) for error in caught.value.errors]


def test_good_registration() -> None:
    registration = Registration(**{**GOOD, "email": "Ada@Example.ORG", "name": " Ada ", "native_language": "en"})
    assert new_account(registration) == NewAccount(Address("Ada@example.org"), "correct horse", "Ada", "en")


@pytest.mark.parametrize(
    ("email", "key"),
    [
        ("Ada@Example.org", "ada@example.org"),
        ("ada@MÜNCHEN.example.com", "ada@münchen.example.com"),
        ("ada@xn--mnchen-3ya.example.com", "ada@münchen.example.com"),
        ("jose\u0301@example.org", "josé@example.org"),
        ("STRASSE@example.org", "strasse@example.org"),
        ("straße@example.org", "strasse@example.org"),
    ],
)
def test_one_address_has_one_key_however_it_is_written(email: str, key: str) -> None:
    assert address_of(email).key == key


@pytest.mark.parametrize(
    "email",
    [
        "",
        "ada",
        "@example.org",
        "ada@",
        "ada@localhost",
        "ada@example.org\n",
        "ada@example.org, eve@example.org",
        "ada @example.org",
        "ada\u0000@example.org",
        "Ada <ada@example.org>",
        "ada@[127.0.0.1]",
        f"a@{'b' * 250}.org",
    ],
)
def test_what_is_no_address_is_refused(email: str) -> None:
    assert errors(email=email) == [("email", "is no e-mail address")]


@pytest.mark.parametrize(
    ("password", "message"),
    [
        ("", "must have 10 to 128 characters"),
        ("123456789", "must have 10 to 128 characters"),
        ("x" * 129, "must have 10 to 128 characters"),
        ("e\u0301" * 9, "must have 10 to 128 characters"),
        ("ada@example.org", "must not be the e-mail address"),
        (" ADA@Example.org ", "must not be the e-mail address"),
    ],
)
def test_bad_password_is_refused_and_not_repeated(password: str, message: str) -> None:
    assert errors(password=password) == [("password", message)]


@pytest.mark.parametrize("password", ["x" * 10, "x" * 128, "e\u0301" * 128, "日本語のパスワードです", "\u0000" * 10])
def test_any_characters_make_a_password(password: str) -> None:
    assert len(new_account(Registration(**{**GOOD, "password": password})).password) in {10, 11, 128}


@pytest.mark.parametrize("field", ["email", "password"])
def test_a_body_full_of_accents_is_refused_at_once(field: str) -> None:
    begun = time.process_time()
    assert [name for name, _ in errors(**{field: "\u0301" * 50_000 + "\u0323" * 50_000 + "@example.org"})] == [field]
    assert plain("\u0301" * 50_000 + "\u0323" * 50_000)
    assert time.process_time() - begun < 1  # composing them takes minutes


def test_a_body_full_of_an_address_is_not_looked_at() -> None:
    with mock.patch.object(registrations, "validate_email", side_effect=AssertionError):
        assert errors(email=f"{'a' * 500_000}@example.org") == [("email", "is no e-mail address")]


def test_every_bad_field_is_named() -> None:
    named = errors(email="x", password="x", name="\n", native_language="xx")
    assert [field for field, _ in named] == ["email", "password", "name", "native_language"]


@pytest.mark.parametrize(("scopes", "good"), [(["read"], True), (["read", "write"], True), (["admin"], False)])
def test_key_can_do_no_more_than_who_makes_it(scopes: list[Scope], good: bool) -> None:  # noqa: FBT001 - a column
    order = KeyOrder(name="x", scopes=scopes)
    if good:
        check_key(order, CALLER)
        return
    with pytest.raises(ApiError, match="403"):
        check_key(order, CALLER)


def test_key_has_the_usual_scopes_and_each_its_own() -> None:
    first, second = KeyOrder(name=str(uuid4())), KeyOrder(name="x")
    assert first.scopes == second.scopes == ["read", "write"]
    assert first.scopes is not second.scopes
