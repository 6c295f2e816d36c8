"""The WHERE of a list whose filters are optional: conditions, and the values of their places. Pure."""

from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec

from services.api.paging import Cursor
from services.api.problems import FieldError, input_invalid

MOMENT = {"format": "date-time"}
"""How the document describes a moment in a query. As a `datetime` Litestar would also take seconds since 1970."""


class Conditions:
    """Conditions that all hold. Only what is asked for stands in the statement, so each has a plan of its own."""

    def __init__(self) -> None:
        self.values: list[object] = []
        self._conditions: list[str] = []

    def place(self, value: object) -> str:
        """`$n` for a value."""
        self.values.append(value)
        return f"${len(self.values)}"

    def add(self, condition: str, *values: object) -> None:
        """One more condition, SQL of ours with `{}` for each value."""
        self._conditions.append(condition.format(*(self.place(value) for value in values)))

    @property
    def where(self) -> str:
        """What stands behind WHERE."""
        return " AND ".join(self._conditions) or "true"


class Period(msgspec.Struct, frozen=True):
    """When rows of a list were created: from `after` on, and before `before`; null is no bound.

    Raises:
        ApiError: 400, a moment without an offset from UTC.
    """

    after: datetime | None = None
    before: datetime | None = None

    def __post_init__(self) -> None:
        errors = list(self._without_offset())
        if errors:
            raise input_invalid(errors)

    def narrow(self, conditions: Conditions, column: str) -> None:
        """Only rows of this period."""
        if self.after is not None:
            conditions.add(column + " >= {}", self.after)
        if self.before is not None:
            conditions.add(column + " < {}", self.before)

    def _without_offset(self) -> Iterator[FieldError]:
        for name, moment in (("created_after", self.after), ("created_before", self.before)):
            if moment is not None and moment.utcoffset() is None:
                yield FieldError(name, "must have an offset from UTC: 2026-03-01T12:00:00Z")


def period_of(created_after: str | None, created_before: str | None) -> Period:
    """The period between two moments as they stand in a query.

    Raises:
        ApiError: 400, not ISO 8601, or without an offset from UTC.
    """
    texts = {"created_after": created_after, "created_before": created_before}
    moments = {name: None if text is None else _moment(text) for name, text in texts.items()}
    wrong = [name for name, text in texts.items() if text is not None and moments[name] is None]
    if wrong:
        raise input_invalid([FieldError(name, "is no moment like 2026-03-01T12:00:00Z") for name in wrong])
    return Period(*moments.values())


def _moment(text: str) -> datetime | None:
    try:
        moment = msgspec.convert(text, datetime)
        return moment.astimezone(UTC) if moment.utcoffset() is not None else moment
    except (msgspec.ValidationError, OverflowError):  # the latter for an offset that leads out of the calendar
        return None


def go_on(conditions: Conditions, at: Cursor, table: str) -> None:
    """Only rows behind the page before, in the order `created_at DESC, id`: that of the owners' indexes."""
    if at.last is not None:
        created, moment = table + ".created_at", at.last_at
        conditions.add(f"{created} <= {{}} AND ({created} < {{}} OR {table}.id > {{}})", moment, moment, at.last)
