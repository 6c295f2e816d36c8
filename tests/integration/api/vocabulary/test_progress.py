"""What to learn next, and how far one is."""

from typing import Any
from uuid import UUID, uuid4

from shared.learning.scheduling import MATURE
from tests.integration.api.conftest import Api
from tests.support.lexicon import new_card, new_entry, new_pair, new_word

PATH = "/api/vocabulary"


async def test_the_most_frequent_words_of_the_lowest_level_come_first(api: Api) -> None:
    connection, owner = api.engine.connection, api.key.owner_id
    pair = new_pair(connection, owner)
    new_word(connection, "rar", level="A1", zipf=2.0)
    new_word(connection, "oft", level="A1", zipf=6.0)
    new_word(connection, "später", level="B1", zipf=7.0)
    new_word(connection, "ohne", zipf=7.5)
    new_word(connection, "chat", language="fr", level="A1")
    answer = (await api.mine.get(f"{PATH}/recommendations")).json()
    assert answer["pair_id"] == str(pair)
    assert [item["lemma"] for item in answer["items"]] == ["oft", "rar", "später", "ohne"]
    narrow = (await api.mine.get(f"{PATH}/recommendations?level=B1&limit=5")).json()
    assert [item["lemma"] for item in narrow["items"]] == ["später"]
    assert len((await api.mine.get(f"{PATH}/recommendations?limit=2")).json()["items"]) == 2


async def test_what_is_in_the_bank_is_not_recommended_also_while_its_meaning_is_open(api: Api) -> None:
    connection, owner = api.engine.connection, api.key.owner_id
    pair = new_pair(connection, owner)
    new_entry(connection, owner, pair, new_word(connection, "Haus"))
    new_word(connection, "Bank", sense="bench")
    new_word(connection, "Bank", sense="money")
    connection.execute(
        "INSERT INTO word_bank (id, owner_id, pair_id, lemma, pos, status)"
        " VALUES ($1, $2, $3, 'Bank', 'NOUN', 'pending_sense')",
        (uuid4(), owner, pair),
    )
    new_word(connection, "Maus")
    new_word(connection, "Fremd", await their_id(api))
    items = (await api.mine.get(f"{PATH}/recommendations?pair_id={pair}")).json()["items"]
    assert [item["lemma"] for item in items] == ["Maus"]


async def their_id(api: Api) -> UUID:
    row = api.engine.connection.execute("SELECT owner_id FROM api_keys WHERE name = 'theirs'").fetchone()
    assert row is not None
    return UUID(str(row["owner_id"]))


async def test_without_a_pair_there_is_nothing_to_recommend_or_count(api: Api) -> None:
    foreign = new_pair(api.engine.connection, await their_id(api))
    for path in ("recommendations", "progress"):
        none = await api.mine.get(f"{PATH}/{path}")
        assert (none.status_code, none.json()["code"]) == (409, "no_active_pair")
        assert (await api.mine.get(f"{PATH}/{path}?pair_id={foreign}")).status_code == 404
        assert (await api.mine.get(f"{PATH}/{path}?pair_id=x")).status_code == 400


async def test_bad_limits_are_named(api: Api) -> None:
    for query in ("limit=0", "limit=101", "level=Z1"):
        assert (await api.mine.get(f"{PATH}/recommendations?{query}")).status_code == 400


async def test_entries_are_counted_by_status_and_cards_by_state(api: Api) -> None:
    connection, owner = api.engine.connection, api.key.owner_id
    pair = new_pair(connection, owner)
    first = new_entry(connection, owner, pair, new_word(connection, "Haus"))
    second = new_entry(connection, owner, pair, new_word(connection, "Maus"), "known")
    new_card(connection, first, state=2, stability=MATURE)
    new_card(connection, first, direction="production", state=2, stability=MATURE - 0.1)
    new_card(connection, second, state=3, stability=40.0)
    new_card(connection, second, direction="production", suspended="leech")
    other = new_pair(connection, owner, "fr", active=False)
    new_card(connection, new_entry(connection, owner, other, new_word(connection, "chat", language="fr")))
    answer = (await api.mine.get(f"{PATH}/progress")).json()
    assert answer["cards"] == {"new": 0, "learning": 1, "review": 1, "mature": 1, "suspended": 1}
    expected = {"pending_sense": 0, "new": 0, "learning": 1, "known": 1, "ignored": 0, "suspended": 0}
    assert answer["entries"] == expected


async def test_a_word_is_mastered_when_all_its_cards_are_mature(api: Api) -> None:
    connection, owner = api.engine.connection, api.key.owner_id
    pair = new_pair(connection, owner)
    other = new_pair(connection, owner, "fr", active=False)
    words: dict[str, list[dict[str, Any]]] = {
        "one card": [{"stability": MATURE}],
        "put aside": [{"stability": MATURE, "suspended": "asked"}],
        "not yet": [{"stability": MATURE - 0.1}],
        "half": [{"stability": MATURE}, {"stability": MATURE - 0.1}],
        "forgotten": [{"stability": MATURE, "state": 3}],
        "a leech": [{"stability": MATURE, "suspended": "leech"}],
        "no card": [],
    }
    for lemma, cards in words.items():
        entry = new_entry(connection, owner, pair, new_word(connection, lemma))
        for direction, changes in zip(("recognition", "production"), cards, strict=False):
            new_card(connection, entry, direction=direction, **{"state": 2, **changes})
    new_card(
        connection, new_entry(connection, owner, other, new_word(connection, "chat", language="fr")),
        state=2, stability=MATURE,
    )  # fmt: skip
    assert (await api.mine.get(f"{PATH}/progress")).json()["mastered"] == 2
    assert (await api.mine.get(f"{PATH}/progress?pair_id={other}")).json()["mastered"] == 1


async def test_a_words_progress_shows_its_cards(api: Api) -> None:
    connection, owner = api.engine.connection, api.key.owner_id
    word = new_word(connection, "Haus")
    assert (await api.mine.get(f"{PATH}/progress/words/{word}")).status_code == 404
    entry = new_entry(connection, owner, new_pair(connection, owner), word)
    (without,) = (await api.mine.get(f"{PATH}/progress/words/{word}")).json()["entries"]
    assert (without["entry_id"], without["status"], without["cards"]) == (str(entry), "learning", [])
    new_card(connection, entry, state=2, stability=30.0)
    new_card(connection, entry, direction="production")
    answer = (await api.mine.get(f"{PATH}/progress/words/{word}")).json()
    assert answer["word"]["lemma"] == "Haus"
    states = [(card["direction"], card["state"]) for card in answer["entries"][0]["cards"]]
    assert states == [("production", "new"), ("recognition", "mature")]
    assert (await api.theirs.get(f"{PATH}/progress/words/{word}")).status_code == 404
