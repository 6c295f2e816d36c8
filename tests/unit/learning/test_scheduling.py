"""FSRS-6 as it is published, in any order of arrival, spread over days without chance."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from fsrs import Card, Rating, Scheduler, State
from fsrs.scheduler import FUZZ_RANGES
from hypothesis import given
from hypothesis import strategies as st

from shared.learning.scheduling import (
    MOST_DAYS,
    NEW,
    RATINGS,
    CardState,
    Memory,
    Review,
    fsrs_of,
    replayed,
    retold,
    reviewed,
    scheduler,
    shown_state,
)
from shared.learning.settings import StudySettings

START = datetime(2026, 1, 1, tzinfo=UTC)
FSRS = scheduler(retention=0.9)
EXACT = scheduler(retention=0.9, load_balance=False)
CARD = UUID("00000000-0000-4000-8000-0000000000c1")
MINUTES, DAY = timedelta(minutes=10), timedelta(days=1)
# Rating, state after it, stability, difficulty, next interval: each review exactly when FSRS without fuzz makes it due.
PUBLISHED = [
    (Rating.Good, State.Learning, 2.31, 2.12, MINUTES),
    (Rating.Good, State.Review, 2.31, 2.11, 2 * DAY),
    (Rating.Good, State.Review, 10.97, 2.10, 11 * DAY),
    (Rating.Good, State.Review, 46.32, 2.10, 46 * DAY),
    (Rating.Again, State.Relearning, 2.93, 7.39, MINUTES),
    (Rating.Good, State.Review, 2.93, 7.38, 3 * DAY),
]


def review(rating: int, at: datetime) -> Review:
    return Review(id=uuid4(), rating=rating, reviewed_at=at)


def fuzz_range(days: int) -> tuple[int, int]:
    """Where FSRS's own fuzz may put an interval: as `_get_fuzzed_interval` of the library computes it."""
    delta = 1.0 + sum(each["factor"] * max(min(float(days), each["end"]) - each["start"], 0.0) for each in FUZZ_RANGES)
    most = min(round(days + delta), MOST_DAYS)
    return min(max(2, round(days - delta)), most), most


def test_published_sequence_is_ours() -> None:
    memory, at, card = Memory(due=START), START, Card(card_id=1, due=START)
    for rating, state, stability, difficulty, interval in PUBLISHED:
        memory = reviewed(memory, review(rating, at), CARD, FSRS)
        card, _ = FSRS.scheduler.review_card(card, rating, at)
        assert (memory.state, card.due - at) == (state, interval)
        assert memory.stability == pytest.approx(stability, abs=0.005)
        assert memory.difficulty == pytest.approx(difficulty, abs=0.005)
        if interval < 3 * DAY:
            assert memory.due == at + interval
        else:
            least, most = fuzz_range(interval.days)
            assert least <= (memory.due - at).days <= most
        at += interval
    assert (memory.reviews, memory.lapses) == (6, 1)


moments = st.integers(0, 60 * 24 * 400).map(lambda minutes: START + timedelta(minutes=minutes))
answers = st.builds(Review, id=st.uuids(), rating=st.integers(1, 4), reviewed_at=moments)


@given(st.lists(answers, max_size=25, unique_by=lambda answer: answer.id), st.randoms(use_true_random=False))
def test_order_of_arrival_does_not_matter(log: list[Review], chance: object) -> None:
    base = Memory(due=START)
    shuffled = list(log)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert replayed(base, shuffled, CARD, FSRS) == replayed(base, log, CARD, FSRS)


def test_of_two_answers_in_the_same_moment_the_id_decides_which_was_first() -> None:
    one, other = (Review(id=UUID(int=number), rating=rating, reviewed_at=START) for number, rating in ((1, 1), (2, 4)))
    alone = reviewed(reviewed(Memory(due=START), one, CARD, FSRS), other, CARD, FSRS)
    assert replayed(Memory(due=START), [one, other], CARD, FSRS) == alone
    assert replayed(Memory(due=START), [other, one], CARD, FSRS) == alone


@given(st.lists(answers, max_size=25, unique_by=lambda answer: answer.id), st.integers(0, 25))
def test_going_on_from_a_memory_is_the_same_as_telling_all(log: list[Review], cut: int) -> None:
    log = sorted(log, key=lambda answer: (answer.reviewed_at, answer.id))
    half = replayed(Memory(due=START), log[:cut], CARD, FSRS)
    assert replayed(half, log[cut:], CARD, FSRS) == replayed(Memory(due=START), log, CARD, FSRS)


@given(st.lists(answers, min_size=1, max_size=25, unique_by=lambda answer: answer.id))
def test_states_before_are_those_of_the_memories_on_the_way(log: list[Review]) -> None:
    _, before = retold(Memory(due=START), log, CARD, FSRS)
    memory = Memory(due=START)
    for answer in sorted(log, key=lambda answer: (answer.reviewed_at, answer.id)):
        assert before[answer.id] == memory.state
        memory = reviewed(memory, answer, CARD, FSRS)


