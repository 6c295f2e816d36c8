"""Events count once, and cards end up the same in whatever order and batches they come."""

import random
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from shared.learning.review_rows import write_cards
from shared.learning.reviews import (
    AHEAD,
    Recorded,
    ReviewEvent,
    ReviewNotFoundError,
    ReviewNotUndoableError,
    record,
    tell_again,
    undo,
)
from shared.learning.scheduling import Memory, replayed, scheduler
from shared.lexicon.model import document
from tests.support.jobs import Engine
from tests.support.people import new_person
from tests.support.studying import in_bank, new_pair, new_word, with_card
from tests.support.waiting import becomes

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
START = NOW - timedelta(days=60)
FSRS = scheduler(retention=0.9)
CARDS = (
    "SELECT id, state, step, stability, difficulty, due, last_review, reviews, lapses, suspended FROM cards ORDER BY id"
)
REVIEWS = "SELECT id, card_id, rating, reviewed_at, state_before, undone_at FROM reviews ORDER BY id"

BLOCKED = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


class Learner(msgspec.Struct, frozen=True):
    """Somebody with cards."""

    engine: Engine
    id: UUID
    pair: UUID

    def card(self, lemma: str = "Haus") -> UUID:
        new_word(self.engine.connection, lemma)
        return with_card(self.engine.connection, self.id, self.pair, lemma)

    def record(self, *events: ReviewEvent, now: datetime = NOW) -> Recorded:
        return record(self.engine.connection, self.id, events, now=now)

    def record_elsewhere(self, *events: ReviewEvent) -> None:
        """Over a connection of its own."""
        with self.engine.database.connection() as connection:
            record(connection, self.id, events, now=NOW)

    def verdicts(self, *events: ReviewEvent) -> list[str]:
        return [judged.verdict for judged in self.record(*events).judged]

    def all(self) -> tuple[list[Any], list[Any]]:
        """Cards and reviews as they are stored."""
        return self.engine.connection.execute(CARDS).fetchall(), self.engine.connection.execute(REVIEWS).fetchall()

    def memory(self, card_id: UUID) -> Memory:
        row = next(row for row in self.all()[0] if row["id"] == card_id)
        return Memory(**{name: row[name] for name in Memory.__struct_fields__})

    def suspended(self, card_id: UUID) -> str | None:
        found: str | None = next(row["suspended"] for row in self.all()[0] if row["id"] == card_id)
        return found


@pytest.fixture
def learner(engine: Engine) -> Learner:
    owner_id = new_person(engine.connection, "lea").id
    return Learner(engine, owner_id, new_pair(engine.connection, owner_id))


def answer(card_id: UUID, rating: int = 3, at: datetime = START, **changes: Any) -> ReviewEvent:
    return ReviewEvent(**{"id": uuid4(), "card_id": card_id, "rating": rating, "reviewed_at": at, **changes})


def month(card_id: UUID, seed: int, count: int = 12) -> list[ReviewEvent]:
    """Answers over two months, some of them at the same moment."""
    chance = random.Random(seed)  # noqa: S311 - the same every time
    return [
        answer(card_id, chance.choice((1, 1, 3, 3, 4)), START + timedelta(hours=6 * chance.randrange(230)))
        for _ in range(count)
    ]


def test_answer_moves_its_card_as_the_scheduler_says(learner: Learner) -> None:
    card = learner.card()
    event = answer(card)
    recorded = learner.record(event)
    expected = replayed(Memory(due=START), [event], card, FSRS)
    assert (recorded.judged[0].verdict, recorded.leeches) == ("accepted", [])
    assert recorded.cards[0].memory == learner.memory(card) == expected


