"""`POST /api/vocabulary/detect`: words worth learning, in a text or an article."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.jobs import store
from shared.jobs.model import Succeeded
from tests.integration.api.conftest import Api
from tests.support.people import new_person
from tests.support.studying import new_pair
from tests.support.written import finished

URL = "/api/vocabulary/detect"
WORD = {
    "lemma": "Hund",
    "pos": "NOUN",
    "band": "4-5",
    "zipf": 4.7,
    "occurrences": 2,
    "sentence": "Der Hund bellt.",
    "reason": "repeated",
    "word_ids": [],
}


@pytest.fixture(name="pair")
def _pair(api: Api) -> UUID:
    return new_pair(api.engine.connection, api.key.owner_id)


def inputs(api: Api) -> list[dict[str, Any]]:
    rows = api.engine.connection.execute("SELECT input FROM jobs WHERE kind = 'detect_words'").fetchall()
    return [row["input"] for row in rows]


async def test_a_text_is_looked_through_for_the_active_pair(api: Api, pair: UUID) -> None:
    answer = await api.mine.post(URL, json={"text": "Der Hund bellt.", "level": "A1"})
    assert answer.status_code == 202, answer.text
    assert answer.headers["Location"] == f"/api/jobs/{answer.json()['id']}"
    assert (answer.json()["kind"], answer.json()["result"]) == ("detect_words", None)
    (asked,) = inputs(api)
    assert (asked["pair_id"], asked["language"], asked["level"]) == (str(pair), "de", "A1")
    assert [wakeup.task for wakeup in api.publisher.published] == ["nlp.detect_words"]


async def test_what_was_found_is_the_jobs_result_and_nobody_elses(api: Api, pair: UUID) -> None:
    job_id = UUID((await api.mine.post(URL, json={"text": "Hund", "pair_id": str(pair)})).json()["id"])
    done = Succeeded("detect_words", api.engine.token(job_id, "detect_words"), {"level": "A2", "words": [WORD]})
    store.tell(api.engine.database, job_id, done)
    job = (await api.mine.get(f"/api/jobs/{job_id}")).json()
    assert (job["status"], job["result"]) == ("succeeded", {"article": None, "words": [WORD]})
    assert (await api.theirs.get(f"/api/jobs/{job_id}")).status_code == 404


async def test_an_article_of_ones_own_is_looked_through(api: Api, pair: UUID) -> None:
    _, article_id = finished(api.engine, api.key.owner_id)
    answer = await api.mine.post(URL, json={"article_id": str(article_id), "pair_id": str(pair)})
    assert answer.status_code == 202, answer.text
    assert inputs(api)[0]["article_id"] == str(article_id)


@pytest.mark.usefixtures("pair")
async def test_what_belongs_to_somebody_else_is_not_there(api: Api) -> None:
    stranger = new_person(api.engine.connection, "stranger").id
    _, article_id = finished(api.engine, stranger)
    for order in (
        {"article_id": str(article_id)},
        {"article_id": str(uuid4())},
        {"text": "Hund", "pair_id": str(new_pair(api.engine.connection, stranger))},
        {"text": "Hund", "pair_id": str(uuid4())},
    ):
        answer = await api.mine.post(URL, json=order)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), order
    assert inputs(api) == []


@pytest.mark.usefixtures("pair")
async def test_an_article_in_another_language_is_refused(api: Api) -> None:
    french = new_pair(api.engine.connection, api.key.owner_id, "fr", active=False)
    _, article_id = finished(api.engine, api.key.owner_id)
    answer = await api.mine.post(URL, json={"article_id": str(article_id), "pair_id": str(french)})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "article_id")


async def test_without_an_active_pair_one_must_be_named(api: Api) -> None:
    answer = await api.mine.post(URL, json={"text": "Hund"})
    assert (answer.status_code, answer.json()["code"]) == (409, "no_active_pair")


@pytest.mark.parametrize(
    "order",
    [
        {},
        {"text": "Hund", "article_id": str(uuid4())},
        {"text": " "},
        {"text": "x" * 5001},
        {"text": "a\x00b"},
        {"text": "Hund", "level": "A3"},
        {"text": "Hund", "more": 1},
        {"article_id": "no id"},
    ],
)
@pytest.mark.usefixtures("pair")
async def test_a_bad_order_is_refused(api: Api, order: dict[str, object]) -> None:
    answer = await api.mine.post(URL, json=order)
    assert (answer.status_code, answer.json()["code"], inputs(api)) == (400, "input_invalid", [])
