"""From a token of an article to an entry of the bank, in one call."""

from uuid import uuid4

import pytest

from tests.integration.api.vocab.conftest import Learner, annotated, word
from tests.support.written import finished

ADDRESS = "/api/vocab/entries/from-article"


async def test_a_token_becomes_an_entry_with_the_sentence_it_stands_in(learner: Learner) -> None:
    verb, article_id = word(learner.engine, "bellen", "VERB"), annotated(learner.api)
    answer = await learner.http.post(ADDRESS, json={"article_id": article_id, "start": 30, "note": "wau"})
    entry = answer.json()
    assert (answer.status_code, entry["word"]["id"], entry["note"]) == (201, verb, "wau")
    assert entry["met"] == {
        "article_id": article_id,
        "surface": "bellt",
        "context": "Der Hund bellt.",
        "translation": "The dog barks.",
        "sentence": 1,
        "start": 28,
    }


async def test_an_offset_may_count_from_the_sentence(learner: Learner) -> None:
    article_id = annotated(learner.api)
    answer = await learner.http.post(ADDRESS, json={"article_id": article_id, "sentence": 1, "start": 4})
    assert answer.json()["met"]["surface"] == "Hund"


@pytest.mark.parametrize("translated_into", ["fr", None])
async def test_a_translation_into_another_language_is_none(learner: Learner, translated_into: str | None) -> None:
    article_id = annotated(learner.api, translated_into=translated_into)
    answer = await learner.http.post(ADDRESS, json={"article_id": article_id, "start": 4})
    assert answer.json()["met"]["translation"] == ""


async def test_a_word_met_again_is_the_same_entry_and_keeps_its_first_meeting(learner: Learner) -> None:
    first = await learner.http.post(ADDRESS, json={"article_id": annotated(learner.api), "start": 4})
    again = await learner.http.post(ADDRESS, json={"article_id": annotated(learner.api), "start": 4})
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()


async def test_a_word_that_was_typed_in_is_met_when_it_is_met(learner: Learner) -> None:
    typed = await learner.add("Hund", pos="NOUN")
    met = (await learner.http.post(ADDRESS, json={"article_id": annotated(learner.api), "start": 23})).json()
    assert (met["id"], typed["met"], met["met"]["surface"]) == (typed["id"], None, "Hund")


async def test_the_pair_of_the_articles_language_is_taken(learner: Learner) -> None:
    french = (await learner.http.post("/api/vocab/pairs", json={"language": "fr", "native_language": "en"})).json()
    await learner.http.put(f"/api/vocab/pairs/{french['id']}/active")
    article_id = annotated(learner.api)
    met = (await learner.http.post(ADDRESS, json={"article_id": article_id, "start": 4})).json()
    assert met["pair_id"] == learner.pair_id
    wrong = await learner.http.post(ADDRESS, json={"article_id": article_id, "start": 4, "pair_id": french["id"]})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (400, "pair_id")


async def test_without_a_pair_of_the_language_it_is_refused(learner: Learner) -> None:
    await learner.http.post("/api/vocab/pairs", json={"language": "fr", "native_language": "en"})
    await learner.http.delete(f"/api/vocab/pairs/{learner.pair_id}")
    answer = await learner.http.post(ADDRESS, json={"article_id": annotated(learner.api), "start": 4})
    assert (answer.status_code, answer.json()["code"]) == (409, "no_pair_of_language")


@pytest.mark.parametrize(
    ("place", "field"),
    [
        ({"start": 17}, "start"),  # punctuation
        ({"start": 3}, "start"),  # a space
        ({"start": 99}, "start"),
        ({"start": 12, "sentence": 9}, "sentence"),
        ({"start": -1}, "start"),
        ({}, "start"),
    ],
)
async def test_where_no_word_stands_none_is_kept(learner: Learner, place: dict[str, int], field: str) -> None:
    answer = await learner.http.post(ADDRESS, json={"article_id": annotated(learner.api), **place})
    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (400, [field])
    assert learner.count("word_bank") == 0


async def test_articles_that_are_foreign_missing_or_without_words_look_the_same(learner: Learner) -> None:
    _, bare = finished(learner.engine, learner.id)
    foreign = annotated(learner.api, owner_id=uuid4())
    details = set()
    for article_id in (str(bare), foreign, str(uuid4())):
        answer = await learner.http.post(ADDRESS, json={"article_id": article_id, "start": 4})
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        details.add(answer.json()["detail"])
    assert len(details) == 1


async def test_a_deleted_article_leaves_the_word_and_its_sentence(learner: Learner) -> None:
    article_id = annotated(learner.api)
    entry = (await learner.http.post(ADDRESS, json={"article_id": article_id, "start": 4})).json()
    assert (await learner.http.delete(f"/api/articles/{article_id}")).status_code == 204
    met = (await learner.http.get(f"/api/vocab/entries/{entry['id']}")).json()["met"]
    assert (met["article_id"], met["context"]) == (None, "Die Katze schläft.")
