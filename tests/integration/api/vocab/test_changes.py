"""Changing an entry: its meaning, its status, its note; and deleting it."""

from uuid import uuid4

import pytest

from tests.integration.api.vocab.conftest import Learner, bench_and_bank, word

ON_A_LIST = """
WITH list AS (INSERT INTO word_lists (id, owner_id, name, language) VALUES ($1, $2, 'mine', 'de') RETURNING id)
INSERT INTO word_list_words (list_id, word_id) SELECT id, $3::uuid FROM list
"""
IN_A_PACK = """
WITH pack AS (
  INSERT INTO packs (id, language, level, title, slug) VALUES ($1, 'de', 'A1', '{}', $2::uuid::text) RETURNING id
)
INSERT INTO pack_words (pack_id, word_id, position) SELECT id, $3::uuid, 0 FROM pack
"""


async def test_a_meaning_is_chosen_among_the_candidates(learner: Learner) -> None:
    _, money = bench_and_bank(learner.engine)
    other = word(learner.engine, "Hund")
    entry = await learner.add("Bank")
    refused = await learner.change(entry["id"], word_id=other)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "word_id")
    chosen = (await learner.change(entry["id"], word_id=money, note="mine")).json()
    assert (chosen["status"], chosen["word"]["id"], chosen["pos"], chosen["note"], chosen["candidates"]) == (
        "new",
        money,
        "NOUN",
        "mine",
        [],
    )


async def test_a_chosen_meaning_stays(learner: Learner) -> None:
    bench, money = bench_and_bank(learner.engine)
    entry = await learner.add("Bank", word_id=bench)
    assert (await learner.change(entry["id"], word_id=bench)).status_code == 200
    refused = await learner.change(entry["id"], word_id=money, note="lost")
    assert (refused.status_code, refused.json()["code"]) == (409, "sense_chosen")
    assert (await learner.http.get(f"/api/vocab/entries/{entry['id']}")).json()["note"] == ""


async def test_a_meaning_that_the_bank_has_is_not_chosen_twice(learner: Learner) -> None:
    bench, _ = bench_and_bank(learner.engine)
    waiting = await learner.add("Bank")
    await learner.add("Bank", word_id=bench)
    refused = await learner.change(waiting["id"], word_id=bench)
    assert (refused.status_code, refused.json()["code"]) == (409, "word_in_bank")


@pytest.mark.parametrize("patch", [{"status": "known"}, {"status": "new"}, {"translation": "bench"}])
async def test_an_entry_that_waits_for_a_meaning_gets_no_status_without_one(
    learner: Learner, patch: dict[str, str]
) -> None:
    bench, _ = bench_and_bank(learner.engine)
    entry = await learner.add("Bank")
    refused = await learner.change(entry["id"], **patch)
    assert (refused.status_code, refused.json()["code"]) == (409, "sense_pending")
    assert (await learner.http.get(f"/api/vocab/entries/{entry['id']}")).json()["status"] == "pending_sense"
    known = (await learner.change(entry["id"], word_id=bench, status="known")).json()
    assert (known["status"], known["word"]["id"]) == ("known", bench)


@pytest.mark.parametrize("status", ["known", "ignored", "suspended"])
async def test_cards_rest_with_their_entry_and_come_back_with_it(learner: Learner, status: str) -> None:
    entry, other = await learner.add("Hund"), await learner.add("Katze")
    card, of_other = learner.card(entry["id"]), learner.card(other["id"])
    changed = (await learner.change(entry["id"], status=status)).json()
    assert (changed["status"], changed["cards"][0]["state"]) == (status, "suspended")
    assert (learner.suspended(card), learner.suspended(of_other)) == ("asked", None)
    assert (await learner.change(entry["id"], status="learning")).json()["cards"][0]["state"] == "new"
    assert learner.suspended(card) is None


async def test_a_leech_stays_one_and_a_card_that_was_put_aside_alone_too(learner: Learner) -> None:
    entry = await learner.add("Hund")
    card = learner.card(entry["id"])
    for reason, statuses in (("leech", ("known", "learning")), ("asked", ("learning", "new"))):
        learner.engine.connection.execute("UPDATE cards SET suspended = $1 WHERE id = $2", (reason, card))
        for status in statuses:
            assert (await learner.change(entry["id"], status=status)).status_code == 200
        assert learner.suspended(card) == reason


async def test_a_word_of_ones_own_can_be_translated_and_no_other(learner: Learner) -> None:
    word(learner.engine, "Hund")
    own, shared = await learner.add("Quatschwort"), await learner.add("Hund")
    changed = (await learner.change(own["id"], translation=" nonsense ")).json()
    assert changed["word"]["translations"] == ["nonsense"]
    refused = await learner.change(shared["id"], translation="cat")
    assert (refused.status_code, refused.json()["code"]) == (409, "word_shared")


@pytest.mark.parametrize(
    ("patch", "field"),
    [
        ({"status": "pending_sense"}, "status"),
        ({"status": None}, "status"),
        ({"note": "\0"}, "note"),
        ({"note": "a" * 2001}, "note"),
        ({"translation": " "}, "translation"),
        ({"lemma": "Katze"}, "lemma"),
    ],
)
async def test_bad_changes_are_named(learner: Learner, patch: dict[str, object], field: str) -> None:
    entry = await learner.add("Hund")
    answer = await learner.change(entry["id"], **patch)
    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (400, [field])


async def test_a_deleted_entry_takes_cards_and_reviews_and_its_own_word_with_it(learner: Learner) -> None:
    own = await learner.add("Quatschwort")
    card = learner.card(own["id"])
    learner.engine.connection.execute(
        "INSERT INTO reviews (owner_id, id, card_id, rating, reviewed_at, state_before)"
        " VALUES ($1, $2, $3, 3, clock_timestamp(), 0)",
        (learner.id, uuid4(), card),
    )
    assert (await learner.http.delete(f"/api/vocab/entries/{own['id']}")).status_code == 204
    assert [learner.count(table) for table in ("word_bank", "cards", "reviews", "words")] == [0, 0, 0, 0]
    assert (await learner.http.delete(f"/api/vocab/entries/{own['id']}")).status_code == 404


async def test_a_word_that_somebody_else_uses_stays(learner: Learner) -> None:
    shared, own = word(learner.engine, "Hund"), await learner.add("Quatschwort")
    french = (await learner.http.post("/api/vocab/pairs", json={"language": "de", "native_language": "fr"})).json()
    await learner.add("Quatschwort", pair_id=french["id"])
    in_bank = await learner.add("Hund")
    for entry in (own, in_bank):
        assert (await learner.http.delete(f"/api/vocab/entries/{entry['id']}")).status_code == 204
    assert learner.count("words") == 1
    assert (await learner.add("Hund"))["word"]["id"] == shared


@pytest.mark.parametrize("sql", [ON_A_LIST, IN_A_PACK])
async def test_a_word_on_a_list_or_in_a_pack_stays(learner: Learner, sql: str) -> None:
    own = await learner.add("Quatschwort")
    learner.engine.connection.execute(sql, (uuid4(), learner.id, own["word"]["id"]))
    assert (await learner.http.delete(f"/api/vocab/entries/{own['id']}")).status_code == 204
    assert learner.count("words") == 1


async def test_entries_of_somebody_else_cannot_be_changed(learner: Learner) -> None:
    entry = await learner.add("Hund")
    theirs, address = learner.api.theirs, f"/api/vocab/entries/{entry['id']}"
    assert (await theirs.patch(address, json={"note": "x"})).status_code == 404
    assert (await theirs.delete(address)).status_code == 404
    assert (await learner.http.get(address)).json() == entry