def test_order_and_batches_of_arrival_do_not_matter(learner: Learner) -> None:
    cards = [learner.card(f"Wort{index}") for index in range(3)]
    learner.engine.connection.execute(
        "INSERT INTO study_settings VALUES ($1, 0.9, 20, 200, 4, 'UTC', 2)", (learner.id,)
    )
    events = [event for seed, card in enumerate(cards) for event in month(card, seed)]
    ends = []
    for seed in range(12):
        learner.engine.connection.execute("DELETE FROM reviews")
        write_cards(learner.engine.connection, learner.id, [(card, Memory(due=START), None) for card in cards])
        for batch in _cut(events, random.Random(seed)):  # noqa: S311 - as above
            learner.record(*batch)
        ends.append(learner.all())
    assert all(end == ends[0] for end in ends)
    assert "leech" in {row["suspended"] for row in ends[0][0]}
    for card in cards:
        log = [event for event in events if event.card_id == card]
        expected = replayed(Memory(due=START), log, card, FSRS)
        assert learner.memory(card) == expected


def _cut(events: Sequence[ReviewEvent], chance: random.Random) -> list[list[ReviewEvent]]:
    """The events shuffled, cut at random places, some batches sent twice."""
    shuffled = list(events)
    chance.shuffle(shuffled)
    places = sorted(chance.sample(range(1, len(events)), chance.randrange(1, 10)))
    batches = [shuffled[begin:end] for begin, end in zip([0, *places], [*places, len(events)], strict=True)]
    return batches + chance.sample(batches, 1)


def test_event_that_comes_again_counts_once(learner: Learner) -> None:
    event = answer(learner.card(), duration_ms=900)
    learner.record(event)
    before = learner.all()
    assert learner.verdicts(event) == ["duplicate"]
    assert learner.verdicts(msgspec.structs.replace(event, source="offline")) == ["duplicate"]
    assert learner.all() == before


def test_event_twice_in_one_batch_counts_once(learner: Learner) -> None:
    event = answer(learner.card())
    assert learner.verdicts(event, msgspec.structs.replace(event)) == ["accepted", "duplicate"]
    assert len(learner.all()[1]) == 1


@pytest.mark.parametrize(
    "change", [{"rating": 1}, {"reviewed_at": START + timedelta(seconds=1)}, {"duration_ms": 5}, {"card_id": None}]
)
def test_other_answer_with_the_same_id_is_a_conflict_and_changes_nothing(
    learner: Learner, change: dict[str, Any]
) -> None:
    event = answer(learner.card())
    other = learner.card("Hund")
    learner.record(event)
    before = learner.all()
    changed = msgspec.structs.replace(event, **(change if change.get("card_id", 1) else {"card_id": other}))
    assert learner.verdicts(changed) == ["conflict"]
    assert learner.all() == before


def test_card_of_somebody_else_is_unknown_and_stays(learner: Learner) -> None:
    card = learner.card()
    stranger = new_person(learner.engine.connection, "tom").id
    before = learner.all()
    recorded = record(learner.engine.connection, stranger, [answer(card), answer(uuid4())], now=NOW)
    assert [judged.verdict for judged in recorded.judged] == ["unknown_card", "unknown_card"]
    assert (recorded.cards, learner.all()) == ([], before)


def test_two_learners_may_use_one_id(learner: Learner) -> None:
    other = new_person(learner.engine.connection, "tom").id
    pair = new_pair(learner.engine.connection, other)
    mine = answer(learner.card())
    theirs = answer(with_card(learner.engine.connection, other, pair, "Haus"), id=mine.id)
    learner.record(mine)
    assert record(learner.engine.connection, other, [theirs], now=NOW).judged[0].verdict == "accepted"


def test_answer_from_the_future_is_refused_beyond_what_clocks_differ(learner: Learner) -> None:
    card = learner.card()
    late, early = answer(card, at=NOW + AHEAD + timedelta(seconds=1)), answer(card, at=NOW + AHEAD)
    assert learner.verdicts(late, early) == ["in_future", "accepted"]
    assert [row["id"] for row in learner.all()[1]] == [early.id]


