"""Pages: every row once, tokens only for their own list."""

from uuid import UUID, uuid4

import pytest

from services.api.paging import DEFAULT_SIZE, MOST_SIZE, Cursor, cursor
from services.api.problems import ApiError
from shared.jobs.ids import uuid7


def read(rows: list[UUID], asked: Cursor) -> list[UUID]:
    """What a query would give: newest first, behind the last row, one more than shown."""
    newest_first = sorted(rows, reverse=True)
    return [row for row in newest_first if asked.before is None or row < asked.before][: asked.limit]


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
    assert cursor(7, "").before is None


@pytest.mark.parametrize("token", ["x", "!!!!", "bnVsbA", "W10", "ü", "eyJhIjoxfQ"])
def test_a_token_that_is_not_ours_is_refused(token: str) -> None:
    with pytest.raises(ApiError) as refused:
        cursor(10, token)
    assert refused.value.errors[0].field == "page_token"


def test_a_token_belongs_to_its_filters() -> None:
    owner = uuid4()
    rows = [uuid7() for _ in range(3)]
    token = cursor(1, None, owner, "failed").page(rows[:2], rows[:2]).next_page_token
    assert cursor(1, token, owner, "failed").before == rows[0]
    for others in ((owner, "succeeded"), (uuid4(), "failed"), ()):
        with pytest.raises(ApiError):
            cursor(1, token, *others)
