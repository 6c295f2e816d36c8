"""What happens to a bank while somebody else changes it: nothing is lost, and nobody sees a mistake of ours."""

import asyncio
from http import HTTPStatus
from uuid import UUID, uuid4

import pytest

from services.api.problems import ApiError
from services.api.transactions import in_transaction
from shared.db.session import Connection, connect
from shared.learning.bank import add_entry
from shared.learning.model import NewEntry
from tests.integration.api.vocab.conftest import Learner
from tests.support.waiting import becomes, soon

NO_SUCH_PAIR = (
    "INSERT INTO word_bank (id, owner_id, pair_id, word_id, lemma, pos, status)"
    " VALUES ($1, $2, $1, NULL, 'Bank', 'X', 'pending_sense')"
)


async def waits_for_a_lock(learner: Learner) -> bool:
    """True while some statement waits for a lock."""
    row = learner.engine.connection.execute("SELECT count(*) AS n FROM pg_locks WHERE NOT granted").fetchone()
    assert row is not None
    return bool(row["n"])


async def test_a_word_that_is_just_being_added_elsewhere_is_not_deleted(learner: Learner, clean_database: str) -> None:
    french = await learner.http.post("/api/vocab/pairs", json={"language": "de", "native_language": "fr"})
    own = await learner.add("Quatschwort")
    again = NewEntry(lemma="Quatschwort", word_id=UUID(own["word"]["id"]))
    with connect(clean_database, "test") as other:
        with other.transaction():
            add_entry(other, learner.id, UUID(french.json()["id"]), again)
            deleting = asyncio.create_task(learner.http.delete(f"/api/vocab/entries/{own['id']}"))
            await becomes(lambda: waits_for_a_lock(learner))
        assert (await soon(deleting)).status_code == 204
    assert (learner.count("words"), learner.count("word_bank")) == (1, 1)


async def test_a_pair_that_is_just_being_deleted_is_not_there(learner: Learner, clean_database: str) -> None:
    with connect(clean_database, "test") as other:
        with other.transaction():
            other.execute("DELETE FROM language_pairs WHERE id = $1", (learner.pair_id,))
            adding = asyncio.create_task(learner.http.post("/api/vocab/entries", json={"lemma": "Quatschwort"}))
            await becomes(lambda: waits_for_a_lock(learner))
        assert (await soon(adding)).status_code == 404
    assert learner.count("words") == 0


async def test_what_is_gone_in_between_is_tried_again_and_nothing_is_half_done(learner: Learner) -> None:
    def work(connection: Connection) -> None:
        connection.execute("UPDATE language_pairs SET active = false")
        connection.execute(NO_SUCH_PAIR, (uuid4(), learner.id))

    with pytest.raises(ApiError) as caught:
        await in_transaction(learner.api.resources, work)
    assert caught.value.status == HTTPStatus.SERVICE_UNAVAILABLE
    assert (await learner.http.get("/api/vocab/pairs")).json()["items"][0]["active"] is True
