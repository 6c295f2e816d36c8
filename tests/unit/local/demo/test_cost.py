from collections.abc import Mapping

import msgspec
import pytest

from deploy.local.demo.cost import Estimate, Line, estimate, estimate_lines, models_of, over_limit, refusal
from deploy.local.demo.order import Order
from services.cli.answers import Cost
from shared.ledger.prices import cost_micro_usd

ALL = ["anthropic", "gemini", "deepl", "deepgram"]


def order(words: int = 120, source_characters: int | None = 30) -> Order:
    return Order(body={}, words=words, source_characters=source_characters, subject="", assumed=())


def one_each(_provider: str, _model: str, units: Mapping[str, int]) -> int:
    return sum(units.values())


def priced(*amounts: int | None) -> Estimate:
    return Estimate(lines=tuple(Line(provider="gemini", model="m", micro_usd=amount) for amount in amounts))


def test_only_the_real_providers_are_estimated() -> None:
    models = models_of(["deepl"], {}, "de")

    assert [line.provider for line in estimate(order(), models, one_each).lines] == ["deepl"]


def test_every_provider_is_priced_with_its_own_units() -> None:
    estimated = estimate(order(), models_of(ALL, {}, "de"), cost_micro_usd)

    assert [line.provider for line in estimated.lines] == ALL
    assert all(line.micro_usd for line in estimated.lines)
    assert refusal(estimated, 0.25) is None


@pytest.mark.parametrize("provider", ALL)
def test_longer_articles_cost_more(provider: str) -> None:
    models = models_of([provider], {}, "de")

    assert estimate(order(450), models, one_each).micro_usd > estimate(order(80), models, one_each).micro_usd


def test_a_page_that_was_not_fetched_yet_is_taken_for_as_long_as_it_may_be() -> None:
    models = models_of(["anthropic"], {}, "de")

    unknown = estimate(order(source_characters=None), models, one_each)

    assert unknown.micro_usd == estimate(order(source_characters=40_000), models, one_each).micro_usd


def test_the_model_that_the_user_chose_decides_on_the_price() -> None:
    assert models_of(["gemini"], {"GEMINI_MODEL": "dear"}, "de") == {"gemini": "dear"}
    assert models_of(["deepgram"], {"DEEPGRAM_MODEL": " "}, "de") == {"deepgram": "nova-3"}


def test_a_limit_is_kept_to_the_last_micro_dollar() -> None:
    assert refusal(priced(250_000), 0.25) is None
    assert refusal(priced(200_000, 50_001), 0.25) == (
        "Nothing was sent: $0.2500 is more than MAX_COST=0.25. MAX_COST=0.26 would allow it."
    )


def test_an_unknown_price_is_refused_however_high_the_limit() -> None:
    told = refusal(priced(1, None), 1000.0)

    assert told is not None
    assert "the price of gemini (m) is unknown" in told
    assert "GEMINI_API_KEY" in told


def test_the_estimate_names_every_part() -> None:
    assert estimate_lines(priced(12_300, None)) == [
        "gemini (m): $0.0123",
        "gemini (m): price unknown",
        "About $0.0123 in all, if nothing has to be tried again.",
    ]


@pytest.mark.parametrize(("charged", "over"), [(0, False), (250_000, False), (250_001, True), (None, True)])
def test_a_running_job_is_over_the_limit_when_more_or_unknown_was_charged(charged: int | None, over: bool) -> None:  # noqa: FBT001  a table
    cost = msgspec.convert({"charged_micro_usd": charged}, Cost)

    assert over_limit(cost, 0.25) is over
