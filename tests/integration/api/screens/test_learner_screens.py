"""What a learner does today, and the next cards: the same numbers as the queue, few statements, no side effects."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from shared.jobs.ids import uuid7
from shared.learning.cards import make_cards
from shared.learning.model import Meeting
from shared.lexicon.model import Example, document
from tests.integration.api.conftest import Api
from tests.support.api import NOW
from tests.support.people import new_person
from tests.support.studying import in_bank, new_pair, new_word, reviewed, with_card
from tests.support.written import finished, minute

SCREENS = ("/bff/home", "/bff/review", "/bff/packs", "/bff/word-bank")
MOST_STATEMENTS = 4
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SENTENCE = """
INSERT INTO sentences (id, language, text, source, licence, ruby, audio, status)
VALUES ($1, $2, $3, 'catalogue', 'MIT', $4::jsonb, $5::jsonb, $6)
"""
CARD = "INSERT INTO cards (id, owner_id, pair_id, sentence_id, direction) VALUES ($1, $2, $3, $4, 'recognition')"
SETTINGS = """
INSERT INTO study_settings (owner_id, desired_retention, new_per_day, reviews_per_day, day_starts_at, time_zone,
  leech_lapses)
VALUES ($1, 0.9, $2, 200, 4, $3, 8)
"""


async def screen(api: Api, path: str) -> Any:
    answer = await api.mine.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


def new_sentence(api: Api, text: str, *, language: str = "ja", status: str = "published", **documents: str) -> UUID:
    """A sentence; `ruby` and `audio` are JSON."""
    sentence_id = uuid7()
    values = (sentence_id, language, text, documents.get("ruby"), documents.get("audio"), status)
    api.engine.connection.execute(SENTENCE, values)
    return sentence_id


def a_day_of_work(api: Api) -> UUID:
    """Two reviews due, one learning card due, one later today, three new words, and a fourth answered today."""
    connection, owner = api.engine.connection, api.key.owner_id
    pair = new_pair(connection, owner)
    with_card(connection, owner, pair, "spät", due=NOW - 3 * DAY)
    with_card(connection, owner, pair, "heute", due=NOW + 3 * HOUR)
    with_card(connection, owner, pair, "morgen", due=NOW + 2 * DAY)
    with_card(connection, owner, pair, "gelernt", due=NOW - HOUR, state=1)
    with_card(connection, owner, pair, "gleich", due=NOW + HOUR, state=1)
    for lemma in ("eins", "zwei", "drei"):
        with_card(connection, owner, pair, lemma)
    reviewed(connection, owner, with_card(connection, owner, pair, "vier", due=NOW + DAY), NOW - HOUR, state_before=0)
    return pair


async def test_home_tells_what_the_learners_day_still_holds(api: Api) -> None:
    pair, owner = a_day_of_work(api), api.key.owner_id
    _, german = finished(api.engine, owner, created_at=minute(1))
    _, newer = finished(api.engine, owner, created_at=minute(2))
    finished(api.engine, owner, language="fr")
    finished(api.engine, new_person(api.engine.connection, "other").id)
    shown = await screen(api, "/bff/home")
    assert shown["pair"] == {"id": str(pair), "language": "de", "native_language": "en"}
    assert shown["today"] == {
        "learning": 1,
        "review": 2,
        "new": 3,
        "new_left": 19,
        "reviews_left": 200,
        "ends_at": "2026-03-02T04:00:00Z",
    }
    assert shown["streak"] == {"days": 1, "today": True, "frozen": False}
    assert [article["id"] for article in shown["articles"]] == [str(newer), str(german)]


async def test_new_cards_of_the_day_stop_at_the_learners_limit(api: Api) -> None:
    a_day_of_work(api)
    api.engine.connection.execute(SETTINGS, (api.key.owner_id, 2, "UTC"))
    today = (await screen(api, "/bff/home"))["today"]
    assert (today["new"], today["new_left"]) == (1, 1)


@pytest.mark.parametrize(
    ("days_back", "streak"),
    [
        ([], {"days": 0, "today": False}),
        ([0], {"days": 1, "today": True}),
        ([1, 2], {"days": 2, "today": False}),
        ([0, 1, 2, 4], {"days": 3, "today": True}),
        ([2, 3], {"days": 0, "today": False}),
    ],
)
async def test_the_streak_is_counted_in_days_without_a_gap(
    api: Api, days_back: list[int], streak: dict[str, object]
) -> None:
    connection, owner = api.engine.connection, api.key.owner_id
    card = with_card(connection, owner, new_pair(connection, owner), "Katze", due=NOW)
    for days in days_back:
        reviewed(connection, owner, card, NOW - days * DAY)
    undone = reviewed(connection, owner, card, NOW - 3 * DAY)
    connection.execute("UPDATE reviews SET undone_at = $1 WHERE id = $2", (NOW, undone))
    if 3 in days_back or 4 not in days_back:
        connection.execute("UPDATE language_pairs SET active = true")
    assert (await screen(api, "/bff/home"))["streak"] == {**streak, "frozen": False}


async def test_the_streak_goes_by_the_learners_days(api: Api) -> None:
    connection, owner = api.engine.connection, api.key.owner_id
    connection.execute(SETTINGS, (owner, 20, "Pacific/Auckland"))  # 01:00 on the second of March there
    card = with_card(connection, owner, new_pair(connection, owner), "Katze", due=NOW)
    reviewed(connection, owner, card, NOW - HOUR)  # midnight: still the first, whose day ends at four
    shown = await screen(api, "/bff/home")
    assert shown["streak"] == {"days": 1, "today": True, "frozen": False}
    assert shown["today"]["ends_at"] == "2026-03-01T15:00:00Z"


async def test_without_a_pair_there_is_a_streak_and_nothing_to_do(api: Api) -> None:
    connection, owner = api.engine.connection, api.key.owner_id
    pair = new_pair(connection, owner, active=False)
    reviewed(connection, owner, with_card(connection, owner, pair, "Katze", due=NOW), NOW)
    finished(api.engine, owner, language="fr")
    home = await screen(api, "/bff/home")
    assert (home["pair"], home["today"], home["streak"]["days"], len(home["articles"])) == (None, None, 1, 1)
    assert await screen(api, "/bff/review") == {"pair": None, "today": None, "cards": []}


async def test_cards_come_in_the_order_of_the_queue_with_their_words(api: Api) -> None:
    connection, owner = api.engine.connection, api.key.owner_id
    pair = new_pair(connection, owner)
    example = Example(text="Die Katze schläft.", translations={"en": "The cat sleeps."})
    new_word(connection, "Katze", "cat", article="die", plural="Katzen", examples=[example])
    met = Meeting(surface="Katze", context="Meine Katze!", start=6)
    in_bank(connection, owner, pair, "Katze", met=met, note="Miau")
    new = with_card(connection, owner, pair, "Katze", direction="production")
    due = with_card(connection, owner, pair, "Hund", due=NOW - DAY, stability=30.0)
    learning = with_card(connection, owner, pair, "Maus", due=NOW - HOUR, state=1)
    other = new_person(connection, "other").id
    with_card(connection, other, new_pair(connection, other), "Vogel", due=NOW - DAY)
    shown = await screen(api, "/bff/review")
    assert [card["id"] for card in shown["cards"]] == [str(learning), str(due), str(new)]
    assert [card["state"] for card in shown["cards"]] == ["learning", "mature", "new"]
    assert (shown["today"]["learning"], shown["today"]["review"], shown["today"]["new"]) == (1, 1, 1)
    cat = shown["cards"][2]
    assert (cat["text"], cat["article"], cat["plural"], cat["translations"]) == ("Katze", "die", "Katzen", ["cat"])
    assert (cat["direction"], cat["note"], cat["audio_url"], cat["ruby"]) == ("production", "Miau", None, None)
    assert cat["met"] == {"surface": "Katze", "context": "Meine Katze!", "start": 6}
    assert cat["examples"] == [{"text": "Die Katze schläft.", "translations": {"en": "The cat sleeps."}}]
    first = await screen(api, "/bff/review?limit=1")
    assert [card["id"] for card in first["cards"]] == [str(learning)]
    assert first["today"] == shown["today"]


async def test_a_sentence_comes_with_furigana_translations_and_somebody_who_speaks_it(api: Api) -> None:
    connection, owner = api.engine.connection, api.key.owner_id
    pair, ruby = new_pair(connection, owner, "ja"), [{"text": "猫", "reading": "ねこ"}, {"text": "です。"}]
    said = new_sentence(api, "猫です。", ruby=document(ruby), audio=document({"key": "sentences/cat.mp3"}))
    english, refused = (new_sentence(api, text, language="en", status=status) for text, status in (
        ("It is a cat.", "published"), ("It is a dog.", "refused"),
    ))  # fmt: skip
    for translation in (english, refused):
        connection.execute("INSERT INTO sentence_translations VALUES ($1, $2)", (said, translation))
    connection.execute("UPDATE sentences SET romanised = 'Neko desu.' WHERE id = $1", (said,))
    connection.execute(CARD, (uuid7(), owner, pair, said))
    (card,) = (await screen(api, "/bff/review"))["cards"]
    assert (card["text"], card["sentence_id"], card["entry_id"]) == ("猫です。", str(said), None)
    assert (card["translations"], card["pos"], card["examples"]) == (["It is a cat."], None, [])
    assert [(piece["text"], piece.get("reading")) for piece in card["ruby"]] == [("猫", "ねこ"), ("です。", None)]
    assert card["romanised"] == "Neko desu."
    assert "sentences/cat.mp3" in card["audio_url"]


async def test_a_japanese_word_is_shown_in_latin_letters_too(api: Api) -> None:
    connection, owner = api.engine.connection, api.key.owner_id
    pair = new_pair(connection, owner, "ja")
    new_word(connection, "思う", "think", language="ja", pos="VERB", reading="おもう")
    with_card(connection, owner, pair, "思う", due=NOW - DAY)
    (card,), (entry,) = (await screen(api, "/bff/review"))["cards"], (await screen(api, "/bff/word-bank"))["items"]
    assert (card["reading"], card["romanised"]) == (entry["reading"], entry["romanised"]) == ("おもう", "omou")
    (kept,) = (await screen(api, "/api/vocab/entries"))["items"]
    assert kept["word"]["romanised"] == "omou"
    (found,) = (await screen(api, "/api/vocabulary/words?language=ja"))["items"]
    assert found["romanised"] == "omou"


@pytest.mark.parametrize("limit", ["0", "101", "many"])
async def test_a_senseless_number_of_cards_is_refused(api: Api, limit: str) -> None:
    answer = await api.mine.get(f"/bff/review?limit={limit}")
    assert (answer.status_code, answer.json()["code"]) == (400, "input_invalid")


async def test_screens_need_few_statements_and_change_nothing(api: Api, statements: list[str]) -> None:
    pair = a_day_of_work(api)
    entry = in_bank(api.engine.connection, api.key.owner_id, pair, "eins")
    make_cards(api.engine.connection, api.key.owner_id, [entry], ["production"])
    for path in SCREENS:
        statements.clear()
        api.resources.key_ring.forget(api.key.id)
        await screen(api, path)
        assert 1 < len(statements) <= MOST_STATEMENTS, path
        assert not any(word in sql for sql in statements[1:] for word in ("INSERT", "UPDATE", "DELETE"))


@pytest.mark.parametrize("path", ["/bff/home", "/bff/packs", "/bff/word-bank"])
async def test_an_unchanged_screen_is_304(api: Api, path: str) -> None:
    first = await api.mine.get(path)
    assert first.headers["cache-control"] == "private, no-cache"
    known = {"If-None-Match": first.headers["etag"]}
    unchanged = await api.mine.get(path, headers=known)
    assert (unchanged.status_code, unchanged.content, unchanged.headers["etag"]) == (304, b"", first.headers["etag"])
    new_pair(api.engine.connection, api.key.owner_id)
    assert (await api.mine.get(path, headers=known)).status_code == 200


@pytest.mark.parametrize("path", SCREENS)
async def test_screens_can_only_be_looked_at_and_by_a_caller(api: Api, path: str) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        answer = await api.mine.request(method, path)
        assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    async with httpx.AsyncClient(transport=api.mine._transport, base_url="http://api.test") as stranger:
        assert (await stranger.get(path)).status_code == 401
