"""Sentences are found, read, contributed and edited."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest

from shared.db.session import Connection
from tests.integration.api.conftest import Api
from tests.support.api import NOW

SENTENCES = "/api/sentences"
ADMIN = "/api/admin/sentences"
ORDER = {"language": "de", "text": "Guten Morgen!", "licence": "CC0-1.0"}
ADD = """
INSERT INTO sentences (id, language, text, level, tags, source, licence, status, hidden_at, contributor_id, audio, ruby)
VALUES ($1, $2, $3, $4, $5, $6, 'MIT', $7, $8, $9, $10::jsonb, $11::jsonb)
"""
LINK = "INSERT INTO sentence_translations VALUES ($1, $2), ($2, $1)"


def sentence(connection: Connection, text: str, **changes: Any) -> UUID:
    """A sentence, published unless said otherwise."""
    columns: dict[str, Any] = {
        "language": "de",
        "level": "A1",
        "tags": [],
        "source": "catalogue",
        "status": "published",
        "hidden_at": None,
        "contributor_id": None,
        "audio": None,
        "ruby": None,
        **changes,
    }
    made = uuid4()
    order = ("language", "level", "tags", "source", "status", "hidden_at", "contributor_id", "audio", "ruby")
    language, *rest = (columns[name] for name in order)
    connection.execute(ADD, (made, language, text, *rest))
    return made


async def texts(http: httpx.AsyncClient, path: str = SENTENCES, **params: Any) -> list[str]:
    answer = await http.get(path, params=params)
    assert answer.is_success, answer.text
    return sorted(row["text"] for row in answer.json()["items"])


@pytest.fixture
def operator(api: Api) -> httpx.AsyncClient:
    """A client whose account is an admin's and whose key has the scope; `api.mine` stays a student."""
    api.engine.connection.execute("UPDATE accounts SET role = 'admin' WHERE name = 'theirs'")
    api.engine.connection.execute("UPDATE api_keys SET scopes = '{read,write,admin}' WHERE name = 'theirs'")
    return api.theirs


async def test_list_is_narrowed_by_each_filter(api: Api) -> None:
    connection = api.engine.connection
    sentence(connection, "Guten Morgen!", tags=["greeting", "morning"])
    sentence(connection, "100 % sicher_lich", level="B1", source="custom")
    sentence(connection, "¡Buenos días!", language="es", tags=["greeting"])
    assert await texts(api.mine) == ["100 % sicher_lich", "Guten Morgen!", "¡Buenos días!"]
    assert await texts(api.mine, language="es") == ["¡Buenos días!"]
    assert await texts(api.mine, level="B1") == ["100 % sicher_lich"]
    assert await texts(api.mine, tag="greeting") == ["Guten Morgen!", "¡Buenos días!"]
    assert await texts(api.mine, source="custom") == ["100 % sicher_lich"]
    assert await texts(api.mine, q="morgen") == ["Guten Morgen!"]
    assert await texts(api.mine, q="%") == await texts(api.mine, q="_") == ["100 % sicher_lich"]
    assert await texts(api.mine, language="de", tag="greeting", level="B1") == []


async def test_list_has_pages(api: Api) -> None:
    for number in range(3):
        sentence(api.engine.connection, f"Satz {number}.")
    first = (await api.mine.get(SENTENCES, params={"page_size": 2})).json()
    token = {"page_size": 2, "page_token": first["next_page_token"]}
    second = (await api.mine.get(SENTENCES, params=token)).json()
    both = [row["text"] for row in (*first["items"], *second["items"])]
    assert (len(first["items"]), sorted(both)) == (2, ["Satz 0.", "Satz 1.", "Satz 2."])
    assert second["next_page_token"] == ""
    other = await api.mine.get(SENTENCES, params={**token, "level": "A1"})
    assert other.status_code == 400


async def test_what_is_hidden_or_not_published_is_seen_by_its_contributor_only(api: Api) -> None:
    connection, mine = api.engine.connection, api.key.owner_id
    unseen = [
        sentence(connection, "Versteckt.", hidden_at=NOW),
        sentence(connection, "Wartet.", status="in_review", contributor_id=mine),
        sentence(connection, "Abgelehnt.", status="refused", contributor_id=mine),
    ]
    assert await texts(api.mine) == []
    seen_by = {"mine": api.mine, "theirs": api.theirs}
    codes = {
        who: [(await http.get(f"{SENTENCES}/{each}")).status_code for each in unseen] for who, http in seen_by.items()
    }
    assert codes == {"mine": [404, 200, 200], "theirs": [404, 404, 404]}


