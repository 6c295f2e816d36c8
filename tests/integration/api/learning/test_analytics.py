"""Numbers of days and of windows of days, beside those that plain Python comes to."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from fsrs import Card, State

from shared.jobs.ids import uuid7
from shared.learning.card_intake import IncomingCard, PastReview, take_in_cards
from shared.learning.reviews import ReviewEvent, record, undo
from shared.learning.scheduling import Memory
from tests.support import diaries
from tests.support.api import NOW
from tests.support.diaries import Clock, Told
from tests.support.learners import Learner
from tests.support.studying import new_pair, reviewed, with_card

DAILY, TRENDS = "/api/learning/analytics/daily", "/api/learning/analytics/trends"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SETTINGS = "INSERT INTO study_settings VALUES ($1, 0.9, 20, 200, $2, $3, 99)"
BEGUN = datetime(2025, 9, 20, 12, tzinfo=UTC)
STUDIED = 60
"""Days; Berlin's clocks went back on October 26, New York's on November 2, Lord Howe's forward on October 5."""
SENTENCE = (
    "INSERT INTO sentences (id, language, text, source, licence, status)"
    " VALUES ($1, $2, 'Ja.', 'catalogue', 'MIT', 'published')"
)
SPOKEN = "INSERT INTO speaking_sessions (id, owner_id, sentence_id, mode, created_at) VALUES ($1, $2, $3, 'graded', $4)"
ADDED = "UPDATE word_bank SET created_at = $2 WHERE id = (SELECT entry_id FROM cards WHERE id = $1)"
FREEZE = "INSERT INTO freeze_days (owner_id, day) VALUES ($1, $2)"


class Autumn(msgspec.Struct, frozen=True):
    """Two months of a learner's, in two pairs."""

    clock: Clock
    answers: list[Told]
    pairs: dict[UUID, UUID]
    """Card to its pair."""
    frozen: set[date]

    def of_pair(self, pair: UUID) -> list[Told]:
        return [each for each in self.answers if self.pairs[each.event.card_id] == pair]


