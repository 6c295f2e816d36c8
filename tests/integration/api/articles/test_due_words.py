"""Articles with the words that their learner should meet again."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from shared.articles.model import Coverage
from shared.articles.store import save_coverage
from tests.integration.api.conftest import Api
from tests.support.api import NOW
from tests.support.studying import new_pair, with_card
from tests.support.written import finished

DUE = NOW - timedelta(days=1)


@pytest.fixture(name="pair")
def _pair(api: Api) -> UUID:
    return new_pair(api.engine.connection, api.key.owner_id)


def job(api: Api) -> dict[str, Any]:
    row = api.engine.connection.execute("SELECT id, input FROM jobs").fetchone()
    assert row is not None
    return row


async def test_due_words_go_to_the_writer_behind_those_that_were_asked_for(api: Api, pair: UUID) -> None:
    for lemma in ("Hund", "Katze"):
        with_card(api.engine.connection, api.key.owner_id, pair, lemma, due=DUE)
    with_card(api.engine.connection, api.key.owner_id, pair, "Maus")
    answer = await api.order(use_due_words=True, words_to_use=["Katze", "Haus"])
    assert answer.status_code == 202, answer.text
    asked = job(api)["input"]
    assert (asked["words_to_use"], asked["due_words"]) == (["Katze", "Haus", "Hund"], ["Hund", "Katze"])
    assert asked["pair_id"] == str(pair)


async def test_the_text_is_measured_and_revised_before_anything_is_made_from_it(api: Api, pair: UUID) -> None:
    await api.order(use_due_words=True, narrate=True, native_language="en")
    rows = api.engine.connection.execute("SELECT name, needs FROM job_steps ORDER BY position").fetchall()
    assert {row["name"]: row["needs"] for row in rows} == {
        "write_text": [],
        "measure_words": ["write_text"],
        "revise_text": ["measure_words"],
        "annotate_text": ["revise_text"],
        "translate_text": ["annotate_text"],
        "narrate_text": ["revise_text"],
        "align_audio": ["annotate_text", "narrate_text"],
    }
    assert job(api)["input"]["pair_id"] == str(pair)


async def test_the_pair_for_the_readers_language_is_taken_before_the_active_one(api: Api, pair: UUID) -> None:
    french = new_pair(api.engine.connection, api.key.owner_id, "de", "fr", active=False)
    await api.order(use_due_words=True, native_language="fr")
    assert (job(api)["input"]["pair_id"], french != pair) == (str(french), True)


async def test_without_a_pair_of_the_language_it_is_refused(api: Api) -> None:
    new_pair(api.engine.connection, api.key.owner_id, "fr")
    answer = await api.order(use_due_words=True)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "use_due_words")
    assert api.engine.connection.execute("SELECT FROM jobs").fetchone() is None


@pytest.mark.usefixtures("pair")
async def test_somebody_elses_pair_is_none(api: Api) -> None:
    order = {"language": "de", "level": "A2", "topic": "cats", "narrate": False, "use_due_words": True}
    assert (await api.theirs.post("/api/generation/articles", json=order)).status_code == 400


async def test_a_repeated_order_is_the_same_although_other_words_are_due(api: Api, pair: UUID) -> None:
    order = {"language": "de", "level": "A2", "topic": "cats", "narrate": False, "use_due_words": True}
    headers = {"Idempotency-Key": "one"}
    first = await api.mine.post("/api/generation/articles", json=order, headers=headers)
    with_card(api.engine.connection, api.key.owner_id, pair, "Hund", due=DUE)
    second = await api.mine.post("/api/generation/articles", json=order, headers=headers)
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json()["id"] == second.json()["id"]


@pytest.mark.usefixtures("pair")
async def test_a_batch_does_not_take_it(api: Api) -> None:
    item = {"language": "de", "level": "A2", "topic": "cats", "use_due_words": True}
    answer = await api.mine.post("/api/generation/batches", json={"name": "x", "items": [item]})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "items[0].use_due_words")


async def test_the_article_shows_how_it_fits(api: Api) -> None:
    _, article_id = finished(api.engine, api.key.owner_id)
    url = f"/api/articles/{article_id}"
    assert (await api.mine.get(url)).json()["coverage"] is None
    fits = Coverage(
        known_share=0.93, least_known=0.9, revised=True, due_words=["Hund"], due_words_used=[], new_words=["Xylograf"]
    )
    save_coverage(api.engine.connection, article_id, fits)
    assert (await api.mine.get(url)).json()["coverage"] == {
        "known_share": 0.93,
        "least_known": 0.9,
        "revised": True,
        "due_words": ["Hund"],
        "due_words_used": [],
        "new_words": ["Xylograf"],
    }
    assert (await api.theirs.get(url)).status_code == 404