async def test_sentence_has_translations_reading_and_audio(api: Api) -> None:
    connection = api.engine.connection
    ruby = [{"text": "猫", "reading": "ねこ"}, {"text": "がいます。"}]
    audio = {"key": "sentences/1.mp3", "author": "Aiko", "licence": "CC BY 4.0"}
    cat = sentence(
        connection,
        "猫がいます。",
        language="ja",
        ruby=msgspec.json.encode(ruby).decode(),
        audio=msgspec.json.encode(audio).decode(),
    )
    connection.execute("UPDATE sentences SET romanised = 'Neko ga imasu.' WHERE id = $1", (cat,))
    for text, language in (("There is a cat.", "en"), ("Da ist eine Katze.", "de")):
        connection.execute(LINK, (cat, sentence(connection, text, language=language)))
    connection.execute(LINK, (cat, sentence(connection, "Hidden.", language="en", hidden_at=NOW)))
    view = (await api.mine.get(f"{SENTENCES}/{cat}")).json()
    assert view["characters"] == 6
    assert view["ruby"] == [{"text": "猫", "reading": "ねこ"}, {"text": "がいます。"}]
    assert view["romanised"] == "Neko ga imasu."
    assert view["audio"] == {
        "url": api.resources.sign("sentences/1.mp3", 3600),
        "expires_at": "2026-03-01T13:00:00Z",
        "format": None,
        "size": None,
        "duration_ms": None,
        "sample_rate": None,
        "generated": False,
        "model": None,
        "voice": None,
        "author": "Aiko",
        "licence": "CC BY 4.0",
    }
    assert [each["text"] for each in view["translations"]] == ["Da ist eine Katze.", "There is a cat."]
    english = (await api.mine.get(f"{SENTENCES}/{cat}", params={"translation_language": "en"})).json()
    assert [each["text"] for each in english["translations"]] == ["There is a cat."]


async def test_learners_sentence_waits_until_an_admin_publishes_it(api: Api, operator: httpx.AsyncClient) -> None:
    order = {**ORDER, "level": "A1", "tags": ["a", "a"], "author": "Ada", "translations": {"en": "Good morning!"}}
    answer = await api.mine.post(SENTENCES, json=order)
    made = answer.json()
    assert (answer.status_code, made["status"], made["source"]) == (201, "in_review", "community")
    assert (made["tags"], made["author"], made["licence"]) == (["a"], "Ada", "CC0-1.0")
    assert [each["text"] for each in made["translations"]] == ["Good morning!"]
    assert await texts(api.mine) == []
    assert await texts(operator, ADMIN) == ["Good morning!", "Guten Morgen!"]
    assert (await operator.post(f"{ADMIN}/{made['id']}/publish")).status_code == 204
    assert await texts(api.mine) == ["Good morning!", "Guten Morgen!"]
    assert await texts(operator, ADMIN) == []
    for way in ("publish", "refuse"):
        again = await operator.post(f"{ADMIN}/{made['id']}/{way}")
        assert (again.status_code, again.json()["code"]) == (409, "not_in_review")


async def test_refused_sentence_stays_unseen(api: Api, operator: httpx.AsyncClient) -> None:
    made = (await api.mine.post(SENTENCES, json=ORDER)).json()
    assert (await operator.post(f"{ADMIN}/{made['id']}/refuse")).status_code == 204
    assert await texts(api.mine) == []
    assert (await api.mine.get(f"{SENTENCES}/{made['id']}")).json()["status"] == "refused"
    assert await texts(operator, ADMIN, status="refused") == ["Guten Morgen!"]
    assert (await operator.post(f"{ADMIN}/{uuid4()}/refuse")).status_code == 404


async def test_publishing_leaves_alone_what_somebody_else_linked(api: Api, operator: httpx.AsyncClient) -> None:
    made = (await api.mine.post(SENTENCES, json=ORDER)).json()
    other = sentence(api.engine.connection, "Bad.", language="en", status="in_review")
    api.engine.connection.execute(LINK, (UUID(made["id"]), other))
    await operator.post(f"{ADMIN}/{made['id']}/publish")
    assert await texts(operator, ADMIN) == ["Bad."]


