import asyncio
from datetime import timedelta

import pytest

from services.api.accounts.sessions import AT_MOST, SWEPT, end_session, first_id_at, open_session
from services.api.auth import SignIn
from shared.jobs.ids import uuid7
from tests.integration.api.accounts.conftest import Door, Person
from tests.support.api import NOW

AGO = "UPDATE refresh_tokens SET used_at = used_at - $1::interval WHERE used_at IS NOT NULL"
SESSION = "SELECT revoked_at, revoked_reason, extract(epoch FROM expires_at - clock_timestamp()) AS left FROM sessions"
DAY = 86_400.0


async def test_token_is_changed_for_the_next(door: Door, ada: Person) -> None:
    answer = await door.refresh(ada.refresh_token)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    body = answer.json()
    assert set(body) == {"access_token", "token_type", "expires_in", "refresh_token"}
    assert body["refresh_token"] not in {ada.refresh_token, ""}
    assert (await door.me(body["access_token"])).json()["id"] == str(ada.id)
    assert (await door.refresh(body["refresh_token"])).status_code == 200


async def test_race_with_one_token_gives_one_child(door: Door, ada: Person) -> None:
    answers = await asyncio.gather(*(door.refresh(ada.refresh_token) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200, *[401] * 19]
    assert len(door.sql("SELECT token_hash FROM refresh_tokens")) == 2
    (child,) = (answer.json()["refresh_token"] for answer in answers if answer.status_code == 200)
    assert (await door.refresh(child)).status_code == 200  # the race has revoked nothing


async def test_used_token_that_comes_again_ends_the_session(door: Door, ada: Person) -> None:
    child = (await door.refresh(ada.refresh_token)).json()
    door.sql(AGO, timedelta(seconds=11))
    other = (await door.login()).json()
    answer = await door.refresh(ada.refresh_token)
    assert (answer.status_code, answer.json()["code"]) == (401, "refresh_token_invalid")
    assert (await door.refresh(child["refresh_token"])).status_code == 401
    assert (await door.me(child["access_token"])).status_code == 401
    assert (await door.refresh(other["refresh_token"])).status_code == 200
    assert [row["revoked_reason"] for row in door.sql(f"{SESSION} ORDER BY id")] == ["reuse", None]


async def test_used_token_that_comes_again_at_once_does_no_harm(door: Door, ada: Person) -> None:
    child = (await door.refresh(ada.refresh_token)).json()
    door.sql(AGO, timedelta(seconds=8))
    again = await door.refresh(ada.refresh_token)
    assert (again.status_code, again.json()["code"]) == (401, "refresh_token_invalid")
    assert (await door.refresh(child["refresh_token"])).status_code == 200


@pytest.mark.parametrize("token", ["", "rt_", "x" * 10_000, "rt_ümläut", "rt_" + "n" * 43])
async def test_unknown_token_is_refused(door: Door, ada: Person, token: str) -> None:
    answer = await door.refresh(token)
    assert (answer.status_code, answer.json()["code"]) == (401, "refresh_token_invalid")
    assert answer.headers["www-authenticate"] == 'Bearer realm="parlance"'
    assert (await door.refresh(ada.refresh_token)).status_code == 200


async def test_access_token_and_key_are_no_refresh_tokens(door: Door, ada: Person) -> None:
    for token in (ada.access_token, (await ada.new_key())["key"]):
        assert (await door.refresh(token)).status_code == 401


async def test_session_lives_thirty_days_from_its_last_use(door: Door, ada: Person) -> None:
    door.sql("UPDATE sessions SET expires_at = clock_timestamp() + interval '1 day'")
    assert (await door.refresh(ada.refresh_token)).status_code == 200
    (row,) = door.sql(SESSION)
    assert float(row["left"]) == pytest.approx(30 * DAY, abs=60)


async def test_session_lives_ninety_days_in_all(door: Door, ada: Person) -> None:
    door.sql("UPDATE sessions SET created_at = clock_timestamp() - interval '85 days'")
    assert (await door.refresh(ada.refresh_token)).status_code == 200
    (row,) = door.sql(SESSION)
    assert float(row["left"]) == pytest.approx(5 * DAY, abs=60)


async def test_session_that_has_ended_is_not_carried_on(door: Door, ada: Person) -> None:
    door.sql("UPDATE sessions SET expires_at = clock_timestamp()")
    assert (await door.refresh(ada.refresh_token)).status_code == 401
    assert (await door.me(ada.access_token)).status_code == 401


async def test_sign_in_takes_dead_sessions_along(door: Door, ada: Person) -> None:
    """Of anybody; a few at a time, the oldest first; those that may be alive stay."""
    insert = "INSERT INTO sessions (id, account_id, expires_at) VALUES ($1, $2, clock_timestamp())"
    for days in range(1, SWEPT + 4):
        door.sql(insert, first_id_at(NOW - AT_MOST - timedelta(days=days)), ada.id)
    young = first_id_at(NOW - AT_MOST + timedelta(days=1))
    door.sql(insert, young, ada.id)
    assert (await door.login()).status_code == 200
    assert len(door.sql("SELECT id FROM sessions")) == 3 + 1 + 2
    assert (await door.login()).status_code == 200
    assert len(door.sql("SELECT id FROM sessions")) == 1 + 3
    assert door.sql("SELECT min(id::text) AS id FROM sessions") == [{"id": str(young)}]
    assert (await door.refresh(ada.refresh_token)).status_code == 200


async def test_session_is_opened_for_the_password_that_was_verified_and_no_other(door: Door, ada: Person) -> None:
    database = door.api.resources.database
    (account,) = door.sql("SELECT password_hash FROM accounts WHERE id = $1", ada.id)
    assert await open_session(database, ada.id, "student", "changed meanwhile", NOW) is None
    door.sql("UPDATE accounts SET disabled_at = clock_timestamp() WHERE id = $1", ada.id)
    assert await open_session(database, ada.id, "student", account["password_hash"], NOW) is None
    door.sql("UPDATE accounts SET disabled_at = NULL WHERE id = $1", ada.id)
    assert await open_session(database, ada.id, "student", account["password_hash"], NOW) is not None
    assert len(door.sql("SELECT id FROM sessions")) == 2


async def test_nobody_ends_the_session_of_somebody_else(door: Door, ada: Person) -> None:
    (session,) = door.sql("SELECT id FROM sessions")
    await end_session(door.api.resources.database, SignIn(uuid7(), session["id"]))
    assert (await door.me(ada.access_token)).status_code == 200
    await end_session(door.api.resources.database, SignIn(ada.id, session["id"]))
    assert (await door.refresh(ada.refresh_token)).status_code == 401
