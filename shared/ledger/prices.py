"""What calls cost, by one dated file with the source of each row. What is not in it is unknown, never guessed.

The file is read when this module is imported: a malformed one stops the process at its start.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from fnmatch import fnmatchcase
from fractions import Fraction
from importlib import resources
from math import ceil

import msgspec


class PriceFileError(ValueError):
    """The file of prices cannot be used."""


class PriceRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"since": "from"}):
    """The price of one unit of one family of models."""

    provider: str
    model: str
    """A pattern: `*` stands for anything."""
    unit: str
    """As in `shared.ledger.ports.Reply.units`."""
    micro_usd: int | None
    """For `per` units; null if no price was found."""
    per: int
    source: str
    """Address of the page that says so, as read on the file's date."""
    note: str
    since: date | None = None
    """First day on which it holds."""
    until: date | None = None
    """Last day on which it holds."""
    most_input_tokens: int | None = None
    """Calls with a longer input have another price, which is unknown."""

    def __post_init__(self) -> None:
        if self.per < 1 or (self.micro_usd is not None and self.micro_usd < 0) or not self.source.startswith("http"):
            message = f"The price of {self.provider} {self.model} {self.unit} is malformed."
            raise PriceFileError(message)

    def holds(self, provider: str, model: str, unit: str, on: date) -> bool:
        """Whether this row says what `unit` of `model` costs on a day."""
        return (
            (self.provider, self.unit) == (provider, unit)
            and fnmatchcase(model, self.model)
            and (self.since is None or self.since <= on)
            and (self.until is None or on <= self.until)
        )


class PriceList(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All prices, with the day on which their sources were read."""

    read_on: date
    rows: list[PriceRow]

    def cost_micro_usd(self, provider: str, model: str, units: Mapping[str, int], on: date) -> int | None:
        """What a call costs, rounded up to a whole micro-USD; null if the price of any of its units is unknown.

        The first row that holds counts.
        """
        costs = [self._cost(provider, model, unit, units, on) for unit, count in units.items() if count]
        known = [cost for cost in costs if cost is not None]
        return ceil(sum(known)) if len(known) == len(costs) else None

    def _cost(self, provider: str, model: str, unit: str, units: Mapping[str, int], on: date) -> Fraction | None:
        row = next((row for row in self.rows if row.holds(provider, model, unit, on)), None)
        if row is None or row.micro_usd is None:
            return None
        if row.most_input_tokens is not None and units.get("input_tokens", 0) > row.most_input_tokens:
            return None
        return Fraction(units[unit] * row.micro_usd, row.per)


def read_prices(document: bytes) -> PriceList:
    """Read a file of prices.

    Raises:
        PriceFileError: It is malformed, or two rows hold for the same unit, model and day.
    """
    try:
        prices = msgspec.json.decode(document, type=PriceList)
    except msgspec.DecodeError as error:
        message = f"The file of prices is malformed: {error}"
        raise PriceFileError(message) from error
    _assert_unambiguous(prices.rows)
    return prices


def cost_micro_usd(provider: str, model: str, units: Mapping[str, int], *, on: date | None = None) -> int | None:
    """What a call costs in integer micro-USD, rounded up, or null for "price unknown".

    Args:
        provider: `anthropic`, `gemini`, `deepl`, `deepgram`.
        model: The model asked for; for calls of the sandbox this tells what the real one would have cost.
        units: How much was used of what, as in `Reply.units`.
        on: The day of the call; today (UTC) if not given.
    """
    return PRICES.cost_micro_usd(provider, model, units, on or datetime.now(UTC).date())


def _assert_unambiguous(rows: Iterable[PriceRow]) -> None:
    seen: list[PriceRow] = []
    for row in rows:
        for other in seen:
            same = (row.provider, row.model, row.unit) == (other.provider, other.model, other.unit)
            if same and _overlap(row, other):
                message = f"Two prices of {row.provider} {row.model} {row.unit} hold on the same day."
                raise PriceFileError(message)
        seen.append(row)


def _overlap(one: PriceRow, other: PriceRow) -> bool:
    return (one.since or date.min) <= (other.until or date.max) and (other.since or date.min) <= (one.until or date.max)


PRICES = read_prices((resources.files("shared.ledger") / "prices.json").read_bytes())
