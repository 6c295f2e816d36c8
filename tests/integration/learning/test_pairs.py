"""Two pairs that are begun at the same moment: the second waits, and rests."""

import threading

from shared.learning.pairs import add_pair
from tests.support.jobs import Engine
from tests.support.people import new_person
from tests.support.waiting import becomes

BLOCKED = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


async def test_of_two_first_pairs_at_once_the_first_is_active(engine: Engine) -> None:
    owner = new_person(engine.connection, "lea").id

    def add_french() -> None:
        with engine.database.connection() as connection, connection.transaction():
            add_pair(connection, owner, "fr", "en")

    adding = threading.Thread(target=add_french)
    with engine.database.connection() as connection, connection.transaction():
        add_pair(connection, owner, "de", "en")
        adding.start()
        await becomes(lambda: engine.connection.execute(BLOCKED).fetchone() is not None)
    adding.join(20)
    pairs = engine.connection.execute("SELECT language, active FROM language_pairs ORDER BY language").fetchall()
    assert [tuple(row.values()) for row in pairs] == [("de", True), ("fr", False)]
