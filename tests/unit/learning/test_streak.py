"""Days in a row, from the first days without an answer."""

import pytest

from shared.learning.queue import MOST_STREAK, streak


@pytest.mark.parametrize(
    ("gaps", "days"),
    [
        ([1, 2], 0),  # neither today nor yesterday
        ([2, 3], 1),  # today only
        ([1, 3], 1),  # yesterday, and today is not over
        ([1, 5], 3),
        ([5, 6], 4),
        ([], MOST_STREAK),
        ([1], MOST_STREAK - 1),
        ([MOST_STREAK], MOST_STREAK - 1),
    ],
)
def test_streak_ends_at_the_first_gap_that_is_not_today(gaps: list[int], days: int) -> None:
    assert streak(gaps) == days