@given(st.lists(answers, min_size=1, max_size=25, unique_by=lambda answer: answer.id))
def test_stability_and_difficulty_are_those_of_the_library_alone(log: list[Review]) -> None:
    card, alone = Card(card_id=1, due=START), Scheduler(enable_fuzzing=False)
    for answer in sorted(log, key=lambda answer: (answer.reviewed_at, answer.id)):
        card, _ = alone.review_card(card, Rating(answer.rating), answer.reviewed_at)
    memory = replayed(Memory(due=START), log, CARD, FSRS)
    assert (memory.stability, memory.difficulty, memory.state) == (card.stability, card.difficulty, card.state)


@given(st.floats(0.5, 40_000), st.uuids(), st.integers(0, 500))
def test_spread_stays_within_the_fuzz_of_the_library(stability: float, card_id: UUID, reviews: int) -> None:
    memory = Memory(
        state=State.Review, stability=stability, difficulty=5.0, due=START, last_review=START, reviews=reviews
    )
    answer = review(Rating.Good, START + timedelta(days=round(stability)))
    plain, _ = FSRS.scheduler.review_card(
        Card(
            card_id=1, state=State.Review, step=None, stability=stability, difficulty=5.0, due=START, last_review=START
        ),
        Rating.Good,
        answer.reviewed_at,
    )
    exact = (plain.due - answer.reviewed_at).days
    spread = (reviewed(memory, answer, card_id, FSRS).due - answer.reviewed_at).days
    least, most = fuzz_range(exact) if exact >= 3 else (exact, exact)
    assert least <= spread <= most
    assert reviewed(memory, answer, card_id, FSRS).due == reviewed(memory, answer, card_id, FSRS).due


@given(st.lists(answers, min_size=1, max_size=25, unique_by=lambda answer: answer.id), st.uuids())
def test_without_load_balance_a_card_is_due_when_the_library_says(log: list[Review], card_id: UUID) -> None:
    card, alone = Card(card_id=1, due=START), Scheduler(enable_fuzzing=False)
    for answer in sorted(log, key=lambda answer: (answer.reviewed_at, answer.id)):
        card, _ = alone.review_card(card, Rating(answer.rating), answer.reviewed_at)
    assert replayed(Memory(due=START), log, card_id, EXACT).due == card.due


def test_with_load_balance_it_is_the_same_memory_on_another_day() -> None:
    log = [review(Rating.Good, START + day * DAY) for day in (0, 1, 4, 15, 50)]
    cards = [uuid4() for _ in range(50)]
    assert fsrs_of(StudySettings()) == FSRS
    spread = {replayed(Memory(due=START), log, card, FSRS).due for card in cards}
    exact = {replayed(Memory(due=START), log, card, fsrs_of(StudySettings(load_balance=False))).due for card in cards}
    assert (len(exact), len(spread) > 1) == (1, True)


def test_cards_of_one_day_are_spread_over_all_days_of_the_range() -> None:
    memory = Memory(state=State.Review, stability=30.0, difficulty=5.0, due=START, last_review=START, reviews=4)
    answer = review(Rating.Good, START + timedelta(days=30))
    days = {(reviewed(memory, answer, uuid4(), FSRS).due - answer.reviewed_at).days for _ in range(500)}
    assert days == set(range(min(days), max(days) + 1))
    assert len(days) > 3


def test_lapse_is_counted_only_where_the_card_was_learnt() -> None:
    learnt = replayed(
        Memory(due=START), [review(3, START), review(3, START + MINUTES), review(1, START + 3 * DAY)], CARD, FSRS
    )
    again = reviewed(learnt, review(1, START + 3 * DAY + MINUTES), CARD, FSRS)
    assert (learnt.lapses, again.lapses) == (1, 1)
    assert reviewed(Memory(due=START), review(1, START), CARD, FSRS).lapses == 0


def test_moment_in_another_zone_is_the_same_moment() -> None:
    elsewhere = START.astimezone(datetime.strptime("+0900", "%z").tzinfo)
    there, here = (reviewed(Memory(due=START), review(3, at), CARD, FSRS) for at in (elsewhere, START))
    assert there == here


@pytest.mark.parametrize(
    ("state", "stability", "suspended", "shown"),
    [
        (NEW, None, False, "new"),
        (State.Learning, 1.0, False, "learning"),
        (State.Relearning, 50.0, False, "learning"),
        (State.Review, 20.9, False, "review"),
        (State.Review, 21.0, False, "mature"),
        (State.Review, 21.0, True, "suspended"),
        (NEW, None, True, "suspended"),
    ],
)
def test_state_that_is_shown(state: int, stability: float | None, suspended: bool, shown: CardState) -> None:  # noqa: FBT001 - of a table
    assert shown_state(Memory(state=state, stability=stability, due=START), suspended=suspended) == shown


def test_grades_are_the_ratings_of_the_library() -> None:
    assert [int(RATINGS[grade]) for grade in ("again", "hard", "good", "easy")] == [1, 2, 3, 4]
