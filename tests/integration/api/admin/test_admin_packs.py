"""Admins make packs."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from shared.lexicon.model import NewWord
from shared.lexicon.packs import MOST_WORDS
from shared.lexicon.store import save_word
from tests.integration.api.conftest import Api
from tests.support.api import NOW
from tests.support.studying import new_pair, new_word

PACKS = "/api/admin/packs"
DRAFT = {"language": "de", "level": "A1", "title": {"en": "Family", "de": "Familie"}}


async def drafted(operator: httpx.AsyncClient, **changes: Any) -> str:
    """A draft's address."""
    answer = await operator.post(PACKS, json={**DRAFT, **changes})
    assert answer.status_code == 201, answer.text
    return f"{PACKS}/{answer.json()['id']}"


def words(api: Api, *lemmas: str, **changes: Any) -> list[str]:
    return [str(new_word(api.engine.connection, lemma, **changes)) for lemma in lemmas]


def lemmas(answer: httpx.Response) -> list[str]:
    assert answer.is_success, answer.text
    return [word["lemma"] for word in answer.json()["items"]]


async def test_pack_is_a_draft_until_it_is_published(api: Api, operator: httpx.AsyncClient) -> None:
    new_pair(api.engine.connection, api.key.owner_id)
    at = await drafted(operator)
    assert lemmas(await operator.post(f"{at}/words", json={"words": words(api, "Vater", "Mutter")})) == [
        "Vater",
        "Mutter",
    ]
    assert (await api.mine.get("/api/packs")).json()["items"] == []
    published = (await operator.post(f"{at}/publish")).json()
    assert published["published_at"] == NOW.isoformat().replace("+00:00", "Z")
    assert [row["words"] for row in (await api.mine.get("/api/packs")).json()["items"]] == [2]
    assert (await operator.post(f"{at}/unpublish")).json()["published_at"] is None
    assert (await api.mine.get("/api/packs")).json()["items"] == []


async def test_words_are_appended_reordered_and_removed(api: Api, operator: httpx.AsyncClient) -> None:
    at = await drafted(operator)
    one, two, three = words(api, "eins", "zwei", "drei")
    await operator.post(f"{at}/words", json={"words": [one, two]})
    assert lemmas(await operator.post(f"{at}/words", json={"words": [three, one, three]})) == ["eins", "zwei", "drei"]
    assert lemmas(await operator.put(f"{at}/words", json={"words": [three, two, one]})) == ["drei", "zwei", "eins"]
    assert (await operator.delete(f"{at}/words/{two}")).status_code == 204
    assert lemmas(await operator.get(at)) == ["drei", "eins"]
    assert (await operator.delete(f"{at}/words/{two}")).status_code == 404


async def test_published_pack_never_becomes_empty(api: Api, operator: httpx.AsyncClient) -> None:
    at = await drafted(operator)
    (word,) = words(api, "Haus")
    early = await operator.post(f"{at}/publish")
    await operator.post(f"{at}/words", json={"words": [word]})
    await operator.post(f"{at}/publish")
    refused = [
        early,
        await operator.delete(f"{at}/words/{word}"),
        await operator.put(f"{at}/words", json={"words": []}),
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in refused] == [(409, "pack_empty")] * 3
    assert lemmas(await operator.get(at)) == ["Haus"]
    await operator.post(f"{at}/unpublish")
    assert (await operator.delete(f"{at}/words/{word}")).status_code == 204


async def test_only_words_of_the_lexicon_in_its_language_that_are_shown_fit(
    api: Api, operator: httpx.AsyncClient
) -> None:
    connection = api.engine.connection
    at = await drafted(operator)
    (foreign,) = words(api, "perro", language="es")
    (hidden,) = words(api, "Fehler")
    connection.execute("UPDATE words SET hidden_at = clock_timestamp() WHERE id = $1", (UUID(hidden),))
    own = save_word(connection, NewWord(language="de", lemma="Meins", pos="NOUN", source="own"), api.key.owner_id)
    for unfit in (foreign, hidden, str(own), str(uuid4())):
        answer = await operator.post(f"{at}/words", json={"words": [*words(api, "gut"), unfit]})
        assert (answer.status_code, unfit in answer.json()["detail"]) == (400, True)
    assert lemmas(await operator.get(at)) == []


