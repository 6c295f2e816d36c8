import pytest

from services.api.preferences import known_already, life, preferred_wait
from services.api.problems import ApiError


@pytest.mark.parametrize(
    ("prefer", "seconds"),
    [
        (None, None),
        ("", None),
        ("respond-async", None),
        ("wait", None),
        ("wait=soon", None),
        ("wait=-1", None),
        ("wait=0", 0),
        ("wait=10", 10),
        ("WAIT = 10", 10),
        ('wait="10"', 10),
        ("respond-async, wait=5", 5),
        ("wait=3600", 60),
    ],
)
def test_prefer_wait(prefer: str | None, seconds: int | None) -> None:
    assert preferred_wait(prefer) == seconds


@pytest.mark.parametrize(
    ("header", "seconds"),
    [(None, None), ("5s", 5.0), ("90s", 90.0), (" 2m ", 120.0), ("1H", 3600.0), ("24h", 86_400.0)],
)
def test_cancel_after(header: str | None, seconds: float | None) -> None:
    assert life(header) == seconds


@pytest.mark.parametrize("header", ["", "90", "4s", "25h", "86401s", "1d", "-5s", "1.5m", "1m30s", "9999999999s"])
def test_what_is_no_life_is_refused(header: str) -> None:
    with pytest.raises(ApiError) as caught:
        life(header)
    assert [error.field for error in caught.value.errors] == ["Cancel-After"]


@pytest.mark.parametrize(
    ("if_none_match", "known"),
    [
        (None, False),
        ('W/"3-7"', True),
        ('"3-7"', True),
        ('"1-1", W/"3-7"', True),
        ("*", True),
        ('W/"3-8"', False),
        ("3-7", False),
        ("", False),
    ],
)
def test_etag_is_compared_weakly(if_none_match: str | None, *, known: bool) -> None:
    assert known_already(if_none_match, 'W/"3-7"') is known
