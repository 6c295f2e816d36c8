"""Kinds whose jobs could never end, or would spend on a lost job, are refused."""

import pytest

from shared.articles.model import ArticleRequest
from shared.jobs.kinds import ALL_STEPS, MAX_STEPS, KindError, StepSpec, article_steps, checked
from tests.support.jobs import step


def names(*, translate: bool = True, narrate: bool = True, align: bool = True) -> list[str]:
    return [spec.name for spec in article_steps(translate=translate, narrate=narrate, align=align)]


@pytest.mark.parametrize(
    "steps",
    [
        (),
        tuple(step(f"s{number}") for number in range(MAX_STEPS + 1)),
        (step("a"), step("a")),
        (step("a", "b"), step("b", "a")),
        (step("a", "missing"),),
        (step("a", service="nobody"),),
        (step("a", optional=True), step("b", "a")),
    ],
)
def test_contradictory_steps_are_refused(steps: tuple[StepSpec, ...]) -> None:
    with pytest.raises(KindError):
        checked(steps)


@pytest.mark.parametrize("kind", ALL_STEPS)
def test_every_kind_is_sound(kind: str) -> None:
    assert checked(ALL_STEPS[kind])


def test_an_article_has_only_the_steps_that_were_asked_for() -> None:
    assert names() == ["write_text", "annotate_text", "translate_text", "narrate_text", "align_audio"]
    assert names(narrate=False) == ["write_text", "annotate_text", "translate_text"]
    assert names(align=False, translate=False) == ["write_text", "annotate_text", "narrate_text"]


def test_nothing_is_translated_into_its_own_language() -> None:
    def request(native_language: str | None) -> ArticleRequest:
        return ArticleRequest(language="de", native_language=native_language, level="A2", topic="x")

    assert request("en").translates
    assert not request("de").translates
    assert not request(None).translates
