"""SM-2's words for FSRS's memory."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from fsrs import State

from services.api.learning.sm2 import LEAST_EASE, sm2_view
from shared.learning.scheduling import Memory
from shared.learning.settings import StudySettings

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def memory(state: int, *, stability: float = 10.0, difficulty: float = 5.0, days: int = 10) -> Memory:
    return Memory(
        state=state,
        stability=stability,
        difficulty=difficulty,
        due=NOW,
        last_review=NOW - timedelta(days=days),
        step=None if state == State.Review else 0,
        reviews=4,
        lapses=1,
    )


def test_ease_is_the_growth_that_a_good_answer_brings() -> None:
    easy, hard = (sm2_view(uuid4(), memory(2, difficulty=each), None, StudySettings()) for each in (1.0, 9.9))
    assert easy.ease > hard.ease >= LEAST_EASE
    published = sm2_view(uuid4(), memory(2, stability=2.3065, difficulty=2.11, days=2), None, StudySettings())
    assert published.ease == pytest.approx(10.97 / 2.3065, abs=0.05)
    assert (published.interval_days, published.state, published.repetitions, published.lapses) == (2, "review", 4, 1)


def test_ease_is_never_below_the_bound_of_sm2() -> None:
    overlearnt = memory(2, stability=30_000.0, difficulty=10.0, days=1)
    assert sm2_view(uuid4(), overlearnt, None, StudySettings()).ease == LEAST_EASE


@pytest.mark.parametrize("state", [State.Learning, State.Relearning])
def test_card_that_is_being_learnt_has_no_interval(state: int) -> None:
    view = sm2_view(uuid4(), memory(state), None, StudySettings())
    assert (view.ease, view.interval_days, view.state) == (2.5, 0, "learning")


def test_suspended_card_is_shown_so() -> None:
    assert sm2_view(uuid4(), memory(2), "leech", StudySettings()).state == "suspended"
