"""Somebody sets out to say a sentence aloud."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.lexicon.model import document
from tests.integration.api.conftest import Api
from tests.integration.api.sentences.test_sentences import LINK, sentence
from tests.support.api import NOW
from tests.support.lexicon import new_pair
from tests.support.people import new_person

SESSIONS = "/api/speaking/sessions"
RUBY = [{"text": "猫", "reading": "ねこ"}, {"text": "がいます。"}]


def cat(api: Api) -> UUID:
    """A Japanese sentence with reading, audio and translations."""
    connection = api.engine.connection
    audio = document({"key": "cat.mp3", "author": "Aiko", "licence": "CC BY 4.0"})
    made = sentence(connection, "猫がいます。", language="ja", ruby=document(RUBY), audio=audio)
    connection.execute("UPDATE sentences SET words = 3, romanised = 'Neko ga imasu.' WHERE id = $1", (made,))
    for text, language in (("There is a cat.", "en"), ("Da ist eine Katze.", "de"), ("Hay un gato.", "es")):
        connection.execute(LINK, (made, sentence(connection, text, language=language)))
    return made


async def begun(api: Api, sentence_id: UUID, mode: str = "practice") -> dict[str, Any]:
    answer = await api.mine.post(SESSIONS, json={"sentence_id": str(sentence_id), "mode": mode})
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def test_a_session_shows_the_sentence_as_its_learner_needs_it(api: Api) -> None:
    connection, mine = api.engine.connection, api.key.owner_id
    new_pair(connection, mine, "ja", "de")
    new_pair(connection, mine, "fr", "en", active=False)
    made = await begun(api, cat(api))
    assert made["mode"] == "practice"
    shown = made["sentence"]
    assert (shown["language"], shown["text"], shown["words"]) == ("ja", "猫がいます。", 3)
    assert shown["ruby"] == [{"text": "猫", "reading": "ねこ"}, {"text": "がいます。"}]
    assert shown["romanised"] == "Neko ga imasu."
    assert [each["text"] for each in shown["translations"]] == ["Da ist eine Katze."]
    assert (shown["audio"]["url"], shown["audio"]["generated"]) == (api.resources.sign("cat.mp3", 3600), False)
    assert (await api.mine.get(f"{SESSIONS}/{made['id']}")).json() == made


async def test_nobody_elses_pairs_choose_the_translations(api: Api) -> None:
    other = new_person(api.engine.connection, "other").id
    new_pair(api.engine.connection, other, "ja", "es")
    assert (await begun(api, cat(api)))["sentence"]["translations"] == []


async def test_a_graded_session_gives_no_audio(api: Api) -> None:
    made = await begun(api, cat(api), "graded")
    assert (made["mode"], made["sentence"]["audio"], made["sentence"]["translations"]) == ("graded", None, [])


@pytest.mark.parametrize(
    ("changes", "contributor"), [({"hidden_at": NOW}, None), ({"status": "in_review"}, "theirs"), ({}, "nothing")]
)
async def test_what_the_caller_may_not_see_begins_nothing(
    api: Api, changes: dict[str, Any], contributor: str | None
) -> None:
    made = sentence(api.engine.connection, "Ein Satz.", **changes)
    sentence_id = uuid4() if contributor == "nothing" else made
    answer = await api.mine.post(SESSIONS, json={"sentence_id": str(sentence_id), "mode": "practice"})
    assert answer.status_code == 404
    assert api.engine.connection.execute("SELECT FROM speaking_sessions").fetchone() is None


async def test_a_sentence_that_is_hidden_later_is_not_shown_any_more(api: Api) -> None:
    connection = api.engine.connection
    each = cat(api)
    made = await begun(api, each)
    connection.execute("UPDATE sentences SET hidden_at = $2 WHERE id = $1", (each, NOW))
    answer = await api.mine.get(f"{SESSIONS}/{made['id']}")
    assert (answer.status_code, answer.json()["sentence"], answer.json()["sentence_id"]) == (200, None, str(each))
    (row,) = (await api.mine.get(SESSIONS)).json()["items"]
    assert (row["language"], row["text"]) == (None, None)


async def test_translations_that_are_hidden_are_not_shown(api: Api) -> None:
    connection = api.engine.connection
    new_pair(connection, api.key.owner_id, "ja", "en")
    each = cat(api)
    connection.execute("UPDATE sentences SET status = 'refused' WHERE language = 'en'")
    assert (await begun(api, each))["sentence"]["translations"] == []


async def test_the_list_has_pages_newest_first_and_nobody_elses(api: Api) -> None:
    each = sentence(api.engine.connection, "Ein Satz.")
    made = [(await begun(api, each, mode))["id"] for mode in ("practice", "graded", "practice")]
    first = (await api.mine.get(SESSIONS, params={"page_size": 2})).json()
    rest = (await api.mine.get(SESSIONS, params={"page_size": 2, "page_token": first["next_page_token"]})).json()
    assert [row["id"] for row in (*first["items"], *rest["items"])] == made[::-1]
    assert (first["items"][1]["mode"], first["items"][1]["text"]) == ("graded", "Ein Satz.")
    assert (await api.theirs.get(SESSIONS)).json()["items"] == []


async def test_a_session_is_deleted_by_its_owner_alone(api: Api) -> None:
    made = await begun(api, sentence(api.engine.connection, "Ein Satz."))
    url = f"{SESSIONS}/{made['id']}"
    assert ((await api.theirs.delete(url)).status_code, (await api.theirs.get(url)).status_code) == (404, 404)
    assert (await api.mine.delete(url)).status_code == 204
    assert ((await api.mine.delete(url)).status_code, (await api.mine.get(url)).status_code) == (404, 404)


@pytest.mark.parametrize(
    "body", [{"mode": "practice"}, {"sentence_id": str(uuid4()), "mode": "loud"}, {"sentence_id": "x"}]
)
async def test_bad_order_is_refused(api: Api, body: dict[str, str]) -> None:
    assert (await api.mine.post(SESSIONS, json=body)).status_code == 400
