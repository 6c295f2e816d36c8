"""A month of a learner's life through the API, on a clock of the test's: every number agrees with `fsrs` alone."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from shared.db.session import connect, open_database
from tests.support.jobs import Engine
from tests.support.month import Answer, Learner, new_learner, replay
from tests.support.studying import annotated_article, new_pack, new_word

BERLIN = ZoneInfo("Europe/Berlin")
DAY = timedelta(days=1)
START = datetime(2026, 3, 15, 18, 30, tzinfo=BERLIN)  # clocks change on the 29th
SETTINGS = {
    "desired_retention": 0.9,
    "new_per_day": 4,
    "reviews_per_day": 200,
    "day_starts_at": 4,
    "time_zone": "Europe/Berlin",
    "leech_lapses": 8,
}
OWN_WORDS = ("Fernweh", "Feierabend", "Quatsch", "Schnaps", "Wanderlust", "Zeitgeist")
PACK = ("Katze", "Hund", "Maus", "Vogel", "Pferd", "Kuh", "Fisch", "Biene")
AT_HOME, AWAY = 14, 7  # days


@pytest.fixture
def engine(clean_database: str) -> Iterator[Engine]:
    """An empty database."""
    with open_database(clean_database, "test", most=4) as database, connect(clean_database, "test") as connection:
        yield Engine(connection, database)


@pytest.fixture
async def learner(engine: Engine) -> AsyncIterator[Learner]:
    """Somebody who begins in the middle of March."""
    async with new_learner(engine, START) as learner:
        yield learner


async def settle_in(learner: Learner) -> None:
    """Choose a language and settings, take a pack over, keep some words, make cards."""
    new_pack(learner.engine.connection, [new_word(learner.engine.connection, lemma) for lemma in PACK])
    await learner.send("POST", "/api/vocab/pairs", {"language": "de", "native_language": "en"})
    await learner.send("PUT", "/api/learning/settings", SETTINGS)
    (pack,) = (await learner.get("/bff/packs"))["items"]
    added = await learner.send("POST", f"/api/packs/{pack['id']}/add", {"cards": ["recognition"]})
    assert (added["added"], added["cards"]) == (len(PACK), len(PACK))
    for lemma in OWN_WORDS:
        await learner.send("POST", "/api/vocab/entries", {"lemma": lemma, "translation": f"a {lemma}"})
    pair = (await learner.get("/bff/home"))["pair"]
    await learner.send("POST", "/api/flashcards", {"pair_id": pair["id"]})


async def read(learner: Learner) -> None:
    """Tap two words of an article: one that the pack had, which stays one entry, and a new one, which gets a card."""
    article = annotated_article(learner.engine, learner.owner_id)
    cat, sleep = [
        await learner.send("POST", "/api/vocab/entries/from-article", {"article_id": article, "start": start})
        for start in ("Die Katze schläft.".index("Katze"), "Die Katze schläft.".index("läft"))
    ]
    assert (cat["lemma"], cat["status"], len(cat["cards"])) == ("Katze", "learning", 2)
    assert (sleep["lemma"], sleep["status"], sleep["met"]["surface"]) == ("schlafen", "new", "schläft")
    made = await learner.send("POST", "/api/flashcards", {"entry_ids": [sleep["id"]], "directions": ["recognition"]})
    assert made["created"] == 1


async def live(learner: Learner, days: int) -> None:
    """Study each evening, a little later or earlier; on every third take an answer back."""
    for day in range(days):
        answered = await learner.study()
        assert answered, f"nothing to do on day {day}"
        if day % 3 == 0:
            await learner.think_again()
        evening = learner.now.astimezone(BERLIN).replace(hour=17 + day % 5, minute=15)
        learner.now = (evening + DAY).astimezone(UTC)


async def go_away(learner: Learner, days: int) -> list[Answer]:
    """Take the next cards along, answer each of them now and then without the network; nothing is sent."""
    cards = (await learner.get("/bff/review?limit=100"))["cards"]
    assert len(cards) > 4
    begin = learner.now
    offline = [
        learner.answer(card["id"], begin + day * DAY + timedelta(minutes=place))
        for day in range(days)
        for place, card in enumerate(cards)
        if (place + day) % 3 == 0
    ]
    learner.now = begin + (days // 2) * DAY + timedelta(hours=3)
    for card in cards[:3]:
        await learner.review(card["id"])  # on another machine, which does not know of the answers so far
    learner.now = begin + days * DAY
    return offline


async def come_back(learner: Learner, offline: list[Answer]) -> None:
    """Send all in any order, and all of it once more, because the first reply was lost."""
    Random(11).shuffle(offline)  # noqa: S311 - an order, not a secret
    half = len(offline) // 2
    for part in (offline[half:], offline[:half]):
        report = await learner.send("POST", "/api/learning/reviews/sync", {"reviews": part})
        assert report["counts"] == none_but(accepted=len(part))
    again = await learner.send("POST", "/api/learning/reviews/sync", {"reviews": offline})
    assert again["counts"] == none_but(duplicate=len(offline))


def none_but(**counts: int) -> dict[str, int]:
    return dict.fromkeys(("accepted", "duplicate", "conflict", "unknown_card", "in_future"), 0) | counts


async def agrees(learner: Learner) -> list[dict[str, Any]]:
    """Compare every card with a replay of the diary; the cards."""
    cards: list[dict[str, Any]] = (await learner.get("/api/flashcards?page_size=1000"))["items"]
    assert {UUID(card["id"]) for card in cards} >= {answer.card_id for answer in learner.diary}
    for card in cards:
        schedule, told = card["schedule"], replay(UUID(card["id"]), learner.diary)
        assert (schedule["reviews"], schedule["lapses"]) == (told.reviews, told.lapses)
        assert (schedule["stability"], schedule["difficulty"]) == (told.stability, told.difficulty)
        if told.reviews:
            assert datetime.fromisoformat(schedule["due"]) == told.due
            assert not schedule["leech"]
    return cards


async def counts_agree(learner: Learner, cards: list[dict[str, Any]]) -> None:
    """Compare what is counted with the diary."""
    told = {UUID(card["id"]): replay(UUID(card["id"]), learner.diary) for card in cards}
    stats = await learner.get("/api/learning/stats?days=60")
    right = sum(answer.rating != "again" for answer in learner.diary)
    assert stats["reviews"] == len(learner.diary)
    assert stats["duration_ms"] == sum(answer.duration_ms for answer in learner.diary)
    assert stats["accuracy"] == pytest.approx(right / len(learner.diary), abs=1e-4)
    begun = [card for card in told.values() if card.reviews]
    assert stats["cards"]["new"] == len(cards) - len(begun)
    home, queue = await learner.get("/bff/home"), await learner.get("/api/learning/queue?limit=500")
    assert home["streak"]["days"] == stats["streak"] == streak(learner)
    assert {kind: home["today"][kind] for kind in queue["counts"]} == queue["counts"]
    forecast = await learner.get("/api/learning/forecast?days=365")
    assert sum(day["due"] for day in forecast["days"]) == sum(card.due < learner.now + 364 * DAY for card in begun)


def streak(learner: Learner) -> int:
    """Evenings in a row, up to today or yesterday."""
    days = {answer.reviewed_at.astimezone(BERLIN).date() for answer in learner.diary}  # nobody studies at night
    today = learner.now.astimezone(BERLIN).date()
    last = today if today in days else today - DAY
    return next(count for count in range(1000) if last - count * DAY not in days)


async def stored_states_agree(learner: Learner) -> None:
    """The state before each answer is what statistics go by: it too must be that of the replay."""
    rows = learner.engine.connection.execute(
        "SELECT card_id, array_agg(state_before ORDER BY reviewed_at, id) AS states FROM reviews"
        " WHERE owner_id = $1 AND undone_at IS NULL GROUP BY card_id",
        (learner.owner_id,),
    ).fetchall()
    assert {row["card_id"]: row["states"] for row in rows} == {
        row["card_id"]: replay(row["card_id"], learner.diary).states for row in rows
    }


async def test_a_month_of_study_agrees_with_a_replay_by_fsrs_alone(learner: Learner) -> None:
    await settle_in(learner)
    await live(learner, 5)
    await read(learner)
    await live(learner, AT_HOME - 5)
    await counts_agree(learner, await agrees(learner))
    offline = await go_away(learner, AWAY)
    await come_back(learner, offline)
    await counts_agree(learner, await agrees(learner))
    await live(learner, 30 - AT_HOME - AWAY)
    await counts_agree(learner, await agrees(learner))
    await stored_states_agree(learner)
