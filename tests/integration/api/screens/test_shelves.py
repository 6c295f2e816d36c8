"""The screens of packs and of the word bank."""

from typing import Any

from shared.db.session import Connection
from shared.learning.cards import make_cards
from tests.integration.api.conftest import Api
from tests.support.api import NOW
from tests.support.people import new_person
from tests.support.studying import in_bank, new_pack, new_pair, new_word, with_card

EMPTY_BANK: dict[str, Any] = {"pair": None, "counts": {}, "items": [], "next_page_token": ""}


def somebody_else(connection: Connection, lemma: str) -> None:
    """Another learner with this word in the bank."""
    other = new_person(connection, "other").id
    in_bank(connection, other, new_pair(connection, other), lemma)


async def screen(api: Api, path: str) -> Any:
    answer = await api.mine.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_packs_of_the_active_language_tell_how_much_of_them_is_in_the_bank(api: Api) -> None:
    connection, owner = api.engine.connection, api.key.owner_id
    pair = new_pair(connection, owner)
    cat, dog, hidden = (new_word(connection, lemma) for lemma in ("Katze", "Hund", "Falsch"))
    connection.execute("UPDATE words SET hidden_at = $1 WHERE id = $2", (NOW, hidden))
    harder = new_pack(connection, [cat], level="B1", title={"de": "Tiere"})
    easier = new_pack(connection, [cat, dog, hidden])
    new_pack(connection, [cat], published_at=None)
    new_pack(connection, [cat], language="fr")
    in_bank(connection, owner, pair, "Katze")
    somebody_else(connection, "Hund")
    shown = await screen(api, "/bff/packs")
    assert shown["pair"] == {"id": str(pair), "language": "de", "native_language": "en"}
    assert [(pack["id"], pack["title"], pack["words"], pack["in_bank"]) for pack in shown["items"]] == [
        (easier, "Animals", 2, 1),
        (harder, "Tiere", 1, 1),
    ]


async def test_titles_are_in_the_learners_language(api: Api) -> None:
    new_pair(api.engine.connection, api.key.owner_id, native="fr")
    new_pack(api.engine.connection, [])
    (pack,) = (await screen(api, "/bff/packs"))["items"]
    assert (pack["title"], pack["description"]) == ("Animaux", "Words.")


async def test_entries_come_newest_first_with_their_words_and_cards(api: Api) -> None:
    connection, owner = api.engine.connection, api.key.owner_id
    pair = new_pair(connection, owner)
    new_word(connection, "Katze", "cat", article="die", plural="Katzen", level="A1")
    card = with_card(connection, owner, pair, "Katze", due=NOW, stability=30.0)
    entry = in_bank(connection, owner, pair, "Katze")
    make_cards(connection, owner, [entry], ["production"])
    in_bank(connection, owner, pair, "Hund", note="Wuff")
    new_word(connection, "Bank", "bench", sense="seat")
    new_word(connection, "Bank", "bank", sense="money")
    in_bank(connection, owner, pair, "Bank")
    in_bank(connection, owner, new_pair(connection, owner, "fr", active=False), "chat")
    somebody_else(connection, "Maus")
    shown = await screen(api, "/bff/word-bank")
    bank, dog, cat = shown["items"]
    assert (bank["lemma"], bank["status"], bank["word_id"], bank["translations"]) == ("Bank", "pending_sense", None, [])
    assert (dog["lemma"], dog["note"], dog["cards"]) == ("Hund", "Wuff", [])
    assert (cat["article"], cat["plural"], cat["level"], cat["translations"]) == ("die", "Katzen", "A1", ["cat"])
    assert [(each["direction"], each["state"]) for each in cat["cards"]] == [
        ("recognition", "mature"),
        ("production", "new"),
    ]
    assert (cat["cards"][0]["id"], cat["cards"][0]["due"]) == (str(card), "2026-03-01T12:00:00Z")
    assert shown["counts"] == {"new": 2, "pending_sense": 1}


async def test_the_word_bank_is_read_by_status_and_page_by_page(api: Api) -> None:
    connection, owner = api.engine.connection, api.key.owner_id
    pair = new_pair(connection, owner)
    for lemma in ("Katze", "Hund", "Maus"):
        in_bank(connection, owner, pair, lemma)
    connection.execute("UPDATE word_bank SET status = 'known' WHERE lemma = 'Hund'")
    first = await screen(api, "/bff/word-bank?status=new&page_size=1")
    assert (first["items"][0]["lemma"], first["counts"]) == ("Maus", {"known": 1, "new": 2})
    path = f"/bff/word-bank?status=new&page_size=1&page_token={first['next_page_token']}"
    second = await screen(api, path)
    assert ([item["lemma"] for item in second["items"]], second["next_page_token"]) == (["Katze"], "")
    other = await api.mine.get(path.replace("status=new", "status=known"))
    assert (other.status_code, other.json()["errors"][0]["field"]) == (400, "page_token")


async def test_without_a_pair_there_is_nothing_on_the_shelves(api: Api) -> None:
    new_pair(api.engine.connection, api.key.owner_id, active=False)
    new_pack(api.engine.connection, [])
    assert await screen(api, "/bff/packs") == {"pair": None, "items": []}
    assert await screen(api, "/bff/word-bank") == EMPTY_BANK


async def test_an_unknown_status_is_refused(api: Api) -> None:
    answer = await api.mine.get("/bff/word-bank?status=lost")
    assert (answer.status_code, answer.json()["code"]) == (400, "input_invalid")