async def test_admins_sentence_is_published_at_once_and_its_id_counts_once(
    api: Api, operator: httpx.AsyncClient
) -> None:
    first = await operator.post(SENTENCES, json={**ORDER, "source_id": "7"})
    assert (first.status_code, first.json()["status"], first.json()["source"]) == (201, "published", "custom")
    again = await operator.post(SENTENCES, json={**ORDER, "source_id": "7", "translations": {"en": "Hi!"}})
    assert (again.status_code, again.json()["code"]) == (409, "sentence_exists")
    assert await texts(api.mine) == ["Guten Morgen!"]


async def test_edited_text_loses_its_reading_and_nothing_else_does(api: Api, operator: httpx.AsyncClient) -> None:
    ruby = msgspec.json.encode([{"text": "猫"}]).decode()
    cat = sentence(api.engine.connection, "猫", language="ja", ruby=ruby)
    api.engine.connection.execute("UPDATE sentences SET romanised = 'Neko'")
    tagged = await operator.put(f"{SENTENCES}/{cat}", json={"text": "猫", "tags": ["animal"], "licence": "MIT"})
    assert (tagged.json()["ruby"], tagged.json()["tags"], tagged.json()["level"]) == (
        [{"text": "猫"}],
        ["animal"],
        None,
    )
    assert tagged.json()["romanised"] == "Neko"
    changed = await operator.put(f"{SENTENCES}/{cat}", json={"text": "犬", "licence": "MIT"})
    assert changed.json()["romanised"] is None
    assert (changed.json()["text"], changed.json()["ruby"], changed.json()["tags"]) == ("犬", None, [])


async def test_words_are_counted_when_a_text_is_written_and_when_it_is_edited(
    api: Api, operator: httpx.AsyncClient
) -> None:
    made = (
        await operator.post(SENTENCES, json={**ORDER, "translations": {"ja": "おはよう。", "fr": "Bonjour !"}})
    ).json()
    listed = (await api.mine.get(SENTENCES)).json()["items"]
    assert {row["text"]: row["words"] for row in listed} == {"Guten Morgen!": 2, "おはよう。": None, "Bonjour !": 1}
    url = f"{SENTENCES}/{made['id']}"
    edited = await operator.put(url, json={"text": "Guten Morgen, liebe Ada!", "licence": "MIT"})
    assert (edited.json()["words"], (await api.mine.get(url)).json()["words"]) == (4, 4)
    (japanese,) = (row["id"] for row in listed if row["language"] == "ja")
    api.engine.connection.execute("UPDATE sentences SET words = 1 WHERE id = $1", (japanese,))
    kept = await operator.put(f"{SENTENCES}/{japanese}", json={"text": "おはよう。", "licence": "MIT"})
    lost = await operator.put(f"{SENTENCES}/{japanese}", json={"text": "こんにちは。", "licence": "MIT"})
    assert (kept.json()["words"], lost.json()["words"]) == (1, None)


async def test_learner_edits_nothing(api: Api) -> None:
    mine = sentence(api.engine.connection, "Wartet.", status="in_review", contributor_id=api.key.owner_id)
    answer = await api.mine.put(f"{SENTENCES}/{mine}", json={"text": "Da.", "licence": "MIT"})
    assert answer.status_code == 403
    assert (await api.mine.get(ADMIN)).status_code == 403


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": " \n"}, "text"),
        ({"text": "a\0"}, "text"),
        ({"text": "a" * 501}, "text"),
        ({"licence": ""}, "licence"),
        ({"language": "xx"}, "language"),
        ({"translations": {"xx": "Hi"}}, "translations.xx"),
        ({"translations": {"de": "Hallo"}}, "translations.de"),
        ({"source_id": "7"}, "source_id"),
        ({"status": "published"}, "status"),
        ({"level": "D1"}, "level"),
        ({"tags": [""]}, "tags[0]"),
    ],
)
async def test_bad_sentence_is_refused(api: Api, changes: dict[str, Any], field: str) -> None:
    answer = await api.mine.post(SENTENCES, json={**ORDER, **changes})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)


@pytest.mark.parametrize("params", [{"q": "a\0"}, {"language": "German"}, {"level": "Z"}, {"page_token": "x"}])
async def test_bad_filter_is_refused(api: Api, params: dict[str, str]) -> None:
    assert (await api.mine.get(SENTENCES, params=params)).status_code == 400
