"""A card that has nothing on its other side is not asked, and is as soon as it has."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from tests.support.api import NOW
from tests.support.learners import Learner
from tests.support.studying import in_bank, new_word, with_card


async def asked(learner: Learner) -> list[str]:
    """The lemmas of the queue, which counts as many as it asks, and so does the screen."""
    queue = await learner.get("/api/learning/queue")
    counts = queue["counts"]
    assert counts["new"] + counts["learning"] + counts["review"] == len(queue["cards"])
    screen = await learner.get("/bff/review")
    assert [card["id"] for card in screen["cards"]] == [each["card"]["id"] for each in queue["cards"]]
    return [each["card"]["word"]["lemma"] for each in queue["cards"]]


async def generated(learner: Learner, *entries: UUID) -> dict[str, Any]:
    made = await learner.api.mine.post("/api/flashcards", json={"entry_ids": [str(entry) for entry in entries]})
    assert made.status_code == 201, made.text
    return dict(made.json())


async def test_a_word_without_a_meaning_gets_cards_that_wait_for_one(learner: Learner) -> None:
    house = learner.entry("Haus")
    unknown = in_bank(learner.api.engine.connection, learner.id, learner.pair, "Quatschwort", translation=None)
    made = await generated(learner, house, unknown)
    assert (made["created"], made["without_meaning"]) == (4, 1)
    assert await asked(learner) == ["Haus"]
    told = await learner.api.mine.patch(f"/api/vocab/entries/{unknown}", json={"translation": "nonsense"})
    assert told.status_code == 200
    assert await asked(learner) == ["Haus", "Quatschwort"]
    assert (await generated(learner, unknown))["without_meaning"] == 0


async def test_a_meaning_in_another_language_is_none(learner: Learner) -> None:
    connection = learner.api.engine.connection
    new_word(connection, "Haus")
    connection.execute("""UPDATE words SET translations = '{"fr": ["maison"], "en": []}'""")
    with_card(connection, learner.id, learner.pair, "Haus", due=NOW - timedelta(days=1))
    assert await asked(learner) == []
    connection.execute("""UPDATE words SET translations = '{"en": ["house"]}'""")
    assert await asked(learner) == ["Haus"]


async def test_what_is_known_already_does_not_lack_a_meaning(learner: Learner) -> None:
    unknown = in_bank(learner.api.engine.connection, learner.id, learner.pair, "Quatschwort", translation=None)
    learner.api.engine.connection.execute("UPDATE word_bank SET status = 'known'")
    assert await generated(learner, unknown) == {"created": 0, "card_ids": [], "without_meaning": 0}
