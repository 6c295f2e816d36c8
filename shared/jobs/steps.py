"""What a step is handed while it works, and what it hands back. Pure: no queue, no database, no vendor."""

from collections.abc import Callable
from typing import Any, Protocol

import msgspec


class Watch(Protocol):
    """A step's view of its own clock and lease. Call `check` between chunks, pages and paragraphs."""

    def left(self) -> float:
        """Seconds until the step's deadline, never negative: the time-out for the next provider call."""

    def check(self) -> None:
        """Raise if the step must stop.

        Raises:
            StepStoppedError: A cancel was asked or the lease is lost.
            TransientError: ``provider_timeout``, the deadline has passed.
        """

    def progress(self, done: int, total: int, message: str = "") -> None:
        """Tell the job's watchers: `done` of `total` units, and what is going on in a few words."""


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """A step that succeeded."""

    summary: str
    """For operators, below 150 characters (`3 paragraphs`); Flower shows it."""
    output: dict[str, Any]
    """Summary and pointers for later steps, at most 16 KB as JSON; content goes into product tables and objects."""
    save: Callable[[Any], None] | None = None
    """Writes the step's products; gets the psycopg connection of the transaction that finishes the step."""
