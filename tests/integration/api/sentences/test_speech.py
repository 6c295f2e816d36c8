"""Having sentences spoken: one by anybody who sees it, many by admins."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.api.admin.sentence_speech import ONE_AT_A_TIME
from shared.jobs.kinds import SPEAK_SENTENCE
from shared.lexicon.model import document
from tests.integration.api.conftest import Api
from tests.integration.api.sentences.test_sentences import ADMIN, SENTENCES, sentence
from tests.support.api import NOW

BULK = f"{ADMIN}/audio"
GENERATED = {
    "key": "a.mp3",
    "format": "audio/mpeg",
    "size": 4096,
    "duration_ms": 1500,
    "sample_rate": 24000,
    "provenance": {"provider": "gemini", "model": "tts-1", "sandbox": True, "voice": "Kore"},
}
LICENCE_ONLY = {"author": "ada", "licence": "CC BY 4.0", "source": "tatoeba", "attribution": "https://tatoeba.org"}


def jobs(api: Api) -> list[dict[str, Any]]:
    query = "SELECT id, owner_id, input, bulk, batch_id, batch_item FROM jobs WHERE kind = $1 ORDER BY batch_item, id"
    return api.engine.connection.execute(query, (SPEAK_SENTENCE,)).fetchall()


async def ask(http: httpx.AsyncClient, each: UUID, **headers: str) -> httpx.Response:
    return await http.post(f"{SENTENCES}/{each}/audio", json={}, headers=headers)


@pytest.fixture
def operator(api: Api) -> httpx.AsyncClient:
    """A client whose account is an admin's; `api.mine` stays a student."""
    api.engine.connection.execute("UPDATE accounts SET role = 'admin' WHERE name = 'theirs'")
    api.engine.connection.execute("UPDATE api_keys SET scopes = '{read,write,admin}' WHERE name = 'theirs'")
    return api.theirs


async def test_a_sentence_nobody_has_spoken_becomes_a_job(api: Api) -> None:
    each = sentence(api.engine.connection, "Guten Tag!")
    answer = await api.mine.post(f"{SENTENCES}/{each}/audio", json={"voice": "Puck"})
    assert answer.status_code == 202, answer.text
    body = answer.json()
    assert (body["audio"], body["job"]["kind"]) == (None, "speak_sentence")
    assert answer.headers["Location"] == f"/api/jobs/{body['job']['id']}"
    (job,) = jobs(api)
    assert (job["input"], job["bulk"]) == ({"sentence_id": str(each), "voice": "Puck"}, False)
    assert [wakeup.task for wakeup in api.publisher.published] == ["tts.speak_sentence"]


async def test_one_that_can_be_heard_is_answered_at_once(api: Api) -> None:
    each = sentence(api.engine.connection, "Guten Tag!", audio=document(GENERATED))
    answer = await ask(api.mine, each)
    assert (answer.status_code, answer.json()["job"], jobs(api)) == (200, None, [])
    expected = {
        "url": api.resources.sign("a.mp3", 3600),
        "expires_at": "2026-03-01T13:00:00Z",
        "format": "audio/mpeg",
        "size": 4096,
        "duration_ms": 1500,
        "sample_rate": 24000,
        "generated": True,
        "model": "tts-1",
        "voice": "Kore",
        "author": "",
        "licence": "",
    }
    assert answer.json()["audio"] == expected
    assert (await api.mine.get(f"{SENTENCES}/{each}")).json()["audio"] == expected


async def test_a_licence_without_a_recording_is_no_audio(api: Api) -> None:
    each = sentence(api.engine.connection, "Guten Tag!", audio=document(LICENCE_ONLY))
    assert (await api.mine.get(f"{SENTENCES}/{each}")).json()["audio"] is None
    assert (await ask(api.mine, each)).status_code == 202


