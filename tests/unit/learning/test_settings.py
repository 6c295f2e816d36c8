"""What day it is for a learner: each has exactly one, in every time zone, also when clocks change."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.learning.settings import StudySettings

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/St_Johns",
    "Asia/Beirut",  # clocks change at midnight
    "Asia/Kathmandu",
    "Asia/Tokyo",
    "Australia/Lord_Howe",  # clocks change by half an hour
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
SETTINGS = st.builds(StudySettings, time_zone=st.sampled_from(ZONES), day_starts_at=st.integers(0, 23))


def in_berlin(day_starts_at: int = 4) -> StudySettings:
    return StudySettings(time_zone="Europe/Berlin", day_starts_at=day_starts_at)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@given(SETTINGS, MOMENTS)
def test_a_moment_lies_between_the_begin_of_its_day_and_of_the_next(settings: StudySettings, at: datetime) -> None:
    day = settings.day(at)
    assert settings.begin(day) <= at < settings.begin(day + timedelta(days=1))


@given(SETTINGS, MOMENTS)
def test_a_day_begins_in_itself_and_one_moment_earlier_is_yesterday(settings: StudySettings, at: datetime) -> None:
    day = settings.day(at)
    begin = settings.begin(day)
    assert settings.day(begin) == day
    assert settings.day(begin - timedelta(microseconds=1)) == day - timedelta(days=1)


@given(SETTINGS, MOMENTS)
def test_a_day_is_a_day_long_but_when_clocks_change(settings: StudySettings, at: datetime) -> None:
    day = settings.day(at)
    length = settings.begin(day + timedelta(days=1)) - settings.begin(day)
    assert timedelta(hours=23) <= length <= timedelta(hours=25)


def test_who_studies_after_midnight_still_studies_today() -> None:
    assert in_berlin().day(moment("2026-03-02T03:59:59+01:00")) == date(2026, 3, 1)
    assert in_berlin().day(moment("2026-03-02T04:00:00+01:00")) == date(2026, 3, 2)
    assert in_berlin(0).day(moment("2026-03-02T00:00:00+01:00")) == date(2026, 3, 2)


def test_the_day_is_the_learners_and_not_that_of_utc() -> None:
    at = moment("2026-03-01T22:00:00Z")
    tokyo, new_york = (StudySettings(time_zone=zone) for zone in ("Asia/Tokyo", "America/New_York"))
    assert (tokyo.day(at), new_york.day(at)) == (date(2026, 3, 2), date(2026, 3, 1))
    assert tokyo.begin(date(2026, 3, 2)) == moment("2026-03-01T19:00:00Z")


@pytest.mark.parametrize(
    ("day", "begin"),
    [
        (date(2026, 3, 28), "2026-03-28T01:00:00Z"),
        (date(2026, 3, 29), "2026-03-29T01:00:00Z"),  # 02:00 does not exist: it is 03:00 summer time
        (date(2026, 3, 30), "2026-03-30T00:00:00Z"),
        (date(2026, 10, 25), "2026-10-25T00:00:00Z"),  # 02:00 comes twice: the first counts
        (date(2026, 10, 26), "2026-10-26T01:00:00Z"),
    ],
)
def test_an_hour_that_clocks_skip_or_repeat_begins_one_day(day: date, begin: str) -> None:
    settings = in_berlin(day_starts_at=2)
    assert settings.begin(day) == moment(begin)
    assert settings.day(moment(begin)) == day


def test_the_day_of_a_moment_does_not_depend_on_the_offset_in_which_it_is_told() -> None:
    assert in_berlin().day(datetime.fromisoformat("2026-03-01T23:30:00-08:00")) == date(2026, 3, 2)
