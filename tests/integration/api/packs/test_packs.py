"""Learners look at packs and take them over."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.db.session import Connection
from shared.lexicon.packs import PackText, arrange, create_pack, publish_pack
from tests.integration.api.conftest import Api
from tests.support.api import NOW
from tests.support.studying import in_bank, new_pair, new_word

PACKS = "/api/packs"
BANK = "SELECT lemma, status FROM word_bank WHERE owner_id = $1 ORDER BY lemma"
CARDS = "SELECT direction, count(*) AS number FROM cards WHERE owner_id = $1 GROUP BY direction ORDER BY direction"


def pack(connection: Connection, *lemmas: str, level: Any = "A1", language: str = "de", published: bool = True) -> UUID:
    """A pack of these words, in this order."""
    text = PackText(level=level, title={"en": "A pack"}, description={})
    words = [new_word(connection, lemma, language=language) for lemma in lemmas]
    with connection.transaction():
        made = create_pack(connection, language, text)
        arrange(connection, made, lambda _: words)
        if published:
            publish_pack(connection, made, NOW)
    return made


@pytest.fixture
def pair(api: Api) -> UUID:
    """My active pair."""
    return new_pair(api.engine.connection, api.key.owner_id)


def hide(connection: Connection, lemma: str) -> None:
    connection.execute("UPDATE words SET hidden_at = clock_timestamp() WHERE lemma = $1", (lemma,))


async def test_list_has_published_packs_of_my_active_language_the_easiest_first(api: Api, pair: UUID) -> None:
    connection = api.engine.connection
    hard, easy = pack(connection, "Arbeit", level="B1"), pack(connection, "Mutter", "Vater", level="A1")
    pack(connection, "Entwurf", published=False)
    pack(connection, "perro", language="es")
    in_bank(connection, api.key.owner_id, pair, "Vater")
    rows = (await api.mine.get(PACKS)).json()["items"]
    assert [(row["id"], row["words"], row["owned"]) for row in rows] == [(str(easy), 2, 1), (str(hard), 1, 0)]
    assert rows[0]["title"] == {"en": "A pack"}
    only = (await api.mine.get(PACKS, params={"level": "B1"})).json()["items"]
    assert [row["id"] for row in only] == [str(hard)]


async def test_list_goes_on_behind_a_pack_also_when_that_one_is_gone(api: Api, pair: UUID) -> None:
    connection = api.engine.connection
    packs = [pack(connection, "eins", level=level) for level in ("B1", "A2", "A1")]
    first = (await api.mine.get(PACKS, params={"page_size": 1, "pair_id": str(pair)})).json()
    assert [row["id"] for row in first["items"]] == [str(packs[2])]
    connection.execute("DELETE FROM packs WHERE id = $1", (packs[2],))
    on = {"page_size": 2, "pair_id": str(pair), "page_token": first["next_page_token"]}
    second = (await api.mine.get(PACKS, params=on)).json()
    assert [row["id"] for row in second["items"]] == [str(packs[1]), str(packs[0])]
    assert second["next_page_token"] == ""


async def test_without_an_active_pair_there_is_no_language_to_look_for(api: Api) -> None:
    answer = await api.mine.get(PACKS)
    assert (answer.status_code, answer.json()["code"]) == (409, "no_active_pair")


async def test_pair_of_somebody_else_is_none(api: Api, pair: UUID) -> None:
    made = pack(api.engine.connection, "Haus")
    for answer in (
        await api.theirs.get(PACKS, params={"pair_id": str(pair)}),
        await api.theirs.post(f"{PACKS}/{made}/add", json={"pair_id": str(pair)}),
    ):
        assert (answer.status_code, answer.json()["detail"]) == (404, "There is no such pair.")
    assert api.engine.connection.execute(BANK, (api.key.owner_id,)).fetchall() == []


async def test_pack_shows_its_words_in_order_and_which_are_owned(api: Api, pair: UUID) -> None:
    connection = api.engine.connection
    made = pack(connection, "Vater", "Mutter", "Onkel")
    hide(connection, "Onkel")
    in_bank(connection, api.key.owner_id, pair, "Mutter")
    view = (await api.mine.get(f"{PACKS}/{made}")).json()
    assert [(word["lemma"], word["owned"]) for word in view["items"]] == [("Vater", False), ("Mutter", True)]
    assert (view["words"], view["owned"]) == (2, 1)
    assert view["items"][0]["translations"] == {"en": ["Vater"]}
    assert view["items"][0]["romanised"] is None


@pytest.mark.usefixtures("pair")
async def test_japanese_words_of_a_pack_are_shown_in_latin_letters_too(api: Api) -> None:
    made = pack(api.engine.connection, "きっぷ", language="ja")
    (word,) = (await api.mine.get(f"{PACKS}/{made}")).json()["items"]
    assert word["romanised"] == "kippu"


@pytest.mark.usefixtures("pair")
async def test_draft_is_invisible(api: Api) -> None:
    draft = pack(api.engine.connection, "Entwurf", published=False)
    shown, added = await api.mine.get(f"{PACKS}/{draft}"), await api.mine.post(f"{PACKS}/{draft}/add", json={})
    assert (shown.status_code, added.status_code) == (404, 404)
    assert (await api.mine.get(f"{PACKS}/{uuid4()}")).status_code == 404


async def test_taking_over_adds_what_is_new_and_skips_the_rest(api: Api, pair: UUID) -> None:
    connection, mine = api.engine.connection, api.key.owner_id
    made = pack(connection, "Vater", "Mutter", "Onkel", "Tante")
    in_bank(connection, mine, pair, "Mutter")
    hide(connection, "Onkel")
    answer = await api.mine.post(f"{PACKS}/{made}/add", json={"cards": ["recognition", "production"]})
    assert answer.json() == {"pair_id": str(pair), "added": 2, "skipped": 1, "cards": 6}
    bank = connection.execute(BANK, (mine,)).fetchall()
    assert [(row["lemma"], row["status"]) for row in bank] == [("Mutter", "new"), ("Tante", "new"), ("Vater", "new")]
    cards = [tuple(row.values()) for row in connection.execute(CARDS, (mine,))]
    assert cards == [("production", 3), ("recognition", 3)]


async def test_taking_over_twice_is_taking_over_once(api: Api, pair: UUID) -> None:
    made = pack(api.engine.connection, "Vater", "Mutter")
    first, again = [await api.mine.post(f"{PACKS}/{made}/add", json={"cards": ["recognition"]}) for _ in range(2)]
    assert first.json() == {"pair_id": str(pair), "added": 2, "skipped": 0, "cards": 2}
    assert again.json() == {"pair_id": str(pair), "added": 0, "skipped": 2, "cards": 0}


async def test_no_cards_are_made_of_words_that_are_known_already(api: Api, pair: UUID) -> None:
    connection, mine = api.engine.connection, api.key.owner_id
    made = pack(connection, "Vater", "Mutter")
    known = in_bank(connection, mine, pair, "Vater")
    connection.execute("UPDATE word_bank SET status = 'known' WHERE id = $1", (known,))
    answer = await api.mine.post(f"{PACKS}/{made}/add", json={"cards": ["recognition"]})
    assert (answer.json()["skipped"], answer.json()["cards"]) == (1, 1)


async def test_pack_in_another_language_than_the_pair_is_not_taken_over(api: Api, pair: UUID) -> None:
    spanish = pack(api.engine.connection, "perro", language="es")
    answer = await api.mine.post(f"{PACKS}/{spanish}/add", json={"pair_id": str(pair)})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "pair_id")


@pytest.mark.usefixtures("pair")
@pytest.mark.parametrize("body", [{"cards": ["sideways"]}, {"pair_id": 1}, {"more": 1}, {"cards": ["production"] * 3}])
async def test_bad_order_is_refused(api: Api, body: dict[str, Any]) -> None:
    made = pack(api.engine.connection, "Haus")
    answer = await api.mine.post(f"{PACKS}/{made}/add", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "input_invalid")