async def test_who_asks_twice_waits_for_the_first_job_and_others_for_their_own(api: Api) -> None:
    each = sentence(api.engine.connection, "Guten Tag!")
    other = sentence(api.engine.connection, "Gute Nacht!")
    first, again = await ask(api.mine, each), await ask(api.mine, each)
    assert first.json()["job"]["id"] == again.json()["job"]["id"]
    assert "Idempotency-Replayed" not in again.headers
    ids = {
        (await ask(http, each_one)).json()["job"]["id"] for http, each_one in ((api.theirs, each), (api.mine, other))
    }
    assert len(ids | {first.json()["job"]["id"]}) == 3


@pytest.mark.parametrize(
    "change",
    [
        "cancel_requested_at = clock_timestamp(), cancel_reason = 'client'",
        "state = 'failed', finished_at = clock_timestamp()",
        "bulk = true",
    ],
)
async def test_who_asks_twice_does_not_wait_for_a_job_that_ends_or_is_in_no_hurry(api: Api, change: str) -> None:
    each = sentence(api.engine.connection, "Guten Tag!")
    first = (await ask(api.mine, each)).json()["job"]["id"]
    api.engine.connection.execute(f"UPDATE jobs SET {change}")  # noqa: S608 - our own text
    assert (await ask(api.mine, each)).json()["job"]["id"] != first


