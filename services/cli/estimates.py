"""What a batch will roughly cost and how long it will take, before anything is sent. Pure."""

from collections.abc import Sequence
from typing import Final

import msgspec

from services.cli.orders import Order, Rules
from shared.languages import LANGUAGES
from shared.ledger.estimate import units_of
from shared.ledger.prices import cost_micro_usd

MODELS: Final = {"anthropic": "claude-sonnet-5-5", "gemini": "gemini-3.8-flash-lite-tts", "deepl": "deepl"}
"""The workers' defaults; an operator may have chosen others, which a client cannot know."""
SECONDS_AN_ARTICLE: Final = 60  # of the slowest part, writing; real providers take 20 to 90
SIDE_BY_SIDE: Final = 3  # bulk work gets three quarters of a worker's four slots


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """Sums over all rows."""

    rows: int
    words: int
    micro_usd: int
    unpriced: list[str]
    """Providers whose price is unknown: not in the sum."""
    seconds: int


def estimate(orders: Sequence[Order], rules: Rules) -> Estimate:
    """The sums, each provider called once for everything an order needs."""
    words, micro_usd = 0, 0
    unpriced: set[str] = set()
    defaults = {rule.level: rule.default_length for rule in rules.levels}
    for order in orders:
        length = order.get("length") or defaults[order["level"]]
        words += length
        for provider, units in _needed(order, length, rules).items():
            cost = cost_micro_usd(provider, _model(provider, order["language"]), units)
            micro_usd += cost or 0
            unpriced |= set() if cost is not None else {provider}
    rounds = -(-len(orders) // SIDE_BY_SIDE)
    return Estimate(
        rows=len(orders),
        words=words,
        micro_usd=micro_usd,
        unpriced=sorted(unpriced),
        seconds=rounds * SECONDS_AN_ARTICLE,
    )


def _needed(order: Order, length: int, rules: Rules) -> dict[str, dict[str, int]]:
    """A page's length is unknown before it is read: then the longest text is assumed."""
    source = order.get("topic") or order.get("source_text")
    units = units_of(length, len(source) if source else rules.limits.source_text_characters)
    narrated = order.get("narrate", True)
    unused = {
        "deepl": "native_language" not in order,
        "gemini": not narrated,
        "deepgram": not narrated or order.get("align") is False,
    }
    return {provider: counts for provider, counts in units.items() if not unused.get(provider)}


def _model(provider: str, language: str) -> str:
    """Empty, and so without a price, in a language that only a newer server knows."""
    hearer = LANGUAGES[language].deepgram_model if language in LANGUAGES else ""
    return MODELS.get(provider, hearer)
