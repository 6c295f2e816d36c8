import asyncio
from typing import Any

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from services.api.accounts.actions import verified
from services.api.accounts.passwords import Passwords
from services.api.accounts.queries import account_by_email
from services.api.auth import SignIn
from tests.integration.api.accounts.conftest import EMAIL, PASSWORD, Door, Person
from tests.support.api import QUICK, TOKENS


async def test_registering_makes_an_account_and_signs_it_in(door: Door) -> None:
    answer = await door.register(native_language="en")
    assert (answer.status_code, answer.headers["cache-control"]) == (201, "no-store")
    body = answer.json()
    assert body["account"] == {
        "id": body["account"]["id"],
        "email": EMAIL,
        "name": "Ada",
        "native_language": "en",
        "role": "student",
        "plan": {
            "name": "free",
            "requests_per_minute": 600,
            "orders_per_minute": 60,
            "batch_items": 200,
            "storage_bytes": 2_147_483_648,
        },
        "created_at": body["account"]["created_at"],
    }
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 600)
    assert body["refresh_token"].startswith("rt_")
    assert (await door.me(body["access_token"])).json() == body["account"]


async def test_passwords_and_tokens_are_stored_as_hashes_only(door: Door) -> None:
    body = (await door.register()).json()
    stored = str([door.sql(f"SELECT * FROM {table}") for table in ("accounts", "sessions", "refresh_tokens")])  # noqa: S608 - ours
    assert "$argon2id$" in stored
    for secret in (PASSWORD, body["refresh_token"], body["access_token"]):
        assert secret not in stored


@pytest.mark.parametrize("email", [EMAIL, "ADA@Example.org", "Ada@example.ORG"])
async def test_address_that_has_an_account_is_taken(door: Door, ada: Person, email: str) -> None:
    answer = await door.register(email)
    assert (answer.status_code, answer.json()["code"]) == (409, "email_taken")
    assert door.sql("SELECT id FROM accounts WHERE email IS NOT NULL") == [{"id": ada.id}]


