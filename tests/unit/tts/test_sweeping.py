"""Only what is old and unreferenced is swept."""

from datetime import UTC, datetime, timedelta

from services.tts.sweeping import old_enough, unreferenced
from shared.blobs.ports import StoredObject

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def stored(key: str, age: timedelta) -> StoredObject:
    return StoredObject(key, 10, NOW - age)


def test_an_object_of_a_running_step_is_left_alone() -> None:
    objects = [stored("young", timedelta(hours=23)), stored("day", timedelta(days=1)), stored("old", timedelta(days=2))]
    assert old_enough(objects, NOW) == ["old"]


def test_a_clock_that_is_ahead_makes_nothing_old() -> None:
    assert old_enough([stored("future", timedelta(days=-3))], NOW) == []


def test_what_a_row_points_to_is_kept() -> None:
    assert unreferenced(["a", "b", "c"], {"b", "elsewhere"}) == ["a", "c"]
