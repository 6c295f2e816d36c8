"""What a learner is shown and given, compared with a replay of the diary by `fsrs` alone."""

import io
import json
import zipfile
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from tests.support.month import Learner
from tests.support.month_replay import LEARNT, Replayed, replay
from tests.support.official_anki import AnkiCard, Opened

BERLIN = ZoneInfo("Europe/Berlin")
DAY = timedelta(days=1)
TABLES = ("cards", "reviews", "word_bank", "words")


async def agrees(learner: Learner) -> dict[UUID, Replayed]:
    """Compare every card with a replay of the diary; the replays by card."""
    cards = {UUID(card["id"]): card["schedule"] for card in await learner.cards()}
    assert cards.keys() >= {answer.card_id for answer in learner.diary}
    told = {card: replay(card, learner.diary, learner.past.get(card)) for card in cards}
    for card, schedule in cards.items():
        expected = told[card]
        assert (schedule["reviews"], schedule["lapses"]) == (expected.reviews, expected.lapses)
        assert (schedule["stability"], schedule["difficulty"]) == (expected.stability, expected.difficulty)
        assert (schedule["state"] == "new", schedule["leech"]) == (expected.state == 0, False)
    return told


async def is_due_exactly(learner: Learner, told: dict[UUID, Replayed]) -> None:
    """No interval was moved."""
    due = {UUID(card["id"]): datetime.fromisoformat(card["schedule"]["due"]) for card in await learner.cards()}
    begun = {card: expected.due for card, expected in told.items() if expected.state}
    assert {card: due[card] for card in begun} == begun


async def counts_agree(learner: Learner, told: dict[UUID, Replayed]) -> None:
    """Compare what is counted with the diary."""
    stats = await learner.get("/api/learning/stats?days=60")
    right = sum(answer.rating != "again" for answer in learner.diary)
    assert stats["reviews"] == len(learner.diary)
    assert stats["duration_ms"] == sum(answer.duration_ms for answer in learner.diary)
    assert stats["accuracy"] == pytest.approx(right / len(learner.diary), abs=1e-4)
    begun = [card for card in told.values() if card.state]
    assert stats["cards"]["new"] == len(told) - len(begun)
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


async def all_agrees(learner: Learner) -> dict[UUID, Replayed]:
    """Compare everything; the replays by card."""
    told = await agrees(learner)
    await is_due_exactly(learner, told)
    await counts_agree(learner, told)
    return told


async def tables(learner: Learner) -> dict[str, list[dict[str, Any]]]:
    """Everything that is kept, as it goes out."""
    with zipfile.ZipFile(io.BytesIO(await learner.take_out("json"))) as archive:
        return {name: json.loads(archive.read(f"{name}.json")) for name in (*TABLES, "study_settings")}


def the_archive_agrees(learner: Learner, told: dict[UUID, Replayed], out: dict[str, Any], brought: int) -> None:
    """Compare the cards and reviews that went out as JSON with the diary, and with how many were brought."""
    assert [row["load_balance"] for row in out["study_settings"]] == [False]
    for row in out["cards"]:
        expected = told[UUID(row["id"])]
        for name in ("state", "stability", "difficulty", "reviews", "lapses"):
            assert row[name] == getattr(expected, name)
    counted = {row["id"]: row for row in out["reviews"] if row["source"] != "import" and row["undone_at"] is None}
    assert {UUID(found): datetime.fromisoformat(row["reviewed_at"]) for found, row in counted.items()} == {
        answer.id: answer.reviewed_at for answer in learner.diary
    }
    assert len([row for row in out["reviews"] if row["source"] == "import"]) == brought
    in_order = sorted(counted.values(), key=lambda row: (datetime.fromisoformat(row["reviewed_at"]), UUID(row["id"])))
    for card, expected in told.items():
        assert [row["state_before"] for row in in_order if row["card_id"] == str(card)] == expected.states


def anki_agrees(seen: Opened, told: dict[UUID, Replayed], out: dict[str, Any]) -> None:
    """Compare what Anki has of each card with its replay; each note came once."""
    entries = {UUID(row["entry_id"]).hex for row in out["cards"]}
    assert seen.counts == [(len(entries), 0, 0), (0, 0, len(entries))]
    ids = {place: card for card, place in places(out).items()}
    rows = {ids[card.ord, card.guid]: card for card in seen.cards}
    assert rows.keys() == told.keys()
    logged = [UUID(row["card_id"]) for row in out["reviews"] if row["undone_at"] is None]
    today = day_of(datetime.now(UTC))
    for card, row in rows.items():
        expected = told[card]
        assert (row.type, row.reps, row.lapses) == (expected.state, expected.reviews, expected.lapses)
        assert row.reviews == logged.count(card)
        if expected.state:
            assert row.memory["s"] == pytest.approx(expected.stability, abs=1e-4)  # Anki rounds to four digits
            assert row.memory["d"] == pytest.approx(expected.difficulty, abs=1e-3)
            assert asked_on(row, today - seen.today * DAY) == day_of(expected.due)


def places(out: dict[str, Any]) -> dict[UUID, tuple[int, str]]:
    """The number and the note of each card in a deck that goes out."""
    order = ("recognition", "production").index
    return {UUID(row["id"]): (order(row["direction"]), UUID(row["entry_id"]).hex) for row in out["cards"]}


def asked_on(row: AnkiCard, first: date) -> date:
    """The day on which Anki asks a card; `first` is its day 0."""
    return first + row.due * DAY if row.type == LEARNT else day_of(datetime.fromtimestamp(row.due, UTC))


def day_of(moment: datetime) -> date:
    """The learner's day, which begins at four."""
    return (moment.astimezone(BERLIN) - timedelta(hours=4)).date()
