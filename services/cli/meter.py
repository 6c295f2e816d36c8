"""How far batches are: one bar in a terminal, plain lines elsewhere; and their sums in words."""

from collections.abc import Sequence
from typing import Any, Final, Protocol, Self

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from services.cli.answers import Batch
from services.cli.board import BAR_WIDTH, moves
from services.cli.console import shown
from services.cli.money import dollars

TENTHS: Final = 10
"""A plain line whenever another tenth of the items has ended."""


class Meter(Protocol):
    """Shows batches and tells news; a context manager."""

    def __enter__(self) -> Self:
        """Begin to show."""

    def __exit__(self, *_: object) -> None:
        """End; what was shown last stays."""

    def show(self, states: Sequence[dict[str, Any]]) -> None:
        """Show the newest states."""

    def tell(self, sentence: str) -> None:
        """Print one line of news."""


def meter_for(console: Console) -> Meter:
    """A bar for a terminal, plain lines for a file, a pipe or who wants no colour."""
    return BarMeter(console) if moves(console) else PlainMeter(console)


class BarMeter:
    """One bar over all items."""

    def __init__(self, console: Console) -> None:
        columns = (BarColumn(BAR_WIDTH), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
        self._progress = Progress(*columns, console=console)
        self._task = self._progress.add_task("", total=None)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def show(self, states: Sequence[dict[str, Any]]) -> None:
        """Draw this from now on."""
        ended, total = _ended(states)
        self._progress.update(self._task, completed=ended, total=total, description=_parts(states))

    def tell(self, sentence: str) -> None:
        """Print a line above the bar."""
        self._progress.console.print(shown(sentence, "yellow"), soft_wrap=True)


class PlainMeter:
    """A line whenever another tenth has ended."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._told = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is held."""

    def show(self, states: Sequence[dict[str, Any]]) -> None:
        """Print what is new."""
        ended, total = _ended(states)
        tenth = ended * TENTHS // total if total else TENTHS
        if tenth != self._told:
            self._told = tenth
            self.tell(summary(states))

    def tell(self, sentence: str) -> None:
        """Print a line."""
        self._console.print(shown(sentence), soft_wrap=True)


def _ended(states: Sequence[dict[str, Any]]) -> tuple[int, int]:
    counts = [msgspec.convert(state, Batch).counts for state in states]
    return sum(count.ended for count in counts), sum(count.total for count in counts)


def summary(states: Sequence[dict[str, Any]]) -> str:
    """The batches together: `3 of 5 done: 2 succeeded, 1 failed, 2 queued`."""
    ended, total = _ended(states)
    parts = _parts(states)
    return f"{ended} of {total} done" + (f": {parts}" if parts else "")


def _parts(states: Sequence[dict[str, Any]]) -> str:
    counts = [msgspec.convert(state, Batch).counts for state in states]
    sums = {name: sum(getattr(count, name) for count in counts) for name in _ORDER}
    return ", ".join(f"{count} {name}" for name, count in sums.items() if count)


_ORDER = ("succeeded", "partial", "failed", "cancelled", "expired", "running", "cancelling", "queued")


def spent(states: Sequence[dict[str, Any]]) -> str:
    """What the batches cost: `Charged $1.20 for 40 provider calls`."""
    costs = [msgspec.convert(state, Batch).cost for state in states]
    charged = [cost.charged_micro_usd for cost in costs]
    known = sum(amount for amount in charged if amount is not None)
    amount = dollars(known) if None not in charged else f"at least {dollars(known)} (a price is unknown)"
    sandbox = "; the sandbox, which is free, answered some or all" if any(cost.sandbox for cost in costs) else ""
    return f"Charged {amount} for {sum(cost.calls for cost in costs)} provider calls{sandbox}"
