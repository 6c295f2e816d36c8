from typing import Any

import msgspec
import pytest

from deploy.local.demo.notes import notes
from services.cli.answers import Cost
from services.cli.money import cost_line
from tests.support.read_article import read_article

SPENT = "an unknown amount"
UNKNOWN = "an unknown amount (the price of at least one call is unknown)"
REAL_VOICE = {
    "url": "http://x",
    "content_type": "audio/mpeg",
    "duration_ms": 1,
    "voice": "Kore",
    "provenance": {"provider": "gemini", "model": "gemini-tts"},
}


def told(topic: str | None = None, **changes: Any) -> str:
    return "\n".join(notes(read_article(**changes), topic))


def provenance(model: str) -> dict[str, object]:
    return {"provider": "anthropic", "model": model, "sandbox": True}


def test_a_text_of_the_bank_in_place_of_the_topic_is_confessed() -> None:
    said = told("das Meer")

    assert "for the topic “das Meer” it took the nearest text of its own bank, “Auf dem Markt”" in said
    assert "ANTHROPIC_API_KEY" in said


def test_a_text_that_was_only_cut_down_is_confessed() -> None:
    assert "it kept whole sentences of the source" in told(provenance=provenance("sandbox/extract"))


def test_a_text_by_claude_needs_no_note() -> None:
    assert "ANTHROPIC_API_KEY" not in told("das Meer", provenance=provenance("claude-sonnet-5-5"))


def test_the_marker_of_missing_translations_is_explained_once_with_its_key() -> None:
    marked = ((("Eins.", "[no translation: sandbox] one=eins"), ("Zwei.", "[no translation: sandbox]")),)

    said = "\n".join(notes(read_article(marked), None))

    assert said.count("[no translation: sandbox]") == 1
    assert "stands before 2 of 2 sentences" in said
    assert "DEEPL_API_KEY" in said


def test_without_the_marker_it_is_not_explained() -> None:
    assert "DEEPL_API_KEY" not in told()


def test_the_robot_is_explained() -> None:
    said = told()

    assert "The voice Kore was spoken by espeak-ng. It sounds like a robot because" in said
    assert "GEMINI_API_KEY" in said


def test_a_real_voice_is_named() -> None:
    assert "The voice is Kore of gemini-tts (gemini)." in told(narration=REAL_VOICE)


def test_without_audio_no_voice_is_named() -> None:
    assert "voice" not in told(narration=None)


@pytest.mark.parametrize(
    ("cost", "line"),
    [
        (
            {"micro_usd": 12_345, "charged_micro_usd": 0, "calls": 6, "sandbox": True},
            "would have cost $0.0123 for 6 provider calls; the sandbox answered, so nothing was spent",
        ),
        (
            {"micro_usd": None, "charged_micro_usd": 0, "calls": 6, "sandbox": True},
            f"would have cost {UNKNOWN} for 6 provider calls; the sandbox answered, so nothing was spent",
        ),
        (
            {"micro_usd": 20_000, "charged_micro_usd": 5_000, "calls": 2, "sandbox": True},
            "would have cost $0.0200 for 2 provider calls; the sandbox answered some, so $0.0050 was spent",
        ),
        (
            {"micro_usd": None, "charged_micro_usd": None, "calls": 2, "sandbox": True},
            f"would have cost {UNKNOWN} for 2 provider calls; the sandbox answered some, so {SPENT} was spent",
        ),
        (
            {"micro_usd": 1_500_000, "charged_micro_usd": 1_500_000, "calls": 1, "sandbox": False},
            "cost $1.5000 for 1 provider call",
        ),
    ],
)
def test_the_cost_says_what_was_spent_and_what_is_unknown(cost: dict[str, object], line: str) -> None:
    assert cost_line(msgspec.convert(cost, Cost)) == line
