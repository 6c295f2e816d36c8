"""What `make demo` was asked for."""

from pathlib import Path

import pytest

from deploy.local.options import DemoOptions, OptionsError

OUTPUT = Path("article.html")


def options(**given: str) -> DemoOptions:
    return DemoOptions.from_env({f"PARLANCE_DEMO_{name}": value for name, value in given.items()}, OUTPUT)


def test_nothing_given_means_the_sandbox_and_a_quarter_of_a_dollar() -> None:
    assert options() == DemoOptions(output=OUTPUT, real=False, max_cost_usd=0.25)


def test_everything_given_arrives() -> None:
    assert options(
        TEXT="my text.txt", URL="https://example.org", TOPIC=" Der Markt ", LANGUAGE="de", LEVEL="A2", NATIVE="en"
    ) == DemoOptions(
        text=Path("my text.txt"),
        url="https://example.org",
        topic="Der Markt",
        language="de",
        level="A2",
        native="en",
        output=OUTPUT,
    )


def test_variables_of_other_names_are_not_read() -> None:
    environment = {"TOPIC": "x", "LANGUAGE": "en_US:en", "REAL": "1", "MAX_COST": "100"}
    assert DemoOptions.from_env(environment, OUTPUT) == DemoOptions(output=OUTPUT)


@pytest.mark.parametrize("word", ["1", "yes", "True", " on "])
def test_real_is_switched_on_by_a_clear_yes(word: str) -> None:
    assert options(REAL=word).real


@pytest.mark.parametrize("word", ["", "0", "no", "False"])
def test_real_stays_off_by_a_clear_no(word: str) -> None:
    assert not options(REAL=word).real


def test_an_unclear_real_is_refused() -> None:
    with pytest.raises(OptionsError, match="REAL is 1 or 0, not 'perhaps'"):
        options(REAL="perhaps")


def test_the_limit_is_an_amount_of_dollars() -> None:
    assert options(MAX_COST="1.5").max_cost_usd == 1.5


@pytest.mark.parametrize("amount", ["much", "-1", "nan", "inf", "1,5"])
def test_a_limit_that_limits_nothing_is_refused(amount: str) -> None:
    with pytest.raises(OptionsError, match="MAX_COST is an amount of US dollars"):
        options(MAX_COST=amount)