def seeded(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - the same each time


def imported_card(learner: Learner, lemma: str) -> tuple[UUID, Card]:
    """A card that another program had taught, with its log."""
    connection, last = learner.api.engine.connection, BEGUN - DAY
    memory = Memory(state=2, stability=3.0, difficulty=5.0, due=last + 3 * DAY, last_review=last, reviews=2)
    past = tuple(
        PastReview(id=uuid4(), rating=3, reviewed_at=last - ago, duration_ms=900, state_before=state)
        for state, ago in ((0, DAY), (1, timedelta(0)))
    )
    card = IncomingCard(entry_id=learner.entry(lemma), direction="recognition", memory=memory, reviews=past)
    with connection.transaction():
        take_in_cards(connection, learner.id, learner.pair, [card])
    row = connection.execute("SELECT id FROM cards WHERE entry_id = $1", (card.entry_id,)).fetchone()
    assert row is not None
    known = Card(
        card_id=0, state=State.Review, step=None, stability=3.0, difficulty=5.0, due=memory.due, last_review=last
    )
    return row["id"], known


def autumn(learner: Learner, random: Random, clock: Clock) -> Autumn:
    """Answers that came offline and shuffled, some undone, some on top of what was imported."""
    connection, owner = learner.api.engine.connection, learner.id
    connection.execute(SETTINGS, (owner, clock.day_starts_at, clock.zone))
    other = new_pair(connection, owner, "fr", active=False)
    pairs = {learner.card(f"Wort {number}"): learner.pair for number in range(12)}
    pairs |= {with_card(connection, owner, other, f"mot {number}"): other for number in range(4)}
    imported = dict(imported_card(learner, lemma) for lemma in ("Katze", "Hund"))
    pairs |= dict.fromkeys(imported, learner.pair)
    events = diaries.diary(random, sorted(pairs), BEGUN, STUDIED)
    gone = told_to_the_server(learner, random, events)
    counted = [event for event in events if event.id not in gone]
    frozen = {BEGUN.date() + random.randrange(STUDIED) * DAY for _ in range(15)}
    for day in frozen:
        connection.execute(FREEZE, (owner, day))
    return Autumn(clock, diaries.told(counted, imported), pairs, frozen)


def told_to_the_server(learner: Learner, random: Random, events: Sequence[ReviewEvent]) -> set[UUID]:
    """In any order, in parts; returns which of them were undone."""
    connection, shuffled = learner.api.engine.connection, random.sample(events, len(events))
    for begin in range(0, len(shuffled), 60):
        record(connection, learner.id, shuffled[begin : begin + 60], now=NOW)
    gone = set[UUID]()
    for card in random.sample(sorted({event.card_id for event in events}), 8):
        of_card = sorted(
            (event for event in events if event.card_id == card), key=lambda event: (event.reviewed_at, event.id)
        )
        for event in reversed(of_card[-random.randrange(1, 4) :]):
            undo(connection, learner.id, event.id, now=NOW)
            gone.add(event.id)
    return gone


@pytest.mark.parametrize(
    ("zone", "day_starts_at"), [("Europe/Berlin", 2), ("America/New_York", 1), ("Australia/Lord_Howe", 2), ("UTC", 0)]
)
async def test_numbers_are_those_of_plain_python(learner: Learner, zone: str, day_starts_at: int) -> None:
    season = autumn(learner, seeded(day_starts_at), Clock(zone, day_starts_at))
    days = [date(2025, 9, 28) + ahead * DAY for ahead in range(45)]  # begins and ends in the midst of it
    span = f"from={days[0]}&to={days[-1]}"
    studied = {season.clock.day(each.event.reviewed_at) for each in season.answers}
    for pair, answers in ((None, season.answers), *((pair, season.of_pair(pair)) for pair in season.pairs.values())):
        shown = (await learner.get(f"{DAILY}?{span}" + (f"&pair_id={pair}" if pair else "")))["days"]
        for day, numbers in zip(days, shown, strict=True):
            expected = diaries.numbers(answers, season.clock, [day])
            expected |= {"frozen": day in season.frozen, "streak": diaries.streak(studied, season.frozen, day)}
            assert {name: numbers[name] for name in expected} == expected, (pair, day)
            assert numbers["day"] == day.isoformat()
    total = diaries.numbers(season.answers, season.clock, days)
    assert all(value for value in total.values())  # so it was about something


async def test_two_windows_stand_beside_each_other(learner: Learner) -> None:
    season = autumn(learner, seeded(7), Clock("Europe/Berlin", 4))
    windows = [[NOW.date() - back * DAY for back in range(begin, begin + 120)] for begin in (0, 120)]
    now, before = (diaries.numbers(season.answers, season.clock, days) for days in windows)
    shown = await learner.get(f"{TRENDS}?days=120")
    assert (shown["days"], shown["first"], shown["first_before"]) == (120, "2025-11-02", "2025-07-05")
    for name, value in now.items():
        if name in shown["sums"]:
            assert shown["sums"][name] == {"now": value, "before": before[name], "change": value - before[name]}
            assert shown["means"][name]["now"] == round(value / 120, 4)
        else:
            assert (shown["means"][name]["now"], shown["means"][name]["before"]) == (value, before[name])
            assert shown["means"][name]["change"] == pytest.approx(value - before[name], abs=1e-4)
    assert set(shown["means"]) - set(shown["sums"]) == {"accuracy", "true_retention", "median_seconds"}
    empty = (await learner.api.theirs.get(TRENDS)).json()
    assert empty["sums"]["reviewed"] == {"now": 0, "before": 0, "change": 0}
    assert empty["means"]["accuracy"] == {"now": None, "before": None, "change": None}


async def test_what_comes_late_changes_the_past(learner: Learner) -> None:
    card = learner.card()
    await learner.answer(card, "good", NOW - 2 * DAY)
    before = (await learner.get(DAILY))["days"]
    assert [(day["reviewed"], day["learned"], day["streak"]) for day in before[-3:]] == [
        (1, 0, 1),
        (0, 0, 0),
        (0, 0, 0),
    ]
    over = (await learner.get(f"{DAILY}?to=2026-02-28"))["days"]
    assert [day["streak"] for day in over[-2:]] == [1, 0]
    late = {"id": str(uuid4()), "card_id": str(card), "rating": "good", "reviewed_at": (NOW - DAY).isoformat()}
    await learner.api.mine.post("/api/learning/reviews/sync", json={"reviews": [late]})
    after = (await learner.get(DAILY))["days"]
    assert [(day["reviewed"], day["learned"], day["streak"]) for day in after[-3:]] == [(1, 0, 1), (1, 1, 2), (0, 0, 2)]


async def test_what_was_undone_tells_no_state(learner: Learner) -> None:
    card = learner.card()
    await learner.answer(card, "good", NOW - 3 * DAY)
    undone = (await learner.answer(card, "good", NOW - DAY)).json()["id"]  # which met a card that was being learnt
    await learner.api.mine.post(f"/api/learning/reviews/{undone}/undo")
    await learner.answer(card, "good", NOW - 2 * DAY)
    assert [day["learned"] for day in (await learner.get(DAILY))["days"][-4:]] == [0, 1, 0, 0]


async def test_what_was_learned_here_stays_learned_after_an_import(learner: Learner) -> None:
    card = learner.card("Katze")
    for rating, at in (("good", NOW - 9 * DAY), ("good", NOW - 8 * DAY), ("again", NOW - 3 * DAY)):
        await learner.answer(card, rating, at)
    before = (await learner.get(DAILY))["days"]
    entry = learner.api.engine.connection.execute("SELECT entry_id FROM cards WHERE id = $1", (card,)).fetchone()
    assert entry is not None
    memory = Memory(state=2, stability=9.0, difficulty=5.0, due=NOW, last_review=NOW - DAY, reviews=4)
    connection = learner.api.engine.connection
    with connection.transaction():
        take_in_cards(
            connection,
            learner.id,
            learner.pair,
            [IncomingCard(entry_id=entry["entry_id"], direction="recognition", memory=memory)],
        )
    after = (await learner.get(DAILY))["days"]
    assert [day["learned"] for day in after] == [day["learned"] for day in before]
    assert sum(day["learned"] for day in after) == 1
    fresh = learner.card("Hund")
    await learner.answer(fresh, "good", NOW - 9 * DAY)
    row = connection.execute("SELECT entry_id FROM cards WHERE id = $1", (fresh,)).fetchone()
    assert row is not None
    with connection.transaction():  # what the other program did to it is not what was learned here
        take_in_cards(
            connection,
            learner.id,
            learner.pair,
            [IncomingCard(entry_id=row["entry_id"], direction="recognition", memory=memory)],
        )
    await learner.answer(fresh, "good", NOW)
    assert sum(day["learned"] for day in (await learner.get(DAILY))["days"]) == 1


async def test_a_sitting_belongs_to_the_day_on_which_it_began(learner: Learner) -> None:
    card, end = learner.card(due=NOW), datetime(2026, 3, 1, 4, tzinfo=UTC)
    for minutes in (-31, -1, 29, 60):  # exactly half an hour goes on
        reviewed(learner.api.engine.connection, learner.id, card, end + minutes * MINUTE)
    days = (await learner.get(f"{DAILY}?from=2026-02-28"))["days"]
    assert [(day["reviewed"], day["sessions"]) for day in days] == [(2, 1), (2, 1)]
    (today,) = (await learner.get(f"{DAILY}?from=2026-03-01"))["days"]
    assert (today["reviewed"], today["sessions"]) == (2, 1)


async def test_words_and_speaking_count_where_they_belong(learner: Learner) -> None:
    connection, owner = learner.api.engine.connection, learner.id
    french = new_pair(connection, owner, "fr", active=False)
    for card, at in (
        (learner.card("Hund"), NOW - 9 * HOUR),  # three in the morning: yesterday
        (learner.card("Katze"), NOW - 8 * HOUR),
        (with_card(connection, owner, french, "chat"), NOW),
    ):
        connection.execute(ADDED, (card, at))
    for language, at in (("de", NOW), ("de", NOW - 9 * HOUR), ("fr", NOW), ("en", NOW)):
        sentence = uuid7()
        connection.execute(SENTENCE, (sentence, language))
        connection.execute(SPOKEN, (uuid7(), owner, sentence, at))

    async def counted(query: str = "") -> list[tuple[int, int]]:
        days = (await learner.get(f"{DAILY}?from=2026-02-28{query}"))["days"]
        return [(day["words_added"], day["speaking"]) for day in days]

    assert await counted() == [(1, 1), (2, 3)]
    assert await counted(f"&pair_id={learner.pair}") == [(1, 1), (1, 1)]
    assert await counted(f"&pair_id={french}") == [(0, 0), (1, 1)]
    theirs = (await learner.api.theirs.get(DAILY)).json()["days"]
    assert not any(day["words_added"] or day["speaking"] for day in theirs)
    sums = (await learner.get(f"{TRENDS}?days=1"))["sums"]
    assert sums["words_added"] == {"now": 2, "before": 1, "change": 1}
    assert sums["speaking"] == {"now": 3, "before": 1, "change": 2}


async def shown_days(learner: Learner, query: str) -> list[Any]:
    return [day["day"] for day in (await learner.get(f"{DAILY}{query}"))["days"]]


async def test_days_still_to_come_are_left_out(learner: Learner) -> None:
    usual = await shown_days(learner, "")
    assert (len(usual), usual[0], usual[-1]) == (30, "2026-01-31", "2026-03-01")
    assert await shown_days(learner, "?from=2026-02-28&to=2026-03-31") == ["2026-02-28", "2026-03-01"]
    assert await shown_days(learner, "?from=9999-12-31&to=9999-12-31") == []
    assert await shown_days(learner, "?to=2000-01-01") == ["2000-01-01"]
    assert len(await shown_days(learner, "?from=2025-03-01")) == 366


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=2025-02-28", "to"),
        ("from=2026-03-01&to=2026-02-28", "to"),
        ("from=0001-01-01", "from"),
        ("from=1999-12-31&to=2000-01-02", "from"),
        ("to=1999-12-31", "to"),
        ("to=0001-01-01", "to"),
        ("from=2026-02-30", "from"),
        ("to=yesterday", "to"),
        ("pair_id=7", "pair_id"),
    ],
)
async def test_what_cannot_be_told_is_400_and_names_it(learner: Learner, query: str, field: str) -> None:
    refused = await learner.api.mine.get(f"{DAILY}?{query}")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, field)


@pytest.mark.parametrize("path", [DAILY, TRENDS])
async def test_a_pair_that_is_not_the_callers_is_not_there(learner: Learner, path: str) -> None:
    for pair in (learner.pair, uuid4()):
        assert (await learner.api.theirs.get(f"{path}?pair_id={pair}")).status_code == 404
