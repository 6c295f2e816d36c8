"""Pages of a list, newest first (AIP-158): an opaque token goes on behind the last row that was shown. Pure."""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Generic, TypeVar
from uuid import UUID

import msgspec
from litestar.params import QueryParameter
from msgspec import Meta

from services.api.problems import FieldError, input_invalid

DEFAULT_SIZE = 50
MOST_SIZE = 1000  # a larger page is made as small as this
PageSize = Annotated[
    int,
    QueryParameter(name="page_size", ge=0, description=f"Rows of a page: {DEFAULT_SIZE} if 0, at most {MOST_SIZE}."),
]
PageToken = Annotated[
    str | None,
    QueryParameter(name="page_token", description="`next_page_token` of the page before, with the same filters."),
]
Row = TypeVar("Row")


class Page(msgspec.Struct, Generic[Row], frozen=True):
    """Rows, and how to get those behind them."""

    items: list[Row]
    next_page_token: Annotated[str, Meta(description="Empty on the last page, and only there.")]


class _Token(msgspec.Struct, frozen=True, array_like=True):
    filters: str
    last: UUID
    last_at: Annotated[datetime, Meta(tz=True)] | None = None
    last_text: str | None = None


class Cursor(msgspec.Struct, frozen=True):
    """Where a page begins and how long it is. Ids are UUIDv7, so their order is the order of creation."""

    size: int
    last: UUID | None
    """The last row of the page before, behind which this one begins; null on the first page."""
    filters: str
    last_at: datetime | None = None
    """When that row was created, in lists that an index keeps in the order of creation: see `page`."""
    last_text: str | None = None
    """What that row was sorted by, in lists in alphabetical order."""

    @property
    def limit(self) -> int:
        """How many rows to read: one more than is shown tells whether there is another page."""
        return self.size + 1

    def page(
        self,
        rows: list[Row],
        ids: list[UUID],
        created: Sequence[datetime] | None = None,
        texts: Sequence[str] | None = None,
    ) -> Page[Row]:
        """The page of the `limit` rows that were read.

        Args:
            rows: What was read, at most `limit`.
            ids: Their ids.
            created: When they were created, if the next page is to begin behind a moment and an id: then it is found
                also when the row itself is gone.
            texts: What they are sorted by, if that is a text; for the same reason.
        """
        if len(rows) <= self.size:
            return Page(rows, "")
        last = self.size - 1
        token = _Token(self.filters, ids[last], created[last] if created else None, texts[last] if texts else None)
        return Page(rows[: self.size], _encode(token))


def cursor(page_size: int, page_token: str | None, *filters: object) -> Cursor:
    """Where the client wants to go on.

    Args:
        page_size: As the client gave it; 0 is the default size.
        page_token: As the client gave it.
        filters: Everything else that decides which rows belong to the list, the owner included: a token is of no use
            with others.

    Raises:
        ApiError: 400, the token is not ours or belongs to other filters.
    """
    size, mark = min(page_size or DEFAULT_SIZE, MOST_SIZE), _mark(filters)
    if not page_token:
        return Cursor(size, None, mark)
    token = _decode(page_token)
    if token is None or token.filters != mark:
        message = "is no token of this list; leave it out to begin again"
        raise input_invalid([FieldError("page_token", message)])
    return Cursor(size, token.last, mark, token.last_at, token.last_text)


def _mark(filters: tuple[object, ...]) -> str:
    return hashlib.sha256(repr(filters).encode()).hexdigest()[:16]


def _encode(token: _Token) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(token)).decode().rstrip("=")


def _decode(text: str) -> _Token | None:
    try:
        token = msgspec.json.decode(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), type=_Token)
        if "\x00" in (token.last_text or ""):  # Postgres takes none, and none of ours has one
            return None
        last_at = None if token.last_at is None else token.last_at.astimezone(UTC)
        return msgspec.structs.replace(token, last_at=last_at)
    except (msgspec.MsgspecError, binascii.Error, ValueError, OverflowError, RecursionError):
        return None
