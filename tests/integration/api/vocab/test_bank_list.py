"""The word bank as a list: filters, pages, the states of cards."""

import pytest

from tests.integration.api.vocab.conftest import Learner, annotated, bench_and_bank, word


async def some_words(learner: Learner) -> dict[str, str]:
    """Four entries by lemma, added in this order."""
    word(learner.engine, "Hund", level="A1")
    word(learner.engine, "Öl", level="B1")
    word(learner.engine, "hundert", "NUM", level="A1")
    bench_and_bank(learner.engine)
    return {lemma: (await learner.add(lemma))["id"] for lemma in ("Hund", "Öl", "hundert", "Bank")}


@pytest.mark.parametrize(
    ("query", "lemmas"),
    [
        ("", ["Bank", "hundert", "Öl", "Hund"]),
        ("?q=HUND", ["hundert", "Hund"]),
        ("?q=o", ["Öl"]),
        ("?q=ba", ["Bank"]),
        ("?q=%25", []),
        ("?pos=NUM&pos=X", ["Bank", "hundert"]),
        ("?level=B1", ["Öl"]),
        ("?level=B1&level=A1&pos=NOUN", ["Öl", "Hund"]),
        ("?status=pending_sense", ["Bank"]),
        ("?status=new&status=known&q=h", ["hundert", "Hund"]),
        ("?status=ignored", []),
    ],
)
async def test_filters(learner: Learner, query: str, lemmas: list[str]) -> None:
    await some_words(learner)
    assert await learner.listed(query) == lemmas


async def test_words_of_one_pair_and_of_one_article(learner: Learner) -> None:
    await some_words(learner)
    french = (await learner.http.post("/api/vocab/pairs", json={"language": "fr", "native_language": "en"})).json()
    await learner.add("chat", pair_id=french["id"])
    article_id = annotated(learner.api)
    await learner.http.post("/api/vocab/entries/from-article", json={"article_id": article_id, "start": 4})
    assert await learner.listed(f"?pair_id={french['id']}") == ["chat"]
    assert await learner.listed(f"?article_id={article_id}") == ["Katze"]
    assert len(await learner.listed()) == 6


async def test_a_walk_by_token_meets_every_entry_once(learner: Learner) -> None:
    entries = await some_words(learner)
    seen: list[str] = []
    query = "?page_size=3"
    while query:
        page = (await learner.http.get(f"/api/vocab/entries{query}")).json()
        seen += [item["id"] for item in page["items"]]
        token = page["next_page_token"]
        query = f"?page_size=3&page_token={token}" if token else ""
    assert seen == list(entries.values())[::-1]


async def test_a_token_belongs_to_its_filters(learner: Learner) -> None:
    await some_words(learner)
    token = (await learner.http.get("/api/vocab/entries?page_size=2")).json()["next_page_token"]
    answer = await learner.http.get(f"/api/vocab/entries?pos=NOUN&page_token={token}")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "page_token")


async def test_entries_of_somebody_else_are_in_no_list(learner: Learner) -> None:
    entries = await some_words(learner)
    theirs = learner.api.theirs
    assert (await theirs.get(f"/api/vocab/entries?pair_id={learner.pair_id}")).json()["items"] == []
    assert (await theirs.get(f"/api/vocab/entries/{entries['Hund']}")).status_code == 404


async def test_cards_are_shown_as_the_learner_knows_them(learner: Learner) -> None:
    entries = await some_words(learner)
    cards = {lemma: learner.card(entries[lemma]) for lemma in ("Hund", "Öl", "hundert")}
    learner.engine.connection.execute(
        "UPDATE cards SET state = 2, stability = 30, last_review = due, suspended = NULL WHERE id = $1",
        (cards["Hund"],),
    )
    learner.engine.connection.execute("UPDATE cards SET suspended = 'leech' WHERE id = $1", (cards["Öl"],))
    items = (await learner.http.get("/api/vocab/entries")).json()["items"]
    shown = {
        item["lemma"]: [(card["id"], card["direction"], card["state"]) for card in item["cards"]] for item in items
    }
    assert shown == {
        "Hund": [(str(cards["Hund"]), "recognition", "mature")],
        "Öl": [(str(cards["Öl"]), "recognition", "suspended")],
        "hundert": [(str(cards["hundert"]), "recognition", "new")],
        "Bank": [],
    }


@pytest.mark.parametrize("query", ["status=old", "pos=PUNCT", "level=Z9", "pair_id=7", "q=%00", "q=" + 101 * "a"])
async def test_bad_filters_are_named(learner: Learner, query: str) -> None:
    answer = await learner.http.get(f"/api/vocab/entries?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "input_invalid")
    assert answer.json()["errors"][0]["field"].partition("[")[0] == query.partition("=")[0]
