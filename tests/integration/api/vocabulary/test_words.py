"""Looking words up: everybody's and one's own, in pages, by how they begin."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from tests.integration.api.conftest import Api
from tests.support.lexicon import new_entry, new_pair, new_word

WORDS = "/api/vocabulary/words"
OWN = {"language": "de", "lemma": "Krimskrams", "pos": "NOUN", "translations": {"en": ["odds and ends"]}}


async def lemmas(api: Api, query: str = "") -> list[str]:
    """Of the first page."""
    answer = await api.mine.get(f"{WORDS}?language=de{query}")
    assert answer.status_code == 200, answer.text
    return [item["lemma"] for item in answer.json()["items"]]


def refused(answer: httpx.Response) -> tuple[int, str, list[str]]:
    problem = answer.json()
    return answer.status_code, problem["code"], [error["field"] for error in problem.get("errors", [])]


async def test_a_word_is_found_by_its_beginning_without_capitals_and_accents(api: Api) -> None:
    for lemma in ("Übung", "überall", "Uhr", "Ofen"):
        new_word(api.engine.connection, lemma)
    assert await lemmas(api, "&q=UB") == ["überall", "Übung"]
    assert await lemmas(api, "&q=%C3%BCbu") == ["Übung"]


@pytest.mark.parametrize("prefix", ["%25", "_", "%5C"])
async def test_what_like_would_take_for_a_sign_is_taken_as_it_stands(api: Api, prefix: str) -> None:
    for lemma in ("%", "_x", "\\", "Haus"):
        new_word(api.engine.connection, lemma)
    (found,) = await lemmas(api, f"&q={prefix}")
    assert found != "Haus"


async def test_filters_narrow_the_list(api: Api) -> None:
    connection = api.engine.connection
    new_word(connection, "Haus", level="A1", zipf=5.0)
    new_word(connection, "Fernweh", level="B2", zipf=2.9)
    new_word(connection, "gehen", pos="VERB", zipf=5.4)
    new_word(connection, "Katze", language="fr")
    assert await lemmas(api, "&level=A1&level=B2") == ["Fernweh", "Haus"]
    assert await lemmas(api, "&band=5%2B") == ["gehen", "Haus"]
    assert await lemmas(api, "&band=0-3&band=4-5") == ["Fernweh"]
    assert await lemmas(api, "&pos=VERB") == ["gehen"]
    assert await lemmas(api, "&level=C2") == []


async def test_a_walk_meets_every_word_once_in_alphabetical_order(api: Api) -> None:
    connection = api.engine.connection
    for number in range(5):
        new_word(connection, "Bank", sense=f"sense {number}")
    for lemma in ("Ast", "Zaun"):
        new_word(connection, lemma)
    seen: list[Any] = []
    token = ""
    while True:
        page = (await api.mine.get(f"{WORDS}?language=de&page_size=3&page_token={token}")).json()
        seen += page["items"]
        # The row that the token names may be gone: the walk goes on behind its place.
        connection.execute("DELETE FROM words WHERE id = $1", (UUID(seen[-1]["id"]),))
        token = page["next_page_token"]
        if not token:
            break
    assert [item["lemma"] for item in seen] == ["Ast", *["Bank"] * 5, "Zaun"]
    assert len({item["id"] for item in seen}) == 7


async def test_own_words_are_seen_by_nobody_else_and_hidden_ones_by_nobody(api: Api) -> None:
    connection = api.engine.connection
    mine, hidden = new_word(connection, "Meins", api.key.owner_id), new_word(connection, "Versteckt")
    connection.execute("UPDATE words SET hidden_at = clock_timestamp() WHERE id = $1", (hidden,))
    assert await lemmas(api) == ["Meins"]
    assert await lemmas(api, "&own=true") == ["Meins"]
    assert await lemmas(api, "&own=false") == []
    assert (await api.theirs.get(f"{WORDS}?language=de")).json()["items"] == []
    assert (await api.theirs.get(f"{WORDS}/{mine}")).status_code == 404
    assert (await api.mine.get(f"{WORDS}/{hidden}")).status_code == 404


@pytest.mark.parametrize(
    ("query", "code", "field"),
    [
        ("", "input_invalid", "language"),
        ("language=xx", "unsupported_language", "language"),
        ("language=de&level=Z9", "input_invalid", "level"),
        ("language=de&band=7", "input_invalid", "band"),
        ("language=de&pos=Nomen", "input_invalid", "pos"),
        ("language=de&q=%00", "input_invalid", "q"),
        ("language=de&page_token=x", "input_invalid", "page_token"),
    ],
)
async def test_bad_parameters_are_named(api: Api, query: str, code: str, field: str) -> None:
    status, found, fields = refused(await api.mine.get(f"{WORDS}?{query}"))
    assert (status, found, [name.partition("[")[0] for name in fields]) == (400, code, [field])


async def test_a_word_of_ones_own_is_made_replaced_and_deleted(api: Api) -> None:
    made = await api.mine.post(WORDS, json=OWN)
    assert made.status_code == 201, made.text
    word = made.json()
    assert (word["own"], word["source"], word["band"]) == (True, "own", None)
    path = f"{WORDS}/{word['id']}"
    changed = {
        **OWN,
        "lemma": "Krempel",
        "level": "B1",
        "forms": {"plural": "-"},
        "examples": [{"text": "Viel Krempel."}],
    }
    replaced = await api.mine.put(path, json=changed)
    assert replaced.status_code == 200, replaced.text
    assert (await api.mine.get(path)).json() == replaced.json()
    assert (replaced.json()["lemma"], replaced.json()["examples"]) == ("Krempel", [{"text": "Viel Krempel."}])
    assert await lemmas(api, "&q=krem") == ["Krempel"]
    assert (await api.mine.delete(path)).status_code == 204
    assert (await api.mine.get(path)).status_code == 404


async def test_a_meaning_is_there_once_for_each_learner(api: Api) -> None:
    new_word(api.engine.connection, "Krimskrams")
    first = (await api.mine.post(WORDS, json=OWN)).json()
    assert refused(await api.mine.post(WORDS, json=OWN))[:2] == (409, "word_exists")
    assert (await api.theirs.post(WORDS, json=OWN)).status_code == 201
    other = (await api.mine.post(WORDS, json={**OWN, "sense": "junk"})).json()
    assert refused(await api.mine.put(f"{WORDS}/{other['id']}", json=OWN))[:2] == (409, "word_exists")
    assert (await api.mine.get(f"{WORDS}/{first['id']}")).json() == first


async def test_a_words_frequency_is_looked_up_again_when_its_lemma_changes(api: Api) -> None:
    connection = api.engine.connection
    word_id = new_word(connection, "Haus", api.key.owner_id, zipf=5.4)
    order = {"language": "de", "lemma": "Haus", "pos": "NOUN", "level": "A1"}
    assert (await api.mine.put(f"{WORDS}/{word_id}", json=order)).json()["zipf"] == 5.4
    assert (await api.mine.put(f"{WORDS}/{word_id}", json={**order, "lemma": "Haut"})).json()["zipf"] is None


async def test_everybodys_words_are_read_only(api: Api) -> None:
    word_id = new_word(api.engine.connection, "Haus")
    before = (await api.mine.get(f"{WORDS}/{word_id}")).json()
    assert refused(await api.mine.put(f"{WORDS}/{word_id}", json=OWN))[:2] == (403, "word_read_only")
    assert refused(await api.mine.delete(f"{WORDS}/{word_id}"))[:2] == (403, "word_read_only")
    assert (await api.mine.get(f"{WORDS}/{word_id}")).json() == before


async def test_a_word_in_the_bank_keeps_its_language_and_is_not_deleted(api: Api) -> None:
    connection, owner = api.engine.connection, api.key.owner_id
    word_id = new_word(connection, "Haus", owner)
    entry = new_entry(connection, owner, new_pair(connection, owner), word_id)
    assert refused(await api.mine.delete(f"{WORDS}/{word_id}"))[:2] == (409, "word_in_use")
    french = {**OWN, "language": "fr"}
    assert refused(await api.mine.put(f"{WORDS}/{word_id}", json=french))[:2] == (409, "word_in_use")
    assert (await api.mine.put(f"{WORDS}/{word_id}", json=OWN)).status_code == 200
    row = connection.execute("SELECT lemma FROM word_bank WHERE id = $1", (entry,)).fetchone()
    assert row == {"lemma": "Krimskrams"}


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"language": "xx"}, "unsupported_language", "language"),
        ({"lemma": " "}, "input_invalid", "lemma"),
        ({"lemma": "\ufeff"}, "input_invalid", "lemma"),
        ({"lemma": "a\u0000"}, "input_invalid", "lemma"),
        ({"pos": "noun"}, "input_invalid", "pos"),
        ({"owner_id": str(uuid4())}, "input_invalid", "owner_id"),
        ({"translations": {"xx": ["x"]}}, "input_invalid", "translations.xx"),
        ({"translations": {"de": ["x"]}}, "input_invalid", "translations.de"),
        ({"translations": {"en": []}}, "input_invalid", "translations"),
        ({"examples": [{"text": ""}]}, "input_invalid", "examples[0].text"),
    ],
)
async def test_a_bad_word_is_refused_and_its_fields_are_named(
    api: Api, change: dict[str, object], code: str, field: str
) -> None:
    assert refused(await api.mine.post(WORDS, json={**OWN, **change})) == (400, code, [field])
    assert await lemmas(api) == []
