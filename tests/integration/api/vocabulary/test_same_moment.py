"""What happens to a word of one's own while somebody else changes what it belongs to."""

import asyncio
from uuid import UUID

from shared.db.session import connect
from tests.integration.api.conftest import Api
from tests.support.lexicon import new_entry, new_pair
from tests.support.waiting import becomes, soon

WORDS = "/api/vocabulary/words"
OWN = {"language": "de", "lemma": "Krimskrams", "pos": "NOUN", "translations": {"en": ["odds and ends"]}}


async def waits_for_a_lock(api: Api) -> bool:
    """True while some statement waits for a lock."""
    row = api.engine.connection.execute("SELECT count(*) AS n FROM pg_locks WHERE NOT granted").fetchone()
    assert row is not None
    return bool(row["n"])


async def test_a_word_that_is_just_being_put_into_the_bank_is_not_deleted(api: Api, clean_database: str) -> None:
    word, pair = (await api.mine.post(WORDS, json=OWN)).json()["id"], new_pair(api.engine.connection, api.key.owner_id)
    with connect(clean_database, "test") as other:
        with other.transaction():
            new_entry(other, api.key.owner_id, pair, UUID(word))
            deleting = asyncio.create_task(api.mine.delete(f"{WORDS}/{word}"))
            await becomes(lambda: waits_for_a_lock(api))
        answer = await soon(deleting)
    assert (answer.status_code, answer.json()["code"]) == (409, "word_in_use")
    assert api.engine.connection.execute("SELECT count(*) AS n FROM word_bank").fetchone() == {"n": 1}


async def test_a_word_that_is_just_being_put_into_the_bank_keeps_its_language(api: Api, clean_database: str) -> None:
    word, pair = (await api.mine.post(WORDS, json=OWN)).json()["id"], new_pair(api.engine.connection, api.key.owner_id)
    with connect(clean_database, "test") as other:
        with other.transaction():
            new_entry(other, api.key.owner_id, pair, UUID(word))
            replacing = asyncio.create_task(api.mine.put(f"{WORDS}/{word}", json={**OWN, "language": "fr"}))
            await becomes(lambda: waits_for_a_lock(api))
        answer = await soon(replacing)
    assert (answer.status_code, answer.json()["code"]) == (409, "word_in_use")
    assert (await api.mine.get(f"{WORDS}/{word}")).json()["language"] == "de"


async def test_a_word_of_somebody_who_is_just_being_deleted_is_asked_for_again(api: Api, clean_database: str) -> None:
    with connect(clean_database, "test") as other:
        with other.transaction():
            other.execute("DELETE FROM accounts WHERE id = $1", (api.key.owner_id,))
            making = asyncio.create_task(api.mine.post(WORDS, json=OWN))
            await becomes(lambda: waits_for_a_lock(api))
        assert (await soon(making)).status_code == 503
