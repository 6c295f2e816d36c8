"""What a real run will cost, before anything is sent: lengths times rates, times the price table. Pure."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

import msgspec

from deploy.local.demo.order import Order
from services.api.articles.schemas import MOST_SOURCE_TEXT
from services.cli.answers import Cost
from services.cli.money import MICRO, dollars
from services.generation.settings import DEFAULT_MODEL as WRITER
from services.tts.settings import DEFAULT_MODEL as SPEAKER
from shared.languages import LANGUAGES
from shared.ledger.estimate import units_of

DEFAULT_MODELS: Final = {"anthropic": WRITER, "gemini": SPEAKER, "deepl": "deepl"}
Price = Callable[[str, str, Mapping[str, int]], int | None]
"""`(provider, model, units)` to micro-USD, or None where the price is unknown."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One provider's part; `micro_usd` is None where its price is unknown."""

    provider: str
    model: str
    micro_usd: int | None


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """The parts that real providers charge for; what the sandbox answers is free and not listed."""

    lines: tuple[Line, ...]

    @property
    def micro_usd(self) -> int:
        """The sum of the known parts."""
        return sum(line.micro_usd or 0 for line in self.lines)

    @property
    def unpriced(self) -> tuple[Line, ...]:
        """The parts nobody can put a number on."""
        return tuple(line for line in self.lines if line.micro_usd is None)


def estimate(order: Order, models: Mapping[str, str], price: Price) -> Estimate:
    """The cost of `order` at the providers in `models` (provider to model), each called once for everything."""
    source = MOST_SOURCE_TEXT if order.source_characters is None else order.source_characters
    needed = units_of(order.words, source)
    return Estimate(
        lines=tuple(
            Line(provider=provider, model=model, micro_usd=price(provider, model, needed[provider]))
            for provider, model in models.items()
        )
    )


def models_of(providers: Iterable[str], given: Mapping[str, str], language: str) -> dict[str, str]:
    """The model that each provider is asked for: the user's choice in `<PROVIDER>_MODEL`, else the worker's own."""
    own = DEFAULT_MODELS | {"deepgram": LANGUAGES[language].deepgram_model}
    return {provider: given.get(f"{provider.upper()}_MODEL", "").strip() or own[provider] for provider in providers}


def over_limit(cost: Cost, max_cost_usd: float) -> bool:
    """Whether a running job must be stopped: it was charged more than allowed, or nobody knows how much."""
    return cost.charged_micro_usd is None or cost.charged_micro_usd > max_cost_usd * MICRO


def estimate_lines(estimated: Estimate) -> list[str]:
    """The estimate for people, a line a provider and the sum."""
    lines = [
        f"{line.provider} ({line.model}): {'price unknown' if line.micro_usd is None else dollars(line.micro_usd)}"
        for line in estimated.lines
    ]
    return [*lines, f"About {dollars(estimated.micro_usd)} in all, if nothing has to be tried again."]


def refusal(estimated: Estimate, max_cost_usd: float) -> str | None:
    """Why this must not be sent, if so. An unknown price is no small price: then the limit could not be kept."""
    if estimated.unpriced:
        names = " and ".join(f"{line.provider} ({line.model})" for line in estimated.unpriced)
        keys = " and ".join(f"{line.provider.upper()}_API_KEY" for line in estimated.unpriced)
        return (
            f"Nothing was sent: the price of {names} is unknown, so MAX_COST could not be kept. "
            f"Without {keys} the sandbox does that part; or write the price into shared/ledger/prices.json."
        )
    if estimated.micro_usd > max_cost_usd * MICRO:
        return (
            f"Nothing was sent: {dollars(estimated.micro_usd)} is more than MAX_COST={max_cost_usd:g}. "
            f"MAX_COST={_next_cent(estimated.micro_usd)} would allow it."
        )
    return None


def _next_cent(micro_usd: int) -> str:
    cents = -(-micro_usd // (MICRO // 100))
    return f"{cents / 100:.2f}"
