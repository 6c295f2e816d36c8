import asyncio
from datetime import timedelta
from typing import Any

import pytest

from services.api.accounts.sessions import AT_MOST, OPEN, first_id_at
from shared.jobs.ids import uuid7
from tests.integration.api.accounts.conftest import PASSWORD, Door, Person
from tests.support.api import NOW
from tests.support.waiting import becomes, soon

NEW = "a new password"


async def test_name_and_language_change_and_what_is_left_out_stays(ada: Person) -> None:
    answer = await ada.send("PATCH", "/api/auth/me", json={"name": " Ada L. ", "native_language": "fr"})
    assert answer.status_code == 200
    assert (answer.json()["name"], answer.json()["native_language"]) == ("Ada L.", "fr")
    answer = await ada.send("PATCH", "/api/auth/me", json={})
    assert (answer.json()["name"], answer.json()["native_language"]) == ("Ada L.", "fr")
    answer = await ada.send("PATCH", "/api/auth/me", json={"native_language": None})
    assert (answer.json()["name"], answer.json()["native_language"]) == ("Ada L.", None)
    assert (await ada.send("GET", "/api/auth/me")).json() == answer.json()


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"name": "", "native_language": "xx"}, ["name", "native_language"]),
        ({"name": "a\u0000b"}, ["name"]),
        ({"name": "a" * 101}, ["name"]),
        ({"name": None}, ["name"]),
        ({"password": "short"}, ["password", "current_password"]),
        ({"password": NEW}, ["current_password"]),
        ({"current_password": PASSWORD}, ["password"]),
        ({"password": "ADA@example.org", "current_password": PASSWORD}, ["password"]),
        ({"password": NEW, "current_password": "wrong"}, ["current_password"]),
        ({"email": "eve@example.org"}, ["email"]),
        ({"role": "admin"}, ["role"]),
        ({"plan": "premium"}, ["plan"]),
    ],
)
async def test_bad_change_is_refused_and_nothing_changes(
    door: Door, ada: Person, change: dict[str, Any], fields: list[str]
) -> None:
    before = door.sql("SELECT * FROM accounts ORDER BY id")
    answer = await ada.send("PATCH", "/api/auth/me", json=change)
    assert (answer.status_code, answer.json()["code"]) == (400, "input_invalid")
    assert [error["field"] for error in answer.json()["errors"]] == fields
    assert door.sql("SELECT * FROM accounts ORDER BY id") == before


async def test_new_password_ends_all_other_sessions(door: Door, ada: Person) -> None:
    other = (await door.login()).json()
    grace = await door.person("grace@example.org")
    answer = await ada.send("PATCH", "/api/auth/me", json={"password": NEW, "current_password": PASSWORD})
    assert answer.status_code == 200
    assert (await door.login()).status_code == 401
    assert (await door.login(password=NEW)).status_code == 200
    assert (await door.me(other["access_token"])).status_code == 401
    assert (await door.refresh(other["refresh_token"])).status_code == 401
    assert (await door.me(ada.access_token)).status_code == 200
    assert (await door.refresh(ada.refresh_token)).status_code == 200
    assert (await door.me(grace.access_token)).status_code == 200


async def test_new_password_ends_a_session_that_is_opened_with_the_old_one_at_the_same_moment(
    door: Door, ada: Person
) -> None:
    (row,) = door.sql("SELECT password_hash FROM accounts WHERE id = $1", ada.id)
    thief = (uuid7(), ada.id, row["password_hash"], b"hash", timedelta(days=1), first_id_at(NOW - AT_MOST), 1)
    with door.api.engine.database.connection() as connection:
        with connection.transaction():
            connection.execute(OPEN, thief)
            changing = asyncio.create_task(
                ada.send("PATCH", "/api/auth/me", json={"password": NEW, "current_password": PASSWORD})
            )
            await becomes(lambda: bool(door.sql("SELECT pid FROM pg_locks WHERE NOT granted")))
        assert (await soon(changing)).status_code == 200
    revoked = door.sql("SELECT id, revoked_reason FROM sessions WHERE revoked_at IS NOT NULL")
    assert revoked == [{"id": thief[0], "revoked_reason": "password"}]
    assert (await door.login(password=NEW)).status_code == 200


async def test_stolen_token_cannot_be_used_to_guess_the_password(door: Door, ada: Person) -> None:
    for _ in range(10):
        change = {"password": NEW, "current_password": "another password"}
        assert (await ada.send("PATCH", "/api/auth/me", json=change)).status_code == 400
    answer = await ada.send("PATCH", "/api/auth/me", json={"password": NEW, "current_password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_logins")
    assert (await door.login()).status_code == 200


async def test_key_changes_the_name_but_not_the_password(door: Door, ada: Person) -> None:
    headers = {"X-API-Key": (await ada.new_key())["key"]}
    change = {"password": NEW, "current_password": PASSWORD}
    answer = await door.client.patch("/api/auth/me", json=change, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "sign_in_needed")
    assert (await door.login()).status_code == 200
    answer = await door.client.patch("/api/auth/me", json={"name": "Script"}, headers=headers)
    assert (answer.status_code, answer.json()["name"]) == (200, "Script")


async def test_service_has_no_address(door: Door) -> None:
    answer = await door.api.mine.get("/api/auth/me")
    assert (answer.status_code, answer.json()["email"], answer.json()["plan"]["name"]) == (200, None, "premium")
