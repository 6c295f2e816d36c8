"""Putting words into the bank: one entry a meaning, nothing guessed, nothing doubled."""

import asyncio
from uuid import UUID, uuid4

import pytest

from tests.integration.api.conftest import Api
from tests.integration.api.vocab.conftest import Learner, bench_and_bank, word

ENTRIES = "/api/vocab/entries"


async def test_a_word_of_the_lexicon_is_kept_with_its_meaning(learner: Learner) -> None:
    word_id = word(learner.engine, "Hund", article="der", plural="Hunde", level="A1")
    answer = await learner.http.post(ENTRIES, json={"lemma": "hund", "note": "bellt"})
    entry = answer.json()
    assert (answer.status_code, answer.headers["location"]) == (201, f"{ENTRIES}/{entry['id']}")
    assert entry["word"] == {
        "id": word_id,
        "lemma": "Hund",
        "pos": "NOUN",
        "sense": "",
        "article": "der",
        "plural": "Hunde",
        "reading": None,
        "romanised": None,
        "level": "A1",
        "translations": ["english Hund"],
        "own": False,
    }
    told = {name: entry[name] for name in ("pair_id", "language", "lemma", "pos", "status", "note", "met", "cards")}
    assert told == {
        "pair_id": learner.pair_id,
        "language": "de",
        "lemma": "Hund",
        "pos": "NOUN",
        "status": "new",
        "note": "bellt",
        "met": None,
        "cards": [],
    }
    assert (await learner.http.get(f"{ENTRIES}/{entry['id']}")).json() == entry


async def test_a_word_is_kept_once(learner: Learner) -> None:
    word(learner.engine, "Hund")
    first = await learner.add("Hund", note="first")
    again = await learner.http.post(ENTRIES, json={"lemma": "Hund", "note": "second"})
    assert (again.status_code, again.json()) == (200, first)


async def test_a_word_that_is_added_ten_times_at_once_is_kept_once(learner: Learner) -> None:
    entries = await asyncio.gather(*(learner.add("Quatschwort") for _ in range(10)))
    assert len({entry["id"] for entry in entries}) == 1
    assert learner.count("word_bank") == learner.count("words") == 1


async def test_a_word_that_the_lexicon_lacks_becomes_the_learners_own(learner: Learner) -> None:
    entry = await learner.add("Quatschwort", pos="NOUN", translation=" nonsense word ")
    assert (entry["word"]["own"], entry["word"]["translations"], entry["pos"]) == (True, ["nonsense word"], "NOUN")
    theirs = await learner.api.theirs.post("/api/vocab/pairs", json={"language": "de", "native_language": "en"})
    assert theirs.status_code == 201
    found = await learner.api.theirs.post(ENTRIES, json={"word_id": entry["word"]["id"]})
    assert (found.status_code, found.json()["errors"][0]["field"]) == (400, "word_id")


async def test_a_word_of_ones_own_can_be_explained_later_and_keeps_the_first_explanation(learner: Learner) -> None:
    entry = await learner.add("Quatschwort")
    assert entry["word"]["translations"] == []
    for said in ("nonsense word", "something else"):
        again = await learner.add("Quatschwort", translation=said)
        assert (again["id"], again["word"]["translations"]) == (entry["id"], ["nonsense word"])


async def test_a_word_of_the_lexicon_is_not_explained_by_a_learner(learner: Learner) -> None:
    word(learner.engine, "Hund")
    learner.engine.connection.execute("UPDATE words SET translations = '{}'")
    await learner.add("Hund")
    assert (await learner.add("Hund", translation="cat"))["word"]["translations"] == []


async def test_a_lemma_with_several_meanings_waits_for_the_learner(learner: Learner) -> None:
    meanings = bench_and_bank(learner.engine)
    entry = await learner.add("Bank")
    assert (entry["status"], entry["word"]) == ("pending_sense", None)
    assert {word["id"] for word in entry["candidates"]} == set(meanings)
    assert (await learner.add("Bank", pos="NOUN"))["id"] == entry["id"]


async def test_only_what_the_learner_may_see_can_be_meant(learner: Learner) -> None:
    bench, money = bench_and_bank(learner.engine)
    word(learner.engine, "Bank", sense="theirs", owner_id=somebody_else(learner))
    hidden = word(learner.engine, "Bank", sense="wrong")
    entry = await learner.add("Bank")
    learner.engine.connection.execute("UPDATE words SET hidden_at = clock_timestamp() WHERE id = $1", (hidden,))
    shown = (await learner.http.get(f"{ENTRIES}/{entry['id']}")).json()["candidates"]
    assert {word["id"] for word in shown} == {bench, money}


async def test_a_meaning_that_was_chosen_is_not_asked_for_again(learner: Learner) -> None:
    _, money = bench_and_bank(learner.engine)
    chosen = await learner.add("Bank", word_id=money)
    assert (chosen["status"], chosen["word"]["id"]) == ("new", money)
    assert (await learner.add("Bank"))["id"] == chosen["id"]
    assert learner.count("word_bank") == 1


