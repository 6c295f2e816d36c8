"""`POST /api/learning/settings/fit`."""

from datetime import timedelta
from uuid import UUID

from shared.learning.fitting import LEAST_REVIEWS, LOOKED_AT
from tests.integration.api.conftest import Api
from tests.support.api import NOW
from tests.support.studying import new_pair, reviewed, telling_reviews, with_card

URL = "/api/learning/settings/fit"


def answer_often(api: Api, count: int = LEAST_REVIEWS) -> UUID:
    """Give the caller so many reviews that tell something; the last card."""
    connection, owner = api.engine.connection, api.key.owner_id
    return telling_reviews(connection, owner, new_pair(connection, owner), count)[-1]


async def test_with_reviews_enough_it_is_a_job(api: Api) -> None:
    answer_often(api)
    answer = await api.mine.post(URL)
    assert answer.status_code == 202, answer.text
    assert (answer.json()["kind"], answer.headers["Location"]) == ("fit_scheduler", f"/api/jobs/{answer.json()['id']}")
    assert [wakeup.task for wakeup in api.publisher.published] == ["nlp.fit_scheduler"]


async def test_with_too_few_it_says_how_many_are_needed(api: Api) -> None:
    answer_often(api)
    latest = "SELECT id FROM reviews ORDER BY reviewed_at DESC LIMIT 1"
    api.engine.connection.execute(f"UPDATE reviews SET undone_at = $1 WHERE id = ({latest})", (NOW,))  # noqa: S608
    answer = await api.mine.post(URL)
    assert (answer.status_code, answer.json()["code"]) == (409, "too_few_reviews")
    assert (
        answer.json()["detail"]
        == "512 reviews are needed that came a day or more after the card's last; there are 511."
    )
    assert api.engine.connection.execute("SELECT FROM jobs").fetchone() is None


async def test_reviews_that_the_optimizer_does_not_look_at_do_not_count(api: Api) -> None:
    card = answer_often(api, LEAST_REVIEWS - 1)
    connection, owner = api.engine.connection, api.key.owner_id
    first = with_card(connection, owner, new_pair(connection, owner, "fr", active=False), "Chien", due=NOW)
    reviewed(connection, owner, first, NOW)  # what is new cannot be forgotten
    reviewed(connection, owner, first, NOW + timedelta(hours=23))
    busy = connection.execute("SELECT card_id FROM reviews GROUP BY 1 HAVING count(*) = $1 LIMIT 1", (LOOKED_AT,))
    (row,) = busy.fetchall()
    reviewed(connection, owner, row["card_id"], NOW + timedelta(days=1000))
    assert (await api.mine.post(URL)).status_code == 409
    reviewed(connection, owner, card, NOW + timedelta(days=1000))
    assert (await api.mine.post(URL)).status_code == 202


async def test_somebody_elses_reviews_do_not_count(api: Api) -> None:
    answer_often(api)
    assert (await api.theirs.post(URL)).status_code == 409
