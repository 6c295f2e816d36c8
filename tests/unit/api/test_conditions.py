"""Conditions of a list, and the period it is about."""

from datetime import UTC, datetime

import pytest

from services.api.conditions import Conditions, Period, period_of
from services.api.problems import ApiError

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_each_value_has_its_own_place() -> None:
    conditions = Conditions()
    assert conditions.where == "true"
    conditions.add("a = {} AND b < {}", 1, "two")
    conditions.add("c IS NULL")
    Period(NOON, None).narrow(conditions, "at")
    assert conditions.where == "a = $1 AND b < $2 AND c IS NULL AND at >= $3"
    assert conditions.place(7) == "$4"
    assert conditions.values == [1, "two", NOON, 7]


def test_moments_without_an_offset_are_all_named() -> None:
    local = datetime(2026, 3, 1, 12)  # noqa: DTZ001 - that is what it is about
    with pytest.raises(ApiError) as refused:
        Period(local, local)
    assert [error.field for error in refused.value.errors] == ["created_after", "created_before"]


def test_period_is_read_from_a_query() -> None:
    assert period_of("2026-03-01T12:00:00Z", None) == Period(NOON, None)
    assert period_of(None, "2026-03-01T13:00:00+01:00") == Period(None, NOON)


@pytest.mark.parametrize("text", ["0.5", "1772366400", "yesterday", "", "2026-03-01", "2026-03-01T12:00:00"])
def test_what_is_no_moment_is_named(text: str) -> None:
    with pytest.raises(ApiError) as refused:
        period_of(text, text)
    assert [error.field for error in refused.value.errors] == ["created_after", "created_before"]
