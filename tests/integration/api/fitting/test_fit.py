"""`POST /api/learning/settings/fit`."""

from datetime import timedelta
from uuid import UUID

from shared.learning.fitting import LEAST_REVIEWS
from tests.integration.api.conftest import Api
from tests.support.api import NOW
from tests.support.studying import new_pair, reviewed, with_card

URL = "/api/learning/settings/fit"


def answer_often(api: Api, owner_id: UUID, count: int) -> None:
    connection = api.engine.connection
    card = with_card(connection, owner_id, new_pair(connection, owner_id), "Hund", due=NOW)
    for number in range(count):
        reviewed(connection, owner_id, card, NOW + timedelta(minutes=number))


async def test_with_reviews_enough_it_is_a_job(api: Api) -> None:
    answer_often(api, api.key.owner_id, LEAST_REVIEWS)
    answer = await api.mine.post(URL)
    assert answer.status_code == 202, answer.text
    assert (answer.json()["kind"], answer.headers["Location"]) == ("fit_scheduler", f"/api/jobs/{answer.json()['id']}")
    assert [wakeup.task for wakeup in api.publisher.published] == ["nlp.fit_scheduler"]


async def test_with_too_few_it_says_how_many_are_needed(api: Api) -> None:
    answer_often(api, api.key.owner_id, LEAST_REVIEWS)
    api.engine.connection.execute("UPDATE reviews SET undone_at = $1 WHERE reviewed_at = $1", (NOW,))
    answer = await api.mine.post(URL)
    assert (answer.status_code, answer.json()["code"]) == (409, "too_few_reviews")
    assert "400 reviews are needed; there are 399" in answer.json()["detail"]
    assert api.engine.connection.execute("SELECT FROM jobs").fetchone() is None


async def test_somebody_elses_reviews_do_not_count(api: Api) -> None:
    answer_often(api, api.key.owner_id, LEAST_REVIEWS)
    assert (await api.theirs.post(URL)).status_code == 409