async def test_pack_has_an_upper_limit(api: Api, operator: httpx.AsyncClient) -> None:
    at = await drafted(operator)
    some = words(api, *(f"Wort{number}" for number in range(3)))
    fill = [str(uuid4()) for _ in range(MOST_WORDS - 1)]
    await operator.put(f"{at}/words", json={"words": some[:2]})
    answer = await operator.post(f"{at}/words", json={"words": fill})
    assert (answer.status_code, answer.json()["code"]) == (409, "pack_full")
    more = await operator.put(f"{at}/words", json={"words": [*fill, *some]})
    assert more.status_code == 400


async def test_editing_keeps_language_and_words(api: Api, operator: httpx.AsyncClient) -> None:
    at = await drafted(operator)
    await operator.post(f"{at}/words", json={"words": words(api, "Haus")})
    edited = await operator.put(at, json={"level": "B1", "title": {"en": "Home"}, "description": {"en": "Where"}})
    view = edited.json()
    assert (view["level"], view["title"], view["description"]) == ("B1", {"en": "Home"}, {"en": "Where"})
    assert (view["language"], lemmas(edited)) == ("de", ["Haus"])


async def test_deleted_pack_is_gone_and_its_words_are_not(api: Api, operator: httpx.AsyncClient) -> None:
    at = await drafted(operator)
    await operator.post(f"{at}/words", json={"words": words(api, "Haus")})
    assert [(await operator.delete(at)).status_code for _ in range(2)] == [204, 404]
    assert (await operator.get(at)).status_code == 404
    assert api.engine.connection.execute("SELECT lemma FROM words").fetchall() == [{"lemma": "Haus"}]


async def test_list_has_drafts_and_can_be_narrowed(api: Api, operator: httpx.AsyncClient) -> None:
    draft, other = await drafted(operator), await drafted(operator, language="es", level="A2")
    await operator.post(f"{draft}/words", json={"words": words(api, "Haus")})
    await operator.post(f"{draft}/publish")

    async def listed(**params: Any) -> list[str]:
        rows = (await operator.get(PACKS, params=params)).json()["items"]
        return [f"{PACKS}/{row['id']}" for row in rows]

    assert await listed() == [draft, other]
    assert (await listed(published=True), await listed(published=False)) == ([draft], [other])
    assert (await listed(language="es"), await listed(level="A1")) == ([other], [draft])


async def test_changes_at_once_lose_no_word(api: Api, operator: httpx.AsyncClient) -> None:
    at = await drafted(operator)
    some = words(api, *(f"Wort{number}" for number in range(6)))
    answers = await asyncio.gather(*(operator.post(f"{at}/words", json={"words": [word]}) for word in some))
    assert {answer.status_code for answer in answers} == {200}
    assert sorted(lemmas(await operator.get(at))) == [f"Wort{number}" for number in range(6)]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"language": "xx"}, "language"),
        ({"level": "C9"}, "level"),
        ({"title": {}}, "title"),
        ({"title": {"en": " "}}, "title"),
        ({"title": {"en": "a\0b"}}, "title"),
        ({"title": {"English": "Family"}}, "title"),
        ({"slug": "mine"}, "slug"),
    ],
)
async def test_bad_draft_is_refused(operator: httpx.AsyncClient, changes: dict[str, Any], field: str) -> None:
    answer = await operator.post(PACKS, json={**DRAFT, **changes})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)


async def test_bad_filter_is_refused(operator: httpx.AsyncClient) -> None:
    assert (await operator.get(PACKS, params={"language": "German"})).status_code == 400


async def test_nobody_else_makes_packs(api: Api) -> None:
    assert (await api.mine.post(PACKS, json=DRAFT)).status_code == 403
    assert (await api.mine.get(PACKS)).status_code == 403
