"""What is kept of Deepgram's JSON."""

from typing import Any

import msgspec
import pytest

from services.stt.deepgram_answers import read_answer
from services.stt.ports import HeardWord, Transcript
from shared.jobs.errors import TransientError


def answer(**metadata: object) -> dict[str, Any]:
    words = [
        {"word": "der", "start": 0.08, "end": 0.3199, "confidence": 0.99},
        {"word": "hund", "start": 0.32, "end": 0.7, "confidence": 0.9, "punctuated_word": "Hund."},
    ]
    return {
        "metadata": {"request_id": "r", "duration": 1.2345, "channels": 1, "model_info": {}, **metadata},
        "results": {"channels": [{"alternatives": [{"transcript": "der hund", "confidence": 1, "words": words}]}]},
    }


def transcript(document: dict[str, Any]) -> Transcript:
    return msgspec.json.decode(read_answer(document, "nova-3").body, type=Transcript)


def test_words_are_kept_in_milliseconds() -> None:
    assert transcript(answer()).words == [HeardWord("der", 80, 320), HeardWord("hund", 320, 700)]


def test_the_length_is_what_is_paid_for() -> None:
    assert read_answer(answer(), "nova-3").units == {"audio_ms": 1234}


def test_the_model_that_answered_is_named() -> None:
    info = {"id": {"name": "general", "version": "2026-01-01", "arch": "nova-3.1"}}
    assert read_answer(answer(model_info=info), "nova-3").model == "nova-3.1"
    assert read_answer(answer(), "nova-3").model == "nova-3"


def test_warnings_are_kept_as_sentences() -> None:
    warnings = [{"type": "sandbox_cannot_hear", "message": "Only its own voice."}, {"type": "bare"}]
    assert transcript(answer(warnings=warnings)).warnings == ["sandbox_cannot_hear: Only its own voice.", "bare"]


@pytest.mark.parametrize("channels", [[], [{"alternatives": []}], [{"alternatives": [{"transcript": ""}]}]])
def test_nothing_heard_is_an_answer_too(channels: list[Any]) -> None:
    document = answer()
    document["results"]["channels"] = channels
    assert transcript(document).words == []


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {},
        {"metadata": {}, "results": {}},
        {"metadata": {"duration": 1}, "results": {"channels": None}},
        {"metadata": {"duration": float("nan")}, "results": {"channels": []}},
        {"metadata": {"duration": float("inf")}, "results": {"channels": []}},
        {"metadata": {"duration": "1"}, "results": {"channels": [{"alternatives": [{"words": [{"word": "a"}]}]}]}},
    ],
)
def test_anything_else_is_a_bad_response(document: object) -> None:
    with pytest.raises(TransientError) as caught:
        read_answer(document, "nova-3")
    assert caught.value.code == "provider_bad_response"
