"""An account that is deleted while somebody still asks for something: no mistake of ours, and nothing outlives it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import httpx
import pytest

from shared.db.session import Connection, connect
from shared.jobs import store
from shared.jobs.ids import uuid7
from shared.jobs.statements import SQL
from tests.integration.api.accounts.conftest import Door, Person
from tests.integration.api.accounts.test_erasure import goodbye
from tests.integration.api.conftest import Api
from tests.support.api import NOW
from tests.support.jobs import step, submission
from tests.support.learners import answer
from tests.support.studying import in_bank, new_pair, new_word, with_card
from tests.support.waiting import becomes, soon

SETTINGS = {
    "desired_retention": 0.9,
    "new_per_day": 5,
    "reviews_per_day": 50,
    "day_starts_at": 4,
    "time_zone": "Europe/Berlin",
    "leech_lapses": 8,
}
ARTICLE = {"language": "de", "level": "A2", "topic": "cats"}
BATCH = {"items": [ARTICLE, ARTICLE]}
LOOK_UP = {"language": "de", "lemma": "Bank", "native_language": "en"}
KEY = {"Idempotency-Key": "once"}
ORDERS: dict[str, tuple[str, dict[str, Any], dict[str, str]]] = {
    "an article": ("/api/generation/articles", ARTICLE, {}),
    "an article with a key": ("/api/generation/articles", ARTICLE, KEY),
    "a batch": ("/api/generation/batches", BATCH, {}),
    "a batch with a key": ("/api/generation/batches", BATCH, KEY),
    "a word": ("/api/vocabulary/analyze", LOOK_UP, {}),
    "an export": ("/api/exports", {"format": "json"}, {}),
}


async def waits_for_a_lock(api: Api) -> bool:
    """True while some statement waits for a lock."""
    row = api.engine.connection.execute("SELECT count(*) AS n FROM pg_locks WHERE NOT granted").fetchone()
    assert row is not None
    return bool(row["n"])


@contextmanager
def transaction(url: str) -> Iterator[Connection]:
    """Somebody else's, open until the end of the block."""
    with connect(url, "test") as other, other.transaction():
        yield other


async def during_deletion(api: Api, url: str, method: str, path: str, body: dict[str, Any]) -> httpx.Response:
    """The answer to a request that meets the deletion of its account half-way."""
    await api.mine.get("/api/auth/me")  # from now on the key is believed without a look
    with transaction(url) as other:
        other.execute("DELETE FROM accounts WHERE id = $1", (api.key.owner_id,))
        asking = asyncio.create_task(api.mine.request(method, path, json=body))
        await becomes(lambda: waits_for_a_lock(api))
    return await soon(asking)


async def test_a_list_that_is_just_being_made(api: Api, clean_database: str) -> None:
    body = {"name": "Küche", "language": "de"}
    refused = await during_deletion(api, clean_database, "POST", "/api/vocabulary/lists", body)
    assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")


async def test_an_answer_that_is_just_being_given(api: Api, clean_database: str) -> None:
    connection, me = api.engine.connection, api.key.owner_id
    pair = new_pair(connection, me)
    new_word(connection, "Haus")
    in_bank(connection, me, pair, "Haus")
    card = with_card(connection, me, pair, "Haus")
    body = answer(card, "good", NOW)
    refused = await during_deletion(api, clean_database, "POST", "/api/learning/reviews", body)
    assert refused.status_code in {404, 503}, refused.text
    assert connection.execute("SELECT 1 FROM reviews").rowcount == 0


async def test_settings_that_are_just_being_saved(api: Api, clean_database: str) -> None:
    refused = await during_deletion(api, clean_database, "PUT", "/api/learning/settings", SETTINGS)
    assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
async def test_an_order_after_the_deletion_makes_no_job(
    api: Api, order: tuple[str, dict[str, Any], dict[str, str]]
) -> None:
    path, body, headers = order
    await api.mine.get("/api/auth/me")
    api.engine.connection.execute("DELETE FROM accounts WHERE id = $1", (api.key.owner_id,))
    refused = await api.mine.post(path, json=body, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (401, "unauthenticated")
    assert "invalid_token" in refused.headers["WWW-Authenticate"]
    for table in ("jobs", "job_steps", "batches"):
        assert api.engine.connection.execute(f"SELECT 1 FROM {table}").rowcount == 0  # noqa: S608 - names of ours
    assert api.publisher.published == []


async def test_an_order_that_is_just_being_made_waits_for_the_deletion(api: Api, clean_database: str) -> None:
    refused = await during_deletion(api, clean_database, "POST", "/api/generation/articles", ARTICLE)
    assert (refused.status_code, refused.json()["code"]) == (401, "unauthenticated")
    assert api.engine.connection.execute("SELECT 1 FROM jobs").rowcount == 0


async def deleted_during(door: Door, person: Person, url: str, *statements: tuple[str, tuple[object, ...]]) -> str:
    """What a deletion says that has to wait for these statements of somebody else."""
    with transaction(url) as other:
        for sql, values in statements:
            other.execute(sql, values)
        deleting = asyncio.create_task(goodbye(door, person))
        await becomes(lambda: waits_for_a_lock(door.api))
    status, code = await soon(deleting)
    return f"{status} {code}"


def open_jobs(door: Door, owner: UUID) -> int:
    return len(door.sql("SELECT 1 FROM jobs WHERE owner_id = $1 AND finished_at IS NULL", owner))


async def test_a_deletion_waits_for_an_order_that_was_first(door: Door, clean_database: str) -> None:
    person = await door.person()
    job = submission([step("work")], owner_id=person.id, of_account=True)
    with transaction(clean_database) as other:
        store.submit(other, [job], may_publish=False)
        deleting = asyncio.create_task(goodbye(door, person))
        await becomes(lambda: waits_for_a_lock(door.api))
    assert await soon(deleting) == (409, "jobs_open")
    assert open_jobs(door, person.id) == 1
    assert (await door.login()).status_code == 200


async def test_a_deletion_waits_for_a_retry_that_was_first(door: Door, clean_database: str) -> None:
    person = await door.person()
    old, new = door.api.engine.submit(step("work"), owner_id=person.id), uuid7()
    door.api.engine.fail(old, "work")
    said = await deleted_during(
        door,
        person,
        clean_database,
        (SQL["lock_job"], (old, person.id)),
        (SQL["retry_job"], (new, old, 60.0, 60.0, None)),
        (SQL["retry_steps"], (new, old)),
    )
    assert said == "409 jobs_open"
    assert open_jobs(door, person.id) == 1