async def test_of_many_who_register_an_address_at_once_one_has_it(door: Door) -> None:
    answers = await asyncio.gather(*(door.register() for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [201, *[409] * 9]
    assert len(door.sql("SELECT id FROM sessions")) == 1


async def test_registration_names_every_bad_field(door: Door) -> None:
    answer = await door.register("nobody", password="short", name=" ", native_language="xx")
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["email", "password", "name", "native_language"]
    assert door.sql("SELECT id FROM accounts WHERE email IS NOT NULL") == []


@pytest.mark.parametrize("body", [{}, {"email": 1, "password": "x", "name": "y"}, {"role": "admin"}, []])
@pytest.mark.parametrize("path", ["register", "login", "refresh"])
async def test_bad_body_is_400(door: Door, path: str, body: Any) -> None:
    answer = await door.client.post(f"/api/auth/{path}", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "input_invalid")


async def test_nobody_registers_as_an_admin(door: Door) -> None:
    assert (await door.register(role="admin")).json()["errors"] == [
        {"field": "role", "message": "there is no such field"}
    ]


async def test_login_opens_another_session(door: Door, ada: Person) -> None:
    answer = await door.login("ADA@example.org")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert answer.json()["account"]["id"] == str(ada.id)
    for token in (ada.access_token, answer.json()["access_token"]):
        assert (await door.me(token)).status_code == 200
    assert len(door.sql("SELECT id FROM sessions WHERE account_id = $1", ada.id)) == 2


async def test_password_is_the_same_however_its_accents_are_typed(door: Door) -> None:
    assert (await door.register(password="caf\u00e9 au lait")).status_code == 201
    assert (await door.login(password="cafe\u0301 au lait")).status_code == 200


async def test_wrong_password_unknown_and_disabled_account_look_the_same(door: Door, ada: Person) -> None:
    wrong = await door.login(password="another password")
    unknown = await door.login("nobody@example.org")
    door.sql("UPDATE accounts SET disabled_at = clock_timestamp() WHERE id = $1", ada.id)
    disabled = await door.login()
    assert await account_by_email(door.api.resources.database, EMAIL) is None
    bodies = [{**answer.json(), "request_id": ""} for answer in (wrong, unknown, disabled)]
    assert bodies[0] == bodies[1] == bodies[2]
    assert (wrong.status_code, bodies[0]["code"]) == (401, "wrong_credentials")
    assert wrong.headers["www-authenticate"] == 'Bearer realm="parlance"'
    assert len(door.sql("SELECT id FROM sessions")) == 1


class CountedHasher(Argon2Hasher):
    """Counts its verifications."""

    verified: list[str]

    def verify(self, password: str | bytes, hash: str | bytes) -> bool:  # noqa: A002 - the library's name
        self.verified.append(str(hash))
        return super().verify(password, hash)


@pytest.fixture
def counted(door: Door, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The hashes that the API verifies against."""
    hasher = CountedHasher(time_cost=1, memory_cost=8, parallelism=1)
    hasher.verified = []
    monkeypatch.setattr(door.api.resources.passwords, "_hashing", PasswordHash((hasher,)))
    return hasher.verified


@pytest.mark.usefixtures("ada")
async def test_account_that_is_unknown_is_as_much_work(door: Door, counted: list[str]) -> None:
    await door.login(password="another password")
    known = len(counted)
    await door.login("nobody@example.org", "another password")
    assert (known, len(counted)) == (1, 2)
    parameters = {stored.split("$")[3] for stored in counted}
    assert len(parameters) == 1  # the same memory and the same passes


async def test_hash_of_old_parameters_is_replaced_at_the_next_login(
    door: Door, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    stronger = Argon2Hasher(time_cost=2, memory_cost=16, parallelism=1)
    monkeypatch.setattr(door.api.resources.passwords, "_hashing", PasswordHash((stronger,)))
    assert (await door.login()).status_code == 200
    (row,) = door.sql("SELECT password_hash FROM accounts WHERE id = $1", ada.id)
    assert "m=16,t=2,p=1" in row["password_hash"]
    assert (await door.login()).status_code == 200
    assert door.sql("SELECT password_hash FROM accounts WHERE id = $1", ada.id) == [row]
    assert (await door.login(password="another password")).status_code == 401


@pytest.mark.usefixtures("ada")
async def test_ten_failures_close_an_account_for_a_while(door: Door) -> None:
    for number in range(10):
        other = door.from_address(f"192.0.2.{number}")
        assert (await other.login(password="another password")).status_code == 401
    answer = await door.from_address("192.0.2.99").login()
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_logins")
    assert 1 <= int(answer.headers["retry-after"]) <= 900
    await door.person("grace@example.org")
    assert (await door.login("grace@example.org")).status_code == 200


@pytest.mark.usefixtures("ada")
async def test_many_tries_at_once_are_counted_too(door: Door) -> None:
    answers = await asyncio.gather(*(door.login(password="another password") for _ in range(25)))
    assert sorted(answer.status_code for answer in answers) == [*[401] * 10, *[429] * 15]


@pytest.mark.usefixtures("ada")
async def test_success_forgets_the_failures(door: Door) -> None:
    for _ in range(3):
        for _ in range(9):
            assert (await door.login(password="another password")).status_code == 401
        assert (await door.login()).status_code == 200


@pytest.mark.usefixtures("ada")
async def test_failures_close_an_address_whichever_accounts_they_are_of(door: Door) -> None:
    there = door.from_address("192.0.2.7")
    for number in range(50):
        assert (await there.login(f"person{number}@example.org")).status_code == 401
    assert (await there.login()).status_code == 429
    assert (await door.login()).status_code == 200


@pytest.mark.usefixtures("ada")
async def test_good_logins_never_close_an_address(door: Door) -> None:
    for _ in range(60):
        assert (await door.login()).status_code == 200


async def test_an_address_cannot_register_without_end(door: Door) -> None:
    for number in range(60):
        assert (await door.register(f"person{number}@example.org")).status_code == 201
    answer = await door.register("one.more@example.org")
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_registrations")
    assert 1 <= int(answer.headers["retry-after"]) <= 3600
    assert (await door.from_address("192.0.2.7").register("one.more@example.org")).status_code == 201


@pytest.mark.usefixtures("ada")
async def test_too_many_at_once_are_sent_away_and_may_come_back(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door.api.resources.passwords, "_most_waiting", 0)
    for _ in range(11):
        answer = await door.login()
        assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (503, "unavailable", "2")
    monkeypatch.setattr(door.api.resources.passwords, "_most_waiting", 32)
    assert (await door.login()).status_code == 200  # nobody counted it as their fault


async def test_logout_ends_the_session_and_its_tokens(door: Door, ada: Person) -> None:
    other = (await door.login()).json()
    assert (await door.me(ada.access_token)).status_code == 200
    answer = await ada.send("POST", "/api/auth/logout")
    assert (answer.status_code, answer.content) == (204, b"")
    assert (await door.me(ada.access_token)).status_code == 401
    assert (await door.refresh(ada.refresh_token)).status_code == 401
    assert (await door.me(other["access_token"])).status_code == 200
    (row,) = door.sql("SELECT revoked_reason FROM sessions WHERE revoked_at IS NOT NULL")
    assert row["revoked_reason"] == "logout"


async def test_disabled_account_is_locked_out(door: Door, ada: Person) -> None:
    key = await ada.new_key()
    door.sql("UPDATE accounts SET disabled_at = clock_timestamp() WHERE id = $1", ada.id)
    door.api.resources.key_ring._known.clear()
    assert (await door.me(ada.access_token)).status_code == 401
    assert (await door.me(key["key"])).status_code == 401
    assert (await door.refresh(ada.refresh_token)).status_code == 401
    door.sql("UPDATE accounts SET disabled_at = NULL WHERE id = $1", ada.id)
    assert (await door.me(ada.access_token)).status_code == 200
    assert (await door.refresh(ada.refresh_token)).status_code == 200


async def test_role_is_what_the_database_says_and_not_the_token(door: Door, ada: Person) -> None:
    (row,) = door.sql("SELECT id FROM sessions")
    token = TOKENS.sign(SignIn(ada.id, row["id"]), "admin")
    assert (await door.me(token)).json()["role"] == "student"
    caller = await door.api.resources.key_ring.caller(token)
    assert caller is not None
    assert (caller.role, sorted(caller.scopes)) == ("student", ["read", "write"])
    door.sql("UPDATE accounts SET role = 'admin' WHERE id = $1", ada.id)
    door.api.resources.key_ring._known.clear()
    caller = await door.api.resources.key_ring.caller(ada.access_token)
    assert caller is not None
    assert (caller.role, sorted(caller.scopes)) == ("admin", ["admin", "read", "write"])


async def test_poll_with_a_token_costs_no_second_query(
    door: Door, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = door.api.resources.key_ring
    assert await ring.caller(ada.access_token) is not None
    monkeypatch.setattr(ring, "_rows", None)
    assert await ring.caller(ada.access_token) is not None


async def test_jobs_belong_to_the_account_however_it_comes(door: Door, ada: Person) -> None:
    order = {"language": "de", "level": "A2", "topic": "cats", "narrate": False}
    created = await ada.send("POST", "/api/generation/articles", json=order)
    assert created.status_code == 202
    path = created.headers["location"]
    key = (await ada.new_key())["key"]
    assert (await door.client.get(path, headers={"X-API-Key": key})).status_code == 200
    grace = await door.person("grace@example.org")
    assert (await grace.send("GET", path)).status_code == 404


def test_passwords_of_the_tests_are_weak_and_ours_are_not() -> None:
    assert "m=8," in QUICK.hash("x")
    assert Passwords(QUICK)._nobodys.startswith("$argon2id$")


@pytest.mark.usefixtures("ada")
async def test_password_that_was_changed_meanwhile_is_not_overwritten_by_a_stronger_hash_of_the_old(door: Door) -> None:
    database = door.api.resources.database
    account = await account_by_email(database, EMAIL)
    door.sql("UPDATE accounts SET password_hash = 'another' WHERE email = $1", EMAIL)
    stronger = Passwords(PasswordHash((Argon2Hasher(time_cost=2, memory_cost=16, parallelism=1),)))
    assert await verified(stronger, database, account, PASSWORD) is None
    assert door.sql("SELECT password_hash FROM accounts WHERE email = $1", EMAIL) == [{"password_hash": "another"}]
