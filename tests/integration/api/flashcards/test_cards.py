"""Cards: made of the bank, listed, set aside, deleted."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.support.api import NOW
from tests.support.learners import Learner, answer

CARDS = "/api/flashcards"


def stored(learner: Learner) -> list[tuple[UUID, str]]:
    rows = learner.api.engine.connection.execute("SELECT entry_id, direction FROM cards ORDER BY id").fetchall()
    return [(row["entry_id"], row["direction"]) for row in rows]


async def generate(learner: Learner, **order: Any) -> dict[str, Any]:
    made = await learner.api.mine.post(CARDS, json=order)
    assert made.status_code == 201, made.text
    return dict(made.json())


async def test_cards_are_made_once_a_direction(learner: Learner) -> None:
    house, dog = learner.entry("Haus"), learner.entry("Hund")
    first = await generate(learner, entry_ids=[str(house)], directions=["recognition"])
    assert (first["created"], stored(learner)) == (1, [(house, "recognition")])
    second = await generate(learner, entry_ids=[str(house), str(dog), str(house)])
    assert (second["created"], len(second["card_ids"])) == (3, 3)
    assert sorted(stored(learner)) == sorted(
        (entry, way) for entry in (house, dog) for way in ("recognition", "production")
    )
    assert await generate(learner, entry_ids=[str(house)]) == {
        "created": 0,
        "card_ids": [],
        "without_meaning": 0,
    }


async def test_cards_of_a_whole_pair_leave_out_what_is_not_to_be_learnt(learner: Learner) -> None:
    house, dog = learner.entry("Haus"), learner.entry("Hund")
    learner.api.engine.connection.execute("UPDATE word_bank SET status = 'known' WHERE id = $1", (dog,))
    made = await generate(learner, pair_id=str(learner.pair), directions=["production"])
    assert (made["created"], stored(learner)) == (1, [(house, "production")])


async def test_entry_or_pair_of_somebody_else_is_404_and_makes_nothing(learner: Learner) -> None:
    mine = learner.entry()
    for order in ({"entry_ids": [str(mine)]}, {"pair_id": str(learner.pair)}):
        assert (await learner.api.theirs.post(CARDS, json=order)).status_code == 404
    both = {"entry_ids": [str(mine), str(uuid4())]}
    assert (await learner.api.mine.post(CARDS, json=both)).status_code == 404
    assert stored(learner) == []


@pytest.mark.parametrize(
    "order",
    [
        {},
        {"entry_ids": []},
        {"entry_ids": [str(uuid4())], "pair_id": str(uuid4())},
        {"pair_id": str(uuid4()), "directions": []},
        {"pair_id": str(uuid4()), "directions": ["sideways"]},
        {"pair_id": str(uuid4()), "deck": 1},
    ],
)
async def test_bad_order_is_400(learner: Learner, order: dict[str, Any]) -> None:
    assert (await learner.api.mine.post(CARDS, json=order)).status_code == 400


async def test_cards_come_in_pages_newest_first(learner: Learner) -> None:
    ids = [str(learner.card(f"Wort{index}")) for index in range(5)]
    found, token = [], ""
    while True:
        page = await learner.get(f"{CARDS}?page_size=2&pair_id={learner.pair}&page_token={token}")
        found += [card["id"] for card in page["items"]]
        token = page["next_page_token"]
        if not token:
            break
    assert found == ids[::-1]
    assert (await learner.get(f"{CARDS}?pair_id={uuid4()}"))["items"] == []
    assert (await learner.api.theirs.get(CARDS)).json()["items"] == []
    assert (await learner.api.mine.get(f"{CARDS}?state=lost")).status_code == 400


async def test_due_cards_are_the_queue_without_new_ones(learner: Learner) -> None:
    learner.card("Neu")
    card = learner.card("Alt", due=NOW - timedelta(days=1))
    due = await learner.get(f"{CARDS}/due")
    assert [each["card"]["id"] for each in due["cards"]] == [str(card)]


async def test_card_is_set_aside_and_taken_up_again(learner: Learner) -> None:
    card = learner.card("Haus", due=NOW - timedelta(days=1))
    before = await learner.get(f"{CARDS}/{card}")
    for _ in range(2):
        aside = await learner.api.mine.post(f"{CARDS}/{card}/suspend")
        assert (aside.status_code, aside.json()["schedule"]["state"]) == (200, "suspended")
    assert (await learner.get(f"{CARDS}/due"))["cards"] == []
    back = await learner.api.mine.post(f"{CARDS}/{card}/unsuspend")
    assert (back.status_code, back.json()) == (200, before)


async def test_leech_that_is_set_aside_too_stays_a_leech(learner: Learner) -> None:
    card = learner.card()
    learner.api.engine.connection.execute("UPDATE cards SET suspended = 'leech'")
    assert (await learner.api.mine.post(f"{CARDS}/{card}/suspend")).json()["schedule"]["leech"] is True
    assert (await learner.api.mine.post(f"{CARDS}/{card}/unsuspend")).json()["schedule"]["state"] == "new"


async def test_deleted_card_is_gone_with_its_reviews_and_the_word_stays(learner: Learner) -> None:
    card = learner.card()
    await learner.answer(card)
    assert (await learner.api.mine.delete(f"{CARDS}/{card}")).status_code == 204
    assert (await learner.api.mine.delete(f"{CARDS}/{card}")).status_code == 404
    row = learner.api.engine.connection.execute(
        "SELECT (SELECT count(*) FROM reviews) AS reviews, (SELECT count(*) FROM word_bank) AS entries"
    ).fetchone()
    assert row == {"reviews": 0, "entries": 1}


async def test_event_of_a_card_is_an_answer_to_it(learner: Learner) -> None:
    card = learner.card()
    body = answer(card)
    del body["card_id"]
    first = await learner.api.mine.post(f"{CARDS}/{card}/events", json=body)
    again = await learner.api.mine.post(f"{CARDS}/{card}/events", json=body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["card"]["schedule"]["reviews"] == again.json()["card"]["schedule"]["reviews"] == 1


async def test_card_of_a_sentence_shows_it_with_its_translations(learner: Learner) -> None:
    connection = learner.api.engine.connection
    german, english, hidden, card = (uuid4() for _ in range(4))
    for sentence, language, text in ((german, "de", "Guten Tag."), (english, "en", "Hello."), (hidden, "en", "Bad.")):
        connection.execute(
            "INSERT INTO sentences (id, language, text, source, licence) VALUES ($1, $2, $3, 'test', 'MIT')",
            (sentence, language, text),
        )
    for translation in (english, hidden):
        connection.execute("INSERT INTO sentence_translations VALUES ($1, $2)", (german, translation))
    connection.execute("UPDATE sentences SET hidden_at = clock_timestamp() WHERE id = $1", (hidden,))
    connection.execute(
        "INSERT INTO cards (id, owner_id, pair_id, sentence_id, direction) VALUES ($1, $2, $3, $4, 'recognition')",
        (card, learner.id, learner.pair, german),
    )
    shown = await learner.get(f"{CARDS}/{card}")
    assert (shown["word"], shown["sentence"]) == (
        None,
        {"id": str(german), "text": "Guten Tag.", "translations": ["Hello."]},
    )