async def test_each_meaning_can_be_an_entry_of_its_own(learner: Learner) -> None:
    entries = [await learner.add("Bank", word_id=meaning) for meaning in bench_and_bank(learner.engine)]
    assert len({entry["id"] for entry in entries}) == 2


async def test_the_part_of_speech_tells_meanings_apart(learner: Learner) -> None:
    noun, verb = word(learner.engine, "Essen"), word(learner.engine, "essen", "VERB")
    assert (await learner.add("essen", pos="VERB"))["word"]["id"] == verb
    assert (await learner.add("essen", pos="NOUN"))["word"]["id"] == noun


async def test_a_verb_is_found_whether_it_helps_another_one_or_not(learner: Learner) -> None:
    verb = word(learner.engine, "haben", "VERB")
    assert (await learner.add("haben", pos="AUX"))["word"]["id"] == verb
    assert (await learner.add("haben", pos="NOUN"))["word"]["own"] is True


async def test_another_pair_has_another_bank(learner: Learner) -> None:
    french = await learner.http.post("/api/vocab/pairs", json={"language": "fr", "native_language": "de"})
    german, other = await learner.add("chat"), await learner.add("chat", pair_id=french.json()["id"])
    assert german["id"] != other["id"]
    assert (german["language"], other["language"]) == ("de", "fr")
    of_german = await learner.http.post(ENTRIES, json={"word_id": german["word"]["id"], "pair_id": french.json()["id"]})
    assert of_german.json()["errors"][0]["field"] == "word_id"


async def test_without_a_pair_there_is_no_bank(api: Api) -> None:
    answer = await api.mine.post(ENTRIES, json={"lemma": "Hund"})
    assert (answer.status_code, answer.json()["code"]) == (409, "no_active_pair")


async def test_the_pair_of_somebody_else_is_hidden(learner: Learner) -> None:
    for path, body in (("", {"lemma": "Hund"}), ("/batch", {"items": [{"lemma": "Hund"}]})):
        answer = await learner.api.theirs.post(f"{ENTRIES}{path}", json={**body, "pair_id": learner.pair_id})
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "lemma"),
        ({"lemma": " "}, "lemma"),
        ({"lemma": "\u200b \u00ad"}, "lemma"),
        ({"lemma": "a\0b"}, "lemma"),
        ({"lemma": "a" * 101}, "lemma"),
        ({"lemma": "a", "pos": "PUNCT"}, "pos"),
        ({"lemma": "a", "note": "\0"}, "note"),
        ({"lemma": "a", "translation": ""}, "translation"),
        ({"word_id": "x"}, "word_id"),
        ({"word_id": str(uuid4())}, "word_id"),
        ({"lemma": "a", "status": "known"}, "status"),
    ],
)
async def test_bad_fields_are_named(learner: Learner, body: dict[str, object], field: str) -> None:
    answer = await learner.http.post(ENTRIES, json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "input_invalid")
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_a_hidden_word_cannot_be_chosen(learner: Learner) -> None:
    hidden = word(learner.engine, "Hund")
    learner.engine.connection.execute("UPDATE words SET hidden_at = clock_timestamp() WHERE id = $1", (hidden,))
    assert (await learner.http.post(ENTRIES, json={"word_id": hidden})).status_code == 400


async def test_many_words_are_added_with_a_result_each(learner: Learner) -> None:
    bench_and_bank(learner.engine)
    theirs = word(learner.engine, "geheim", owner_id=somebody_else(learner))
    present = await learner.add("Hund")
    items = [{"lemma": "Hund"}, {"lemma": "Katze"}, {"lemma": "Bank"}, {"word_id": theirs}, {"lemma": "Katze"}]
    answer = (await learner.http.post(f"{ENTRIES}/batch", json={"items": items})).json()
    assert (answer["added"], answer["present"], answer["not_found"]) == (2, 2, 1)
    told = [(item["outcome"], item.get("status")) for item in answer["items"]]
    assert told == [
        ("present", "new"),
        ("added", "new"),
        ("added", "pending_sense"),
        ("word_not_found", None),
        ("present", "new"),
    ]
    assert answer["items"][0]["id"] == present["id"]
    assert learner.count("word_bank") == 3


async def test_of_many_words_a_mistake_keeps_out_all(learner: Learner) -> None:
    items: list[dict[str, object]] = [{"lemma": "Hund"}, {"note": "no word"}, {"lemma": "Katze"}]
    answer = await learner.http.post(f"{ENTRIES}/batch", json={"items": items})
    assert [error["field"] for error in answer.json()["errors"]] == ["items[1].lemma"]
    assert learner.count("word_bank") == 0


@pytest.mark.parametrize("count", [0, 501])
async def test_many_words_are_one_to_five_hundred(learner: Learner, count: int) -> None:
    answer = await learner.http.post(f"{ENTRIES}/batch", json={"items": [{"lemma": "a"}] * count})
    assert answer.json()["errors"][0]["field"] == "items"


def somebody_else(learner: Learner) -> UUID:
    """The id of another account."""
    row = learner.engine.connection.execute("SELECT id FROM accounts WHERE id <> $1 LIMIT 1", (learner.id,)).fetchone()
    assert row is not None
    return UUID(str(row["id"]))
