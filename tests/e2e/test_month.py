"""A month of a learner's life through the API, on a clock of the test's: every number agrees with `fsrs` alone."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import pytest

from shared.db.session import connect, open_database
from tests.support.jobs import Engine
from tests.support.month import Learner, new_learner
from tests.support.month_checks import (
    BERLIN,
    TABLES,
    agrees,
    all_agrees,
    anki_agrees,
    places,
    tables,
    the_archive_agrees,
)
from tests.support.month_deck import NOTE_TYPES, notes, studied_on, written
from tests.support.month_replay import Answer, Replayed, due_between
from tests.support.official_anki import opened
from tests.support.studying import new_pack, new_word

DAY = timedelta(days=1)
START = datetime(2025, 3, 15, 18, 30, tzinfo=BERLIN)  # clocks change on the 30th
SETTINGS = {
    "desired_retention": 0.9,
    "new_per_day": 4,
    "reviews_per_day": 200,
    "day_starts_at": 4,
    "time_zone": "Europe/Berlin",
    "leech_lapses": 8,
    "load_balance": False,
}
OWN_WORDS = ("Fernweh", "Feierabend", "Quatsch", "Schnaps", "Wanderlust", "Zeitgeist")
PACK = ("Katze", "Hund", "Maus", "Vogel", "Pferd", "Kuh", "Fisch", "Biene")
AWAY = 7  # days
HOURS = (17, 7, 21, 12, 9)
"""At which the learner studies, day after day."""
OURS = {"Parlance": {"lemma": "Word", "translation": "Translation", "reading": "Reading", "note": "Note"}}


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


async def settle_in(learner: Learner, **settings: object) -> None:
    """Choose a language and settings, take a pack over, keep some words, make cards."""
    words = [new_word(learner.engine.connection, lemma) for lemma in PACK]
    new_word(learner.engine.connection, "schlafen", "sleep", pos="VERB")
    new_pack(learner.engine.connection, words, published_at=START)
    await learner.send("POST", "/api/vocab/pairs", {"language": "de", "native_language": "en"})
    await learner.send("PUT", "/api/learning/settings", SETTINGS | settings)
    (pack,) = (await learner.get("/bff/packs"))["items"]
    added = await learner.send("POST", f"/api/packs/{pack['id']}/add", {"cards": ["recognition"]})
    assert (added["added"], added["cards"]) == (len(PACK), len(PACK))
    for lemma in OWN_WORDS:
        await learner.send("POST", "/api/vocab/entries", {"lemma": lemma, "translation": f"a {lemma}"})
    pair = (await learner.get("/bff/home"))["pair"]
    await learner.send("POST", "/api/flashcards", {"pair_id": pair["id"]})


async def read(learner: Learner) -> None:
    """Order an article that uses words that are due, and tap two of its words.

    One is of the pack and stays one entry; the other is new, and gets a card.
    """
    order = {"language": "de", "native_language": "en", "level": "A1", "topic": "Im Garten", "length": 50}
    job = await learner.order("/api/generation/articles", order | {"narrate": False, "use_due_words": True})
    article = await learner.get(f"/api/articles/{job['result']['article']['id']}")
    cat, sleep = [
        await learner.send(
            "POST", "/api/vocab/entries/from-article", {"article_id": article["id"], "start": article["text"].index(at)}
        )
        for at in ("Katze", "schläft")
    ]
    assert (cat["lemma"], cat["status"], len(cat["cards"])) == ("Katze", "learning", 2)
    assert (sleep["lemma"], sleep["status"], sleep["met"]["surface"]) == ("schlafen", "new", "schläft")
    assert sleep["met"]["translation"] == "EN-GB: Die Katze schläft am Fenster."
    made = await learner.send("POST", "/api/flashcards", {"entry_ids": [sleep["id"]], "directions": ["recognition"]})
    assert made["created"] == 1


async def live(learner: Learner, days: int) -> None:
    """Study every day, early or late; on every third take an answer back."""
    for day in range(days):
        answered = await learner.study()
        assert answered, f"nothing to do on day {day}"
        if day % 3 == 0:
            await learner.think_again()
        learner.now = (learner.now.astimezone(BERLIN).replace(hour=HOURS[day % len(HOURS)]) + DAY).astimezone(UTC)


async def go_away(learner: Learner, days: int) -> list[Answer]:
    """Take the next cards along, answer each of them now and then without the network; nothing is sent.

    That machine's clock knows minutes only, so that several answers were given at once.
    """
    cards = (await learner.get("/bff/review?limit=100"))["cards"]
    assert len(cards) > 4
    begin = learner.now.replace(second=0, microsecond=0)
    offline = [
        learner.answer(card["id"], begin + day * DAY + timedelta(minutes=place // 6))
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


async def bring_a_deck(learner: Learner, folder: Path) -> int:
    """Take in what was studied with Anki; how many reviews came with it.

    Of a word that is in the bank already the program that saw it last knows best.
    """
    deck = notes(learner.now)
    counts = await learner.bring(written(folder, deck), note_types=NOTE_TYPES)
    assert counts == {"new": 4, "updated": 1, "duplicate": 1}
    ids = {(card["word"]["lemma"], card["direction"]): UUID(card["id"]) for card in await learner.cards()}
    brought = [note for note in deck if note.kept and note.past is not None]
    learner.past = {ids[note.front, "recognition"]: note.past for note in brought if note.past is not None}
    return sum(len(note.log) for note in brought)


async def nothing_changes(learner: Learner, package: bytes, before: dict[str, Any]) -> None:
    """Take a deck in that went out from here: all of it is there already."""
    counts = await learner.bring(package, note_types=OURS)
    assert set(counts) == {"duplicate"}
    after = await tables(learner)
    assert {name: after[name] for name in ("cards", "reviews")} == {name: before[name] for name in ("cards", "reviews")}
    assert [len(after[name]) for name in TABLES] == [len(before[name]) for name in TABLES]


async def study_with_anki(learner: Learner, folder: Path, told: dict[UUID, Replayed], out: dict[str, Any]) -> int:
    """Answer everything once more in the deck that went out, and bring it back; how many answers that were."""
    path = folder / "studied.apkg"
    path.write_bytes(await learner.take_out("apkg"))
    ours = {card: each for card, each in told.items() if card not in learner.past}
    past = studied_on(path, ours, places(out), learner.now)
    learner.now += DAY / 2
    counts = await learner.bring(path.read_bytes(), note_types=OURS)
    at = places(out)
    assert counts["updated"] == len({at[card][1] for card in past})
    learner.past |= past
    return len(past)


async def test_a_month_of_study_agrees_with_a_replay_by_fsrs_alone(
    learner: Learner, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    await settle_in(learner)
    await live(learner, 5)
    await read(learner)
    await live(learner, 4)
    await all_agrees(learner)
    brought = await bring_a_deck(learner, tmp_path)
    await all_agrees(learner)
    await live(learner, 5)
    await come_back(learner, await go_away(learner, AWAY))
    await all_agrees(learner)
    await live(learner, 6)
    told, out, package = await all_agrees(learner), await tables(learner), await learner.take_out("apkg")
    the_archive_agrees(learner, told, out, brought)
    await nothing_changes(learner, package, out)
    brought += await study_with_anki(learner, tmp_path, told, out)
    the_archive_agrees(learner, await all_agrees(learner), await tables(learner), brought)
    await live(learner, 3)
    told, out, package = await all_agrees(learner), await tables(learner), await learner.take_out("apkg")
    the_archive_agrees(learner, told, out, brought)
    path, theirs = tmp_path / "ours.apkg", (tmp_path / "new.apkg", tmp_path / "old.apkg")
    path.write_bytes(package)
    anki_agrees(opened(request.getfixturevalue("anki"), path, theirs, "Europe/Berlin"), told, out)
    for each in theirs:
        await nothing_changes(learner, each.read_bytes(), out)


async def test_with_load_balance_days_move_within_the_fuzz_of_fsrs_and_nothing_else_does(
    learner: Learner, tmp_path: Path
) -> None:
    await settle_in(learner, load_balance=True)
    await live(learner, 8)
    await bring_a_deck(learner, tmp_path)
    await live(learner, 4)
    told = await agrees(learner)
    moved = 0
    for card in await learner.cards():
        card_id, due = UUID(card["id"]), datetime.fromisoformat(card["schedule"]["due"])
        if told[card_id].state:
            least, most = due_between(card_id, learner.diary, learner.past.get(card_id))
            assert least <= due <= most
            moved += due != told[card_id].due
    assert moved
