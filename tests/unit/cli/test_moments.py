import pytest

from services.cli.moments import age, second


def test_a_time_is_told_to_the_second() -> None:
    assert second("2026-03-01T12:00:00.123456Z") == "2026-03-01T12:00:00Z"
    assert second("2026-03-01T12:00:00Z") == "2026-03-01T12:00:00Z"
    assert second(None) == ""


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(None, ""), (0, "0 s"), (57.1, "57 s"), (119, "119 s"), (150, "2 min"), (7199, "120 min"), (9000, "2.5 h")],
)
def test_an_age_is_told_in_the_unit_that_fits(seconds: float | None, words: str) -> None:
    assert age(seconds) == words
