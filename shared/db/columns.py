"""Many rows as parameters of one statement: `unnest` takes a column each."""

from collections.abc import Sequence
from typing import Any


def columns(rows: Sequence[tuple[Any, ...]], width: int) -> list[list[Any]]:
    """The rows' columns.

    Args:
        rows: All of them as wide as that.
        width: How many columns there are when there are no rows to tell.
    """
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(width)]
