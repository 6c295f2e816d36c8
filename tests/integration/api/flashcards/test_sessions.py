"""A sitting lives in the database: what was answered is read from the reviews."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.support.api import NOW, application, client, lonely_resources, started
from tests.support.learners import Learner, answer
from tests.support.studying import reviewed

SESSIONS = "/api/flashcards/sessions"


async def begun(learner: Learner, **order: Any) -> dict[str, Any]:
    session = await learner.api.mine.post(SESSIONS, json=order)
    assert session.status_code == 201, session.text
    return dict(session.json())


async def test_session_holds_the_head_of_the_queue(learner: Learner) -> None:
    new = [learner.card(f"Neu{index}") for index in range(3)]
    due = learner.card("Alt", due=NOW - timedelta(days=1))
    session = await begun(learner, cards=3)
    assert session["card_ids"] == [str(due), str(new[0]), str(new[1])]
    assert (session["next"]["id"], session["answered"], session["ended_at"]) == (str(due), [], None)
    assert session["summary"] == {
        "cards": 3,
        "answered": 0,
        "answers": 0,
        "grades": {"again": 0, "hard": 0, "good": 0, "easy": 0},
        "accuracy": None,
        "duration_ms": 0,
    }


async def test_session_goes_on_where_it_was_also_in_another_process(learner: Learner) -> None:
    cards = [learner.card(f"Wort{index}") for index in range(3)]
    session = await begun(learner)
    url = f"{SESSIONS}/{session['id']}"
    body = answer(cards[0], "easy", duration_ms=700)
    first = await learner.api.mine.post(f"{url}/answers", json=body)
    again = await learner.api.mine.post(f"{url}/answers", json=body)
    assert (first.status_code, again.status_code, again.json()["review"]["verdict"]) == (201, 200, "duplicate")
    assert first.json()["session"]["next"]["id"] == str(cards[1])
    await learner.answer(cards[1], "hard")  # elsewhere
    other = application(
        lonely_resources(
            database=learner.api.resources.database,
            engine=learner.api.engine.database,
            key_ring=learner.api.resources.key_ring,
        )
    )
    async with started(other), client(other, learner.api.key.key) as http:
        seen = (await http.get(url)).json()
    assert (seen["answered"], seen["next"]["id"]) == ([str(cards[0]), str(cards[1])], str(cards[2]))
    assert (seen["summary"]["grades"]["easy"], seen["summary"]["grades"]["hard"]) == (1, 1)
    assert seen["summary"]["duration_ms"] == 700


async def test_answers_from_before_and_those_taken_back_are_not_of_the_session(learner: Learner) -> None:
    card = learner.card("Alt", due=NOW - timedelta(days=1))
    reviewed(learner.api.engine.connection, learner.id, card, NOW - timedelta(days=9))
    session = await begun(learner)
    assert session["answered"] == []
    body = answer(card)
    shown = await learner.api.mine.post(f"{SESSIONS}/{session['id']}/answers", json=body)
    assert shown.json()["session"]["answered"] == [str(card)]
    await learner.api.mine.post(f"/api/learning/reviews/{body['id']}/undo")
    assert (await learner.get(f"{SESSIONS}/{session['id']}"))["next"]["id"] == str(card)


async def test_what_is_to_be_learnt_again_comes_behind_the_others_once_it_is_due(learner: Learner) -> None:
    cards = [learner.card(f"Wort{index}") for index in range(2)]
    session = await begun(learner)
    url = f"{SESSIONS}/{session['id']}"
    await learner.answer(cards[0], "again")
    assert (await learner.get(url))["next"]["id"] == str(cards[1])
    await learner.answer(cards[1], "easy")
    assert (await learner.get(url))["next"] is None
    learner.api.engine.connection.execute("UPDATE cards SET due = $2 WHERE id = $1", (cards[0], NOW))
    assert (await learner.get(url))["next"]["id"] == str(cards[0])


async def test_suspended_and_deleted_cards_are_passed_over(learner: Learner) -> None:
    cards = [learner.card(f"Wort{index}") for index in range(3)]
    session = await begun(learner)
    await learner.api.mine.post(f"/api/flashcards/{cards[0]}/suspend")
    await learner.api.mine.delete(f"/api/flashcards/{cards[1]}")
    assert (await learner.get(f"{SESSIONS}/{session['id']}"))["next"]["id"] == str(cards[2])


async def test_ended_session_takes_no_answer_and_keeps_its_summary(learner: Learner) -> None:
    card = learner.card()
    session = await begun(learner)
    url = f"{SESSIONS}/{session['id']}"
    await learner.api.mine.post(f"{url}/answers", json=answer(card, "again"))
    for _ in range(2):
        ended = await learner.api.mine.post(f"{url}/end")
        assert (ended.status_code, ended.json()["ended_at"], ended.json()["next"]) == (
            200,
            "2026-03-01T12:00:00Z",
            None,
        )
        assert (ended.json()["summary"]["answers"], ended.json()["summary"]["accuracy"]) == (1, 0.0)
    refused = await learner.api.mine.post(f"{url}/answers", json=answer(card))
    assert (refused.status_code, refused.json()["code"]) == (409, "session_ended")
    reviewed(learner.api.engine.connection, learner.id, card, NOW + timedelta(seconds=1))
    assert (await learner.get(url))["summary"]["answers"] == 1


async def test_card_that_is_not_in_the_session_is_404(learner: Learner) -> None:
    learner.card()
    session = await begun(learner)
    other = learner.card("Hund")
    refused = await learner.api.mine.post(f"{SESSIONS}/{session['id']}/answers", json=answer(other))
    assert refused.status_code == 404
    assert (await learner.get(f"/api/flashcards/{other}"))["schedule"]["reviews"] == 0


async def test_session_with_nothing_to_ask_is_empty(learner: Learner) -> None:
    session = await begun(learner)
    assert (session["card_ids"], session["next"]) == ([], None)


@pytest.mark.parametrize("order", [{"cards": 0}, {"cards": 501}, {"pair_id": "x"}, {"size": 3}])
async def test_bad_order_is_400(learner: Learner, order: dict[str, Any]) -> None:
    assert (await learner.api.mine.post(SESSIONS, json=order)).status_code == 400


async def test_session_of_nobody_or_in_a_pair_of_nobody_is_404(learner: Learner) -> None:
    session = await begun(learner)
    for path in (f"{SESSIONS}/{uuid4()}", f"{SESSIONS}/{session['id']}"):
        assert (await learner.api.theirs.get(path)).status_code == 404
        assert (await learner.api.theirs.post(f"{path}/end")).status_code == 404
    assert (await learner.get(f"{SESSIONS}/{session['id']}"))["ended_at"] is None
    assert (await learner.api.theirs.post(SESSIONS, json={})).status_code == 404
    assert (await learner.api.mine.post(SESSIONS, json={"pair_id": str(uuid4())})).status_code == 404
