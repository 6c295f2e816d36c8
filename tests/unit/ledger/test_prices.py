import json
from datetime import date
from typing import Any

import pytest

from shared.ledger.prices import PRICES, PriceFileError, PriceList, cost_micro_usd, read_prices

DAY = date(2026, 11, 20)


def row(**changes: Any) -> dict[str, Any]:
    return {
        "provider": "anthropic",
        "model": "claude-x*",
        "unit": "input_tokens",
        "micro_usd": 2_000_000,
        "per": 1_000_000,
        "source": "https://example.org",
        "note": "-",
    } | changes


def document(*rows: dict[str, Any]) -> bytes:
    return json.dumps({"read_on": "2026-11-20", "rows": rows}).encode()


def test_costs_of_all_units_add_up() -> None:
    prices = read_prices(document(row(), row(unit="output_tokens", micro_usd=10_000_000)))
    units = {"input_tokens": 1000, "output_tokens": 300}
    assert prices.cost_micro_usd("anthropic", "claude-x-2026", units, DAY) == 5000


def test_cost_is_rounded_up_once() -> None:
    prices = read_prices(document(row(micro_usd=100_000), row(unit="output_tokens", micro_usd=500_000)))
    assert prices.cost_micro_usd("anthropic", "claude-x", {"input_tokens": 1}, DAY) == 1
    assert prices.cost_micro_usd("anthropic", "claude-x", {"input_tokens": 3, "output_tokens": 1}, DAY) == 1
    assert prices.cost_micro_usd("anthropic", "claude-x", {"input_tokens": 10}, DAY) == 1


@pytest.mark.parametrize(
    ("provider", "model", "units"),
    [
        ("anthropic", "claude-y", {"input_tokens": 1}),
        ("gemini", "claude-x", {"input_tokens": 1}),
        ("anthropic", "claude-x", {"output_tokens": 1}),
        ("anthropic", "claude-x", {"input_tokens": 1, "output_tokens": 1}),
    ],
)
def test_price_that_is_not_in_the_file_is_unknown(provider: str, model: str, units: dict[str, int]) -> None:
    assert read_prices(document(row())).cost_micro_usd(provider, model, units, DAY) is None


def test_null_is_unknown_and_not_free() -> None:
    prices = read_prices(document(row(micro_usd=None)))
    assert prices.cost_micro_usd("anthropic", "claude-x", {"input_tokens": 1}, DAY) is None


def test_units_that_were_not_used_cost_nothing() -> None:
    assert read_prices(document()).cost_micro_usd("x", "y", {"input_tokens": 0}, DAY) == 0
    assert read_prices(document()).cost_micro_usd("x", "y", {}, DAY) == 0


def test_price_holds_on_its_days() -> None:
    prices = read_prices(document(row(micro_usd=4_000_000, **{"from": "2027-01-01"}), row(until="2026-12-31")))
    units = {"input_tokens": 1_000_000}
    assert prices.cost_micro_usd("anthropic", "claude-x", units, date(2026, 12, 31)) == 2_000_000
    reverse = PriceList(read_on=DAY, rows=prices.rows[::-1])
    assert reverse.cost_micro_usd("anthropic", "claude-x", units, date(2027, 1, 1)) == 4_000_000
    assert prices.cost_micro_usd("anthropic", "claude-x", units, date(2027, 1, 1)) == 4_000_000


def test_price_of_longer_inputs_is_unknown() -> None:
    prices = read_prices(document(row(most_input_tokens=100), row(unit="output_tokens", most_input_tokens=100)))
    assert prices.cost_micro_usd("anthropic", "claude-x", {"input_tokens": 100, "output_tokens": 1}, DAY) == 202
    assert prices.cost_micro_usd("anthropic", "claude-x", {"input_tokens": 101}, DAY) is None


@pytest.mark.parametrize(
    "broken",
    [
        b"{",
        b"{}",
        document(row(per=0)),
        document(row(micro_usd=-1)),
        document(row(micro_usd=1.5)),
        document(row(source="somebody said so")),
        document(row(price=1)),
        document(row(until="soon")),
        document(row(), row()),
        document(row(until="2026-12-31"), row(**{"from": "2026-12-31"})),
    ],
)
def test_malformed_file_is_refused(broken: bytes) -> None:
    with pytest.raises(PriceFileError):
        read_prices(broken)


@pytest.mark.parametrize(
    ("provider", "model", "units", "micro_usd"),
    [
        ("anthropic", "claude-sonnet-5-5", {"input_tokens": 1000, "output_tokens": 300}, 5000),
        ("anthropic", "claude-haiku-5-5", {"input_tokens": 1000, "output_tokens": 300}, 250),
        ("gemini", "gemini-3.8-flash-lite-tts", {"input_tokens": 100, "output_tokens": 1000}, 6050),
        ("deepl", "any", {"characters": 1000}, 25_000),
        ("deepgram", "nova-3", {"audio_ms": 60_000}, 7700),
    ],
)
def test_shipped_file_prices_the_default_models(
    provider: str, model: str, units: dict[str, int], micro_usd: int
) -> None:
    assert cost_micro_usd(provider, model, units, on=DAY) == micro_usd


def test_cost_of_today_is_that_of_some_day() -> None:
    assert cost_micro_usd("deepl", "any", {"characters": 2}) == 50


def test_every_shipped_row_says_where_it_is_from() -> None:
    assert PRICES.rows
    assert all(row.source.startswith("https://") and row.note for row in PRICES.rows)
