"""Answers over HTTP: one, many, and one taken back."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.support.api import NOW
from tests.support.learners import Learner, answer

REVIEWS = "/api/learning/reviews"


def stored(learner: Learner) -> int:
    row = learner.api.engine.connection.execute("SELECT count(*) AS reviews FROM reviews").fetchone()
    assert row is not None
    return int(row["reviews"])


async def test_answer_shows_the_card_as_it_is_now(learner: Learner) -> None:
    card = learner.card()
    body = answer(card, duration_ms=1200)
    first = await learner.api.mine.post(REVIEWS, json=body)
    again = await learner.api.mine.post(REVIEWS, json=body)
    assert (first.status_code, first.json()["verdict"]) == (201, "accepted")
    assert (again.status_code, again.json()["verdict"]) == (200, "duplicate")
    assert again.json()["card"] == first.json()["card"]
    schedule = first.json()["card"]["schedule"]
    assert (schedule["state"], schedule["due"], schedule["reviews"]) == ("learning", "2026-03-01T12:10:00Z", 1)
    assert (first.json()["became_leech"], stored(learner)) == (False, 1)


async def test_other_answer_with_the_same_id_is_409(learner: Learner) -> None:
    body = answer(learner.card())
    await learner.api.mine.post(REVIEWS, json=body)
    refused = await learner.api.mine.post(REVIEWS, json={**body, "rating": "again"})
    assert (refused.status_code, refused.json()["code"]) == (409, "review_conflict")


async def test_card_of_somebody_else_is_404(learner: Learner) -> None:
    body = answer(learner.card())
    refused = await learner.api.theirs.post(REVIEWS, json=body)
    assert (refused.status_code, stored(learner)) == (404, 0)
    assert (await learner.answer(uuid4())).status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"rating": "fine"}, "rating"),
        ({"rating": 3}, "rating"),
        ({"reviewed_at": "2026-03-01T12:00:00"}, "reviewed_at"),
        ({"reviewed_at": "2026-03-01T12:06:00Z"}, "reviewed_at"),
        ({"reviewed_at": "1970-01-01T00:00:00Z"}, "reviewed_at"),
        ({"duration_ms": -1}, "duration_ms"),
        ({"id": "x"}, "id"),
        ({"source": "import"}, "source"),
    ],
)
async def test_bad_answer_is_400_and_names_the_field(learner: Learner, change: dict[str, Any], field: str) -> None:
    refused = await learner.api.mine.post(REVIEWS, json={**answer(learner.card()), **change})
    assert (refused.status_code, [error["field"] for error in refused.json()["errors"]]) == (400, [field])
    assert stored(learner) == 0


async def test_sync_tells_what_became_of_each(learner: Learner) -> None:
    card, other = learner.card(), learner.card("Hund")
    known = answer(card, at=NOW - timedelta(days=3))
    await learner.api.mine.post(REVIEWS, json=known)
    batch = [
        answer(card, at=NOW - timedelta(days=1)),
        answer(other, "again", NOW - timedelta(days=2)),
        known,
        {**known, "rating": "easy"},
        answer(uuid4()),
        answer(card, at=NOW + timedelta(hours=1)),
    ]
    report = (await learner.api.mine.post(f"{REVIEWS}/sync", json={"reviews": batch})).json()
    verdicts = ["accepted", "accepted", "duplicate", "conflict", "unknown_card", "in_future"]
    assert [result["verdict"] for result in report["results"]] == verdicts
    assert [result["id"] for result in report["results"]] == [each["id"] for each in batch]
    assert report["counts"] == {
        "accepted": 2,
        "duplicate": 1,
        "conflict": 1,
        "unknown_card": 1,
        "in_future": 1,
    }
    assert {each["id"]: each["schedule"]["reviews"] for each in report["cards"]} == {str(card): 2, str(other): 1}
    rows = learner.api.engine.connection.execute("SELECT source FROM reviews ORDER BY received_at").fetchall()
    assert [row["source"] for row in rows] == ["app", "offline", "offline"]


async def test_leech_is_reported(learner: Learner) -> None:
    card = learner.card()
    ratings = ["good", "good", *["again", "good"] * 8]
    batch = [answer(card, rating, NOW - timedelta(days=40 - place)) for place, rating in enumerate(ratings)]
    report = (await learner.api.mine.post(f"{REVIEWS}/sync", json={"reviews": batch[::-1]})).json()
    assert (report["leeches"], report["cards"][0]["schedule"]["leech"]) == ([str(card)], True)
    assert report["cards"][0]["schedule"]["state"] == "suspended"


async def test_thousand_answers_to_five_hundred_cards_are_taken_at_once(learner: Learner) -> None:
    cards = _many_cards(learner, 500)
    batch = [
        answer(card, at=NOW - timedelta(days=2 - round_, minutes=place))
        for round_ in range(2)
        for place, card in enumerate(cards)
    ]
    report = (await learner.api.mine.post(f"{REVIEWS}/sync", json={"reviews": batch})).json()
    assert (report["counts"]["accepted"], len(report["cards"]), stored(learner)) == (1000, 500, 1000)
    assert {card["schedule"]["reviews"] for card in report["cards"]} == {2}


def _many_cards(learner: Learner, count: int) -> list[Any]:
    connection = learner.api.engine.connection
    connection.execute(
        "INSERT INTO sentences (id, language, text, source, licence)"
        " SELECT gen_random_uuid(), 'de', 'Satz ' || number, 'test', 'MIT' FROM generate_series(1, $1) AS number",
        (count,),
    )
    rows = connection.execute(
        "INSERT INTO cards (id, owner_id, pair_id, sentence_id, direction)"
        " SELECT gen_random_uuid(), $1, $2, id, 'recognition' FROM sentences RETURNING id",
        (learner.id, learner.pair),
    ).fetchall()
    return [row["id"] for row in rows]


@pytest.mark.parametrize("count", [0, 1001])
async def test_batch_of_none_or_too_many_is_400(learner: Learner, count: int) -> None:
    body = {"reviews": [answer(uuid4())] * count}
    refused = await learner.api.mine.post(f"{REVIEWS}/sync", json=body)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "reviews")


async def test_batch_with_an_answer_from_before_all_learning_is_400(learner: Learner) -> None:
    early = answer(learner.card()) | {"reviewed_at": "1970-01-01T00:00:00Z"}
    batch = {"reviews": [answer(learner.card("Hund")), early]}
    refused = await learner.api.mine.post(f"{REVIEWS}/sync", json=batch)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "reviews[1].reviewed_at")
    assert stored(learner) == 0


async def test_last_answer_is_taken_back_once(learner: Learner) -> None:
    card = learner.card()
    await learner.answer(card, at=NOW - timedelta(hours=1))
    before = (await learner.get(f"/api/flashcards/{card}"))["schedule"]
    body = answer(card, "again")
    await learner.api.mine.post(REVIEWS, json=body)
    for _ in range(2):
        undone = await learner.api.mine.post(f"{REVIEWS}/{body['id']}/undo")
        assert (undone.status_code, undone.json()) == (200, {"id": str(card), "schedule": before})
    assert (await learner.get("/api/learning/stats"))["reviews"] == 1


async def test_answer_that_is_not_the_last_cannot_be_taken_back(learner: Learner) -> None:
    card = learner.card()
    first = answer(card, at=NOW - timedelta(hours=1))
    await learner.api.mine.post(REVIEWS, json=first)
    await learner.answer(card)
    refused = await learner.api.mine.post(f"{REVIEWS}/{first['id']}/undo")
    assert (refused.status_code, refused.json()["code"]) == (409, "review_not_undoable")
    assert (await learner.api.mine.post(f"{REVIEWS}/{uuid4()}/undo")).status_code == 404
