"""What somebody else answers is in nobody else's numbers."""

from tests.support.api import NOW
from tests.support.learners import Learner
from tests.support.people import new_person
from tests.support.studying import new_pair, reviewed, with_card

DAILY = "/api/learning/analytics/daily"


async def test_a_strangers_answers_are_not_mine(learner: Learner) -> None:
    connection = learner.api.engine.connection
    stranger = new_person(connection, "tom").id
    card = with_card(connection, stranger, new_pair(connection, stranger), "Haus", due=NOW)
    reviewed(connection, stranger, card, NOW)
    assert [day["reviewed"] for day in (await learner.get(DAILY))["days"] if day["reviewed"]] == []
    reviewed(connection, learner.id, learner.card("Hund", due=NOW), NOW)
    assert [day["reviewed"] for day in (await learner.get(DAILY))["days"] if day["reviewed"]] == [1]
