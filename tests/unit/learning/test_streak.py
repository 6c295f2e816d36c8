"""The streak day after day, from what was studied and frozen."""

import pytest

from shared.learning.streak import MOST_STREAK, DayStudied, streaks

ANSWERED, EMPTY = DayStudied(answered=True, frozen=False), DayStudied(answered=False, frozen=False)
BOTH, FROZEN = DayStudied(answered=True, frozen=True), DayStudied(answered=False, frozen=True)


@pytest.mark.parametrize(
    ("before", "days", "stood"),
    [
        (0, [ANSWERED, ANSWERED], [1, 2]),
        (4, [ANSWERED, EMPTY, ANSWERED], [5, 0, 1]),
        (4, [FROZEN, FROZEN, ANSWERED], [4, 4, 5]),
        (4, [BOTH, FROZEN], [5, 5]),
        (4, [EMPTY, FROZEN], [0, 0]),
        (MOST_STREAK, [ANSWERED], [MOST_STREAK]),
        (3, [], []),
    ],
)
def test_frozen_days_are_passed_over_and_empty_ones_end_it(
    before: int, days: list[DayStudied], stood: list[int]
) -> None:
    assert streaks(before, days, last_is_open=False) == stood


def test_a_last_day_that_is_not_over_ends_nothing() -> None:
    assert streaks(2, [ANSWERED, EMPTY], last_is_open=True) == [3, 3]
    assert streaks(2, [EMPTY, EMPTY], last_is_open=True) == [0, 0]
