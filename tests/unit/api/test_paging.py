"""Pages: every row once, tokens only for their own list."""

import base64
from datetime import UTC, datetime
from uuid import UUID, uuid4

import msgspec
import pytest

from services.api.paging import DEFAULT_SIZE, MOST_SIZE, Cursor, _encode, _Token, cursor
from services.api.problems import ApiError
from shared.jobs.ids import uuid7


def read(rows: list[UUID], asked: Cursor) -> list[UUID]:
    """What a query would give: newest first, behind the last row, one more than shown."""
    newest_first = sorted(rows, reverse=True)
    return [row for row in newest_first if asked.last is None or row < asked.last][: asked.limit]


@pytest.mark.parametrize("number", [0, 1, 2, 3, 4, 7])
def test_pages_show_every_row_once(number: int) -> None:
    rows = [uuid7() for _ in range(number)]
    seen: list[UUID] = []
    token = None
    while token != "":
        asked = cursor(2, token, "mine")
        found = read(rows, asked)
        page = asked.page(found, found)
        seen += page.items
        token = page.next_page_token
    assert seen == sorted(rows, reverse=True)


def test_sizes_have_a_default_and_a_bound() -> None:
    assert cursor(0, None).size == DEFAULT_SIZE
    assert cursor(MOST_SIZE + 1, None).size == MOST_SIZE
    assert cursor(7, "").last is None


def test_a_token_remembers_what_its_row_is_sorted_by_if_it_is_told() -> None:
    rows = [uuid4(), uuid4()]
    token = cursor(1, None).page(rows, rows, texts=["a", "b"]).next_page_token
    assert cursor(1, token) == msgspec.structs.replace(cursor(1, None), last=rows[0], last_text="a")


def test_a_token_with_what_postgres_would_not_take_is_refused() -> None:
    rows = [uuid4(), uuid4()]
    token = cursor(1, None).page(rows, rows, texts=["a\x00", "b"]).next_page_token
    with pytest.raises(ApiError):
        cursor(1, token)


@pytest.mark.parametrize("token", ["x", "!!!!", "bnVsbA", "W10", "ü", "eyJhIjoxfQ"])
def test_a_token_that_is_not_ours_is_refused(token: str) -> None:
    with pytest.raises(ApiError) as refused:
        cursor(10, token)
    assert refused.value.errors[0].field == "page_token"


def test_a_token_nested_without_end_is_refused() -> None:
    deep = f'["{cursor(1, None).filters}","{uuid4()}",null,{"[" * 20_000}{"]" * 20_000}]'
    with pytest.raises(ApiError) as refused:
        cursor(10, base64.urlsafe_b64encode(deep.encode()).decode())
    assert refused.value.errors[0].field == "page_token"


def test_a_token_belongs_to_its_filters() -> None:
    owner = uuid4()
    rows = [uuid7() for _ in range(3)]
    token = cursor(1, None, owner, "failed").page(rows[:2], rows[:2]).next_page_token
    assert cursor(1, token, owner, "failed").last == rows[0]
    for others in ((owner, "succeeded"), (uuid4(), "failed"), ()):
        with pytest.raises(ApiError):
            cursor(1, token, *others)


def test_a_token_remembers_when_its_row_was_created_if_it_is_told() -> None:
    rows = [uuid7() for _ in range(3)]
    moments = [datetime(2026, 3, day, 12, 0, 0, 123_456, tzinfo=UTC) for day in (3, 2, 1)]
    token = cursor(2, None).page(rows, rows, moments).next_page_token
    assert cursor(2, token) == msgspec.structs.replace(cursor(2, None), last=rows[1], last_at=moments[1])


@pytest.mark.parametrize("at", ["2026-03-01T12:00:00", "0001-01-01T00:00:00+14:00"])
def test_a_moment_that_postgres_would_not_take_makes_no_token(at: str) -> None:
    forged = _encode(_Token(cursor(1, None).filters, uuid4(), at))  # type: ignore[arg-type]
    with pytest.raises(ApiError):
        cursor(1, forged)
