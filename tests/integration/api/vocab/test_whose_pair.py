"""Whose pair is meant where none is named."""

from tests.integration.api.vocab.conftest import Learner, annotated
from tests.support.people import new_person
from tests.support.studying import new_pair


async def test_a_strangers_older_pair_of_the_language_is_never_taken(learner: Learner) -> None:
    connection = learner.engine.connection
    older = new_pair(connection, new_person(connection, "tom").id)
    connection.execute("UPDATE language_pairs SET created_at = created_at - interval '1 day' WHERE id = $1", (older,))
    order = {"article_id": annotated(learner.api), "start": 4}
    answer = await learner.http.post("/api/vocab/entries/from-article", json=order)
    assert (answer.status_code, answer.json()["pair_id"]) == (201, learner.pair_id)
