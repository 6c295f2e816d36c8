from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import fsrs
import pytest
from fsrs import ReviewLog

from services.nlp.fitting import optimised, require_enough
from shared.jobs.errors import PermanentError
from shared.learning.fitting import LEAST_REVIEWS, Answered

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def answers(count: int) -> list[Answered]:
    return [
        Answered(card_id=UUID(int=1 + number % 3), rating=1 + number % 4, reviewed_at=BEGIN + timedelta(days=number))
        for number in range(count)
    ]


class Optimizer:
    """Takes the place of FSRS's, which needs torch."""

    def __init__(self, logs: Sequence[ReviewLog]) -> None:
        self.logs = logs

    def compute_optimal_parameters(self) -> list[float]:
        return [float(len(self.logs)), float(len({log.card_id for log in self.logs})), float(self.logs[3].rating)]


def test_too_few_reviews_are_refused() -> None:
    with pytest.raises(PermanentError) as caught:
        require_enough(LEAST_REVIEWS - 1)
    assert caught.value.code == "too_few_reviews"
    require_enough(LEAST_REVIEWS)


def test_all_reviews_go_to_the_optimizer_card_by_card(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fsrs, "Optimizer", Optimizer)
    assert optimised(answers(10)) == (10.0, 3.0, 4.0)


def test_without_the_extra_it_says_so_for_good(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: Sequence[ReviewLog]) -> None:
        raise ImportError

    monkeypatch.setattr(fsrs, "Optimizer", missing)
    with pytest.raises(PermanentError) as caught:
        optimised(answers(1))
    assert caught.value.code == "optimizer_not_installed"