def test_what_cannot_be_taken_keeps_nothing_back(learner: Learner) -> None:
    card = learner.card()
    assert learner.verdicts(answer(uuid4()), answer(card), answer(card, at=NOW + timedelta(days=1))) == [
        "unknown_card",
        "accepted",
        "in_future",
    ]
    assert learner.memory(card).reviews == 1


def test_states_before_are_told_again_when_an_answer_comes_late(learner: Learner) -> None:
    card = learner.card()
    later, earlier = answer(card, at=START + timedelta(hours=1)), answer(card)
    learner.record(later)
    learner.record(earlier)
    states = {row["id"]: row["state_before"] for row in learner.all()[1]}
    assert states == {earlier.id: 0, later.id: 1}


def test_first_answer_begins_the_word(learner: Learner) -> None:
    card = learner.card()
    statuses = "SELECT status FROM word_bank ORDER BY lemma"
    in_bank(learner.engine.connection, learner.id, learner.pair, "Zug")
    learner.record(answer(card))
    rows = learner.engine.connection.execute(statuses).fetchall()
    assert [row["status"] for row in rows] == ["learning", "new"]


def lapses(card_id: UUID, count: int) -> list[ReviewEvent]:
    """Learnt, and then forgotten and learnt again so many times."""
    ratings = [3, 3, *[1, 3] * count]
    return [answer(card_id, rating, START + timedelta(days=2 * place)) for place, rating in enumerate(ratings)]


def test_card_that_is_forgotten_too_often_is_suspended_and_reported_once(learner: Learner) -> None:
    card = learner.card()
    events = lapses(card, 8)
    assert learner.record(*events[:-2]).leeches == []
    assert learner.suspended(card) is None
    recorded = learner.record(*events[-2:])
    assert (recorded.leeches, learner.suspended(card)) == ([card], "leech")
    assert learner.record(answer(card, at=NOW)).leeches == []


def test_leech_that_the_learner_took_up_again_is_left_alone_until_it_is_forgotten_again(learner: Learner) -> None:
    card = learner.card()
    learner.record(*lapses(card, 8))
    learner.engine.connection.execute("UPDATE cards SET suspended = NULL")
    assert learner.record(answer(card, at=NOW - timedelta(days=1))).leeches == []
    assert learner.suspended(card) is None
    assert learner.record(answer(card, 1, NOW)).leeches == [card]


def test_card_that_the_learner_suspended_stays_so(learner: Learner) -> None:
    card = learner.card()
    learner.engine.connection.execute("UPDATE cards SET suspended = 'asked'")
    assert learner.record(*lapses(card, 8)).leeches == []
    assert learner.suspended(card) == "asked"


def test_undone_review_is_as_if_it_had_not_been(learner: Learner) -> None:
    card = learner.card()
    events = lapses(card, 8)[:-1]
    learner.record(*events[:-1])
    before = learner.memory(card)
    learner.record(events[-1])
    assert learner.suspended(card) == "leech"
    assert undo(learner.engine.connection, learner.id, events[-1].id, now=NOW).memory == before
    assert (learner.memory(card), learner.suspended(card)) == (before, None)
    again = undo(learner.engine.connection, learner.id, events[-1].id, now=NOW + timedelta(days=1))
    assert (again.memory, learner.verdicts(events[-1])) == (before, ["duplicate"])
    assert learner.memory(card) == before


def test_card_without_any_review_left_is_new(learner: Learner) -> None:
    card = learner.card()
    event = answer(card)
    learner.record(event)
    undo(learner.engine.connection, learner.id, event.id, now=NOW)
    assert (learner.memory(card).state, learner.memory(card).last_review) == (0, None)