async def test_the_same_key_is_the_same_job_and_for_another_sentence_a_mistake(api: Api) -> None:
    each, other = (sentence(api.engine.connection, text) for text in ("Eins.", "Zwei."))
    key = {"Idempotency-Key": "k1"}
    first, again = await ask(api.mine, each, **key), await ask(api.mine, each, **key)
    assert first.json()["job"]["id"] == again.json()["job"]["id"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (await ask(api.mine, other, **key)).json()["code"] == "idempotency_key_reused"


async def test_what_the_caller_may_not_see_is_not_found(api: Api) -> None:
    connection = api.engine.connection
    hidden = sentence(connection, "Versteckt.", hidden_at=NOW)
    waiting = sentence(connection, "Wartet.", status="in_review", contributor_id=api.key.owner_id)
    assert [(await ask(api.theirs, each)).status_code for each in (hidden, waiting, uuid4())] == [404, 404, 404]
    assert jobs(api) == []
    assert (await ask(api.mine, waiting)).status_code == 202


@pytest.mark.parametrize(
    ("language", "body", "code", "field"),
    [
        ("nl", {}, "unsupported_language", "sentence_id"),
        ("de", {"voice": "Nobody"}, "input_invalid", "voice"),
        ("de", {"voices": "Puck"}, "input_invalid", "voices"),
    ],
)
async def test_what_nobody_can_speak_is_refused(
    api: Api, language: str, body: dict[str, str], code: str, field: str
) -> None:
    each = sentence(api.engine.connection, "Hallo.", language=language)
    answer = await api.mine.post(f"{SENTENCES}/{each}/audio", json=body)
    assert (answer.status_code, answer.json()["code"], answer.json()["errors"][0]["field"]) == (400, code, field)
    assert jobs(api) == []


async def test_admins_have_what_is_published_and_unspoken_spoken_as_one_batch(
    api: Api, operator: httpx.AsyncClient
) -> None:
    connection = api.engine.connection
    wanted = sorted([sentence(connection, "Eins."), sentence(connection, "Zwei.", audio=document(LICENCE_ONLY))])
    sentence(connection, "Gesprochen.", audio=document(GENERATED))
    sentence(connection, "Versteckt.", hidden_at=NOW)
    sentence(connection, "Wartet.", status="in_review")
    connection.execute("UPDATE sentences SET words = 0 WHERE id = $1", (sentence(connection, "..."),))
    sentence(connection, "One.", language="en")
    answer = await operator.post(BULK, json={"language": "de", "limit": 10})
    assert answer.status_code == 202, answer.text
    body = answer.json()
    assert (body["queued"], body["batch"]["counts"]["total"]) == (2, 2)
    assert answer.headers["Location"] == f"/api/generation/batches/{body['batch']['id']}"
    found = jobs(api)
    assert [UUID(job["input"]["sentence_id"]) for job in found] == wanted
    assert [(job["bulk"], str(job["batch_id"])) for job in found] == [(True, body["batch"]["id"])] * 2
    queues = connection.execute("SELECT DISTINCT queue FROM job_steps").fetchall()
    assert (queues, api.publisher.published) == ([{"queue": "tts.bulk"}], [])


async def test_asked_again_they_queue_only_what_no_job_is_about_to_speak(api: Api, operator: httpx.AsyncClient) -> None:
    connection = api.engine.connection
    first, *_ = sorted(sentence(connection, f"Satz {number}.") for number in range(3))
    await ask(api.mine, first)
    queued = [(await operator.post(BULK, json={"language": "de", "limit": 1})).json()["queued"] for _ in range(3)]
    assert queued == [1, 1, 0]
    assert len({job["input"]["sentence_id"] for job in jobs(api)}) == len(jobs(api)) == 3
    nothing = await operator.post(BULK, json={"language": "de"})
    assert (nothing.status_code, nothing.json()) == (200, {"queued": 0, "batch": None})
    api.engine.connection.execute(
        "UPDATE jobs SET state = 'failed', finished_at = clock_timestamp() WHERE id = $1", (jobs(api)[0]["id"],)
    )
    assert (await operator.post(BULK, json={"language": "de"})).json()["queued"] == 1


async def test_what_the_provider_refused_is_queued_again_once_it_says_something_else(
    api: Api, operator: httpx.AsyncClient
) -> None:
    connection = api.engine.connection
    each = sentence(connection, "Eins.")

    async def queued(code: str) -> int:
        number: int = (await operator.post(BULK, json={"language": "de"})).json()["queued"]
        connection.execute(
            "UPDATE jobs SET state = 'failed', finished_at = clock_timestamp(),"
            " error = jsonb_build_object('code', $1::text) WHERE finished_at IS NULL",
            (code,),
        )
        return number

    codes = ("provider_unavailable", "output_refused", "")
    assert [await queued(code) for code in codes] == [1, 1, 0]
    connection.execute("UPDATE sentences SET updated_at = clock_timestamp() WHERE id = $1", (each,))
    assert await queued("") == 1


async def test_two_admins_do_not_queue_at_once(api: Api, operator: httpx.AsyncClient) -> None:
    sentence(api.engine.connection, "Eins.")
    with api.engine.database.connection() as other, other.transaction():
        other.execute(ONE_AT_A_TIME)
        assert (await operator.post(BULK, json={"language": "de"})).status_code == 503
    assert jobs(api) == []


async def test_the_items_of_such_a_batch_are_shown_without_an_article(api: Api, operator: httpx.AsyncClient) -> None:
    sentence(api.engine.connection, "Eins.")
    made = (await operator.post(BULK, json={"language": "de"})).json()["batch"]
    (item,) = (await operator.get(made["links"]["items"])).json()["items"]
    assert (item["item"], item["input"], item["job"]["kind"]) == (0, None, "speak_sentence")


@pytest.mark.parametrize(
    "body", [{"language": "nl"}, {"language": "de", "limit": 0}, {"language": "de", "limit": 1001}, {}]
)
async def test_bad_bulk_order_is_refused(api: Api, operator: httpx.AsyncClient, body: dict[str, object]) -> None:
    sentence(api.engine.connection, "Eins.")
    assert (await operator.post(BULK, json=body)).status_code == 400
    assert jobs(api) == []


async def test_learners_queue_nothing_in_bulk(api: Api) -> None:
    sentence(api.engine.connection, "Eins.")
    assert (await api.mine.post(BULK, json={"language": "de"})).status_code == 403
    assert jobs(api) == []
