from typing import Any

import pytest

from services.api.accounts import key_actions
from services.api.auth import secret_hash
from shared.jobs.ids import uuid7
from tests.integration.api.accounts.conftest import Door, Person

KEYS = "/api/auth/keys"


async def test_key_is_shown_once_and_stored_as_a_hash(door: Door, ada: Person) -> None:
    answer = await ada.send("POST", KEYS, json={"name": " laptop "})
    assert (answer.status_code, answer.headers["cache-control"]) == (201, "no-store")
    made = answer.json()
    assert made["key"].startswith("pk_")
    assert made["prefix"] == made["key"][:11]
    assert (made["name"], made["scopes"], made["last_used_at"]) == ("laptop", ["read", "write"], None)
    (row,) = door.sql("SELECT * FROM api_keys WHERE owner_id = $1", ada.id)
    assert row["key_hash"] == secret_hash(made["key"])
    assert made["key"] not in str(row)
    (listed,) = (await ada.send("GET", KEYS)).json()["items"]
    assert listed == {name: value for name, value in made.items() if name != "key"}
    assert (await door.me(made["key"])).json()["id"] == str(ada.id)


@pytest.mark.parametrize(
    ("order", "fields"),
    [
        ({}, ["name"]),
        ({"name": " ", "scopes": []}, ["name", "scopes"]),
        ({"name": "x" * 101}, ["name"]),
        ({"name": "a\u0000"}, ["name"]),
        ({"name": "x", "scopes": ["delete"]}, ["scopes[0]"]),
        ({"name": "x", "owner_id": str(uuid7())}, ["owner_id"]),
    ],
)
async def test_bad_order_is_refused(door: Door, ada: Person, order: dict[str, Any], fields: list[str]) -> None:
    answer = await ada.send("POST", KEYS, json=order)
    assert (answer.status_code, answer.json()["code"]) == (400, "input_invalid")
    assert [error["field"] for error in answer.json()["errors"]] == fields
    assert door.sql("SELECT id FROM api_keys WHERE owner_id = $1", ada.id) == []


async def test_only_an_admin_makes_admin_keys(door: Door, ada: Person) -> None:
    order = {"name": "ops", "scopes": ["read", "admin"]}
    answer = await ada.send("POST", KEYS, json=order)
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    door.sql("UPDATE accounts SET role = 'admin' WHERE id = $1", ada.id)
    door.api.resources.key_ring._known.clear()
    assert (await ada.send("POST", KEYS, json=order)).json()["scopes"] == ["read", "admin"]


async def test_key_can_do_no_more_than_its_scopes(door: Door, ada: Person) -> None:
    reading = {"X-API-Key": (await ada.new_key(scopes=["read"]))["key"]}
    writing = {"X-API-Key": (await ada.new_key(scopes=["write"]))["key"]}
    assert (await door.client.get("/api/auth/me", headers=reading)).status_code == 200
    answer = await door.client.patch("/api/auth/me", headers=reading, json={"name": "x"})
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    challenge = 'Bearer realm="parlance", error="insufficient_scope", scope="write"'
    assert answer.headers["www-authenticate"] == challenge
    assert (await door.client.get("/api/auth/me", headers=writing)).status_code == 403
    assert (await door.client.patch("/api/auth/me", headers=writing, json={"name": "x"})).status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", KEYS),
        ("POST", KEYS),
        ("DELETE", f"{KEYS}/0190a6c2-8f5e-7b1a-9c3d-2e4f6a8b0c1d"),
        ("POST", "/api/auth/logout"),
    ],
)
async def test_keys_do_not_manage_keys(door: Door, ada: Person, method: str, path: str) -> None:
    headers = {"X-API-Key": (await ada.new_key())["key"]}
    answer = await door.client.request(method, path, headers=headers, json={"name": "x"} if path == KEYS else None)
    assert (answer.status_code, answer.json()["code"]) == (403, "sign_in_needed")
    assert len(door.sql("SELECT id FROM api_keys WHERE owner_id = $1", ada.id)) == 1


async def test_revoked_key_is_refused_and_listed_no_more(door: Door, ada: Person) -> None:
    kept, gone = await ada.new_key(name="kept"), await ada.new_key(name="gone")
    assert (await door.me(gone["key"])).status_code == 200
    assert (await ada.send("DELETE", f"{KEYS}/{gone['id']}")).status_code == 204
    assert (await door.me(gone["key"])).status_code == 401
    assert (await door.me(kept["key"])).status_code == 200
    assert [key["name"] for key in (await ada.send("GET", KEYS)).json()["items"]] == ["kept"]
    again = await ada.send("DELETE", f"{KEYS}/{gone['id']}")
    assert (again.status_code, again.json()["code"]) == (404, "not_found")


async def test_key_of_somebody_else_looks_like_none(door: Door, ada: Person) -> None:
    grace = await door.person("grace@example.org")
    key = await grace.new_key()
    foreign = await ada.send("DELETE", f"{KEYS}/{key['id']}")
    missing = await ada.send("DELETE", f"{KEYS}/{uuid7()}")
    assert foreign.status_code == missing.status_code == 404
    assert {**foreign.json(), "request_id": ""} == {**missing.json(), "request_id": ""}
    assert (await ada.send("GET", KEYS)).json()["items"] == []
    assert (await door.me(key["key"])).status_code == 200
    assert (await ada.send("DELETE", f"{KEYS}/nonsense")).status_code in {400, 404}


async def test_keys_come_in_pages_newest_first(ada: Person) -> None:
    for number in range(5):
        await ada.new_key(name=str(number))
    seen, token = [], ""
    for _ in range(3):
        page = (await ada.send("GET", KEYS, params={"page_size": 2, "page_token": token})).json()
        seen += [key["name"] for key in page["items"]]
        token = page["next_page_token"]
    assert (seen, token) == (["4", "3", "2", "1", "0"], "")
    assert (await ada.send("GET", KEYS, params={"page_token": "made-up"})).status_code == 400


async def test_account_has_only_so_many_keys(door: Door, ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_actions, "MOST_KEYS", 2)
    first, _ = await ada.new_key(), await ada.new_key()
    answer = await ada.send("POST", KEYS, json={"name": "x"})
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_keys")
    grace = await door.person("grace@example.org")
    await grace.new_key()
    assert (await ada.send("DELETE", f"{KEYS}/{first['id']}")).status_code == 204
    await ada.new_key()


async def test_use_of_a_key_is_noted_at_most_once_a_minute(door: Door, ada: Person) -> None:
    key, _ = await ada.new_key(name="used"), await ada.new_key(name="idle")

    async def used() -> Any:
        door.api.resources.key_ring._known.clear()
        assert (await door.me(key["key"])).status_code == 200
        newest_first = (await ada.send("GET", KEYS)).json()["items"]
        assert newest_first[0]["last_used_at"] is None
        return newest_first[1]["last_used_at"]

    first = await used()
    assert first is not None
    assert await used() == first
    door.sql("UPDATE api_keys SET last_used_at = last_used_at - interval '61 seconds' WHERE id = $1", key["id"])
    assert await used() > first


async def test_key_is_good_while_somebody_holds_its_row(door: Door, ada: Person) -> None:
    key = await ada.new_key()
    with door.api.engine.connection.transaction():
        door.sql("SELECT id FROM api_keys WHERE id = $1 FOR UPDATE", key["id"])
        assert (await door.me(key["key"])).status_code == 200
