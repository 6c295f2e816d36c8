"""Cards of what somebody else deletes in the same moment: tried again, and no mistake of ours."""

import asyncio

from shared.db.session import connect
from tests.support.learners import Learner
from tests.support.waiting import becomes, soon


async def test_an_entry_that_is_just_being_deleted_gets_no_cards(learner: Learner, clean_database: str) -> None:
    entry = learner.entry("Haus")
    database = learner.api.engine.connection

    async def waits() -> bool:
        return bool(database.execute("SELECT FROM pg_locks WHERE NOT granted").fetchall())

    with connect(clean_database, "test") as other:
        with other.transaction():
            other.execute("DELETE FROM word_bank WHERE id = $1", (entry,))
            making = asyncio.create_task(learner.api.mine.post("/api/flashcards", json={"entry_ids": [str(entry)]}))
            await becomes(waits)
        assert (await soon(making)).status_code == 503
    assert database.execute("SELECT FROM cards").fetchall() == []