def test_only_the_last_review_of_a_card_can_be_undone(learner: Learner) -> None:
    card = learner.card()
    first, last = answer(card), answer(card, at=START + timedelta(days=1))
    learner.record(last, first)
    before = learner.all()
    with pytest.raises(ReviewNotUndoableError):
        undo(learner.engine.connection, learner.id, first.id, now=NOW)
    for owner, review in ((learner.id, uuid4()), (uuid4(), last.id)):
        with pytest.raises(ReviewNotFoundError):
            undo(learner.engine.connection, owner, review, now=NOW)
    assert learner.all() == before


def test_replay_begins_from_what_an_import_brought(learner: Learner) -> None:
    card = learner.card()
    base = Memory(
        state=2, stability=30.0, difficulty=4.0, due=START, last_review=START - timedelta(days=30), reviews=9, lapses=2
    )
    learner.engine.connection.execute("UPDATE cards SET imported = $1::jsonb", (document(base),))
    write_cards(learner.engine.connection, learner.id, [(card, base, None)])
    imported = answer(card, at=START - timedelta(days=30))
    learner.engine.connection.execute(
        "INSERT INTO reviews (owner_id, id, card_id, rating, reviewed_at, source, state_before)"
        " VALUES ($1, $2, $3, 3, $4, 'import', 2)",
        (learner.id, imported.id, card, imported.reviewed_at),
    )
    events = [answer(card, 3, START + timedelta(days=10)), answer(card, 1, START + timedelta(days=5))]
    for event in events:
        learner.record(event)
    assert learner.memory(card) == replayed(base, events, card, FSRS)
    undo(learner.engine.connection, learner.id, events[0].id, now=NOW)
    undo(learner.engine.connection, learner.id, events[1].id, now=NOW)
    assert learner.memory(card) == base
    with pytest.raises(ReviewNotUndoableError):
        undo(learner.engine.connection, learner.id, imported.id, now=NOW)


def test_all_is_told_again_with_other_weights(learner: Learner) -> None:
    card = learner.card()
    events = month(card, 3)
    learner.record(*events)
    weights = tuple(weight * 1.05 for weight in FSRS.scheduler.parameters)
    learner.engine.connection.execute(
        "INSERT INTO study_settings VALUES ($1, 0.8, 20, 200, 4, 'UTC', 99, $2)", (learner.id, list(weights))
    )
    with learner.engine.connection.transaction():
        (told,) = tell_again(learner.engine.connection, learner.id, [card])
    other = replayed(Memory(due=START), events, card, scheduler(retention=0.8, weights=weights))
    assert told.memory == learner.memory(card) == other


def test_same_batch_sent_twice_at_once_counts_once(learner: Learner) -> None:
    cards = [learner.card(f"Wort{index}") for index in range(5)]
    events = [event for seed, card in enumerate(cards) for event in month(card, seed)]
    verdicts: list[str] = []

    def send(order: Sequence[ReviewEvent]) -> None:
        with learner.engine.database.connection() as connection:
            recorded = record(connection, learner.id, order, now=NOW)
        verdicts.extend(judged.verdict for judged in recorded.judged)

    threads = [threading.Thread(target=send, args=(order,)) for order in (events, events[::-1], events)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert (verdicts.count("accepted"), verdicts.count("duplicate")) == (len(events), 2 * len(events))
    for card in cards:
        log = [event for event in events if event.card_id == card]
        assert learner.memory(card) == replayed(Memory(due=START), log, card, FSRS)


async def test_two_batches_about_one_card_wait_for_each_other(learner: Learner) -> None:
    card = learner.card()
    first, second, third = (answer(card, at=START + timedelta(days=day)) for day in range(3))
    learner.record(first)
    waiting = threading.Thread(target=learner.record_elsewhere, args=(third,))
    with learner.engine.database.connection() as connection, connection.transaction():
        record(connection, learner.id, [second], now=NOW)
        waiting.start()
        await becomes(lambda: learner.engine.connection.execute(BLOCKED).fetchone() is not None)
    waiting.join(20)
    assert learner.memory(card) == replayed(Memory(due=START), [first, second, third], card, FSRS)
