"""The gates between a provider's answer and the samples that are kept."""

import msgspec
import numpy as np
import pytest

from services.tts.fake import tone
from services.tts.ports import Passage, SpokenAnswer
from services.tts.recording import SAMPLE_RATE, parse_mime, samples_of, spoken_seconds
from shared.jobs.errors import PermanentError, StepError, TransientError

TEXT = "Der kleine Hund schläft heute den ganzen Tag im Garten."
GOOD = SpokenAnswer(
    mime_type="audio/L16;codec=pcm;rate=24000",
    audio=tone(Passage(text=TEXT, voice="Kore", locale="de-DE")),
    finish_reason="STOP",
)


def changed(**fields: object) -> SpokenAnswer:
    return msgspec.structs.replace(GOOD, **fields)


def refused(answer: SpokenAnswer, text: str = TEXT, language: str = "de") -> StepError:
    with pytest.raises(StepError) as caught:
        samples_of(answer, text, language)
    return caught.value


def test_a_good_answer_becomes_its_samples() -> None:
    samples = samples_of(GOOD, TEXT, "de")
    assert samples.dtype == np.int16
    assert samples.tobytes() == GOOD.audio


@pytest.mark.parametrize(
    "mime_type", ["audio/l16; rate=24000; channels=1", "AUDIO/L16;RATE=24000", 'audio/pcm;rate="24000"', "audio/L16"]
)
def test_every_spelling_of_the_media_type_is_read(mime_type: str) -> None:
    assert samples_of(changed(mime_type=mime_type), TEXT, "de").size == len(GOOD.audio) // 2


@pytest.mark.parametrize(
    "fields",
    [
        {"mime_type": "audio/mpeg"},
        {"mime_type": ""},
        {"mime_type": "audio/L16;rate=16000"},
        {"mime_type": "audio/L16;rate=24000;channels=2"},
        {"audio": GOOD.audio + b"\0"},
    ],
)
def test_another_form_of_audio_is_a_bad_response(fields: dict[str, object]) -> None:
    assert refused(changed(**fields)).code == "provider_bad_response"


@pytest.mark.parametrize("reason", ["STOP", "OTHER", ""])
def test_no_samples_are_a_transient_failure(reason: str) -> None:
    error = refused(changed(audio=b"", mime_type="", finish_reason=reason))
    assert isinstance(error, TransientError)
    assert error.code == "audio_empty"


@pytest.mark.parametrize("level", [0, 64, -64])
def test_silent_audio_is_a_transient_failure(level: int) -> None:
    silent = np.full(len(GOOD.audio) // 2, level, dtype="<i2").tobytes()
    error = refused(changed(audio=silent))
    assert isinstance(error, TransientError)
    assert error.code == "audio_empty"


def test_the_loudest_negative_sample_is_heard() -> None:
    assert spoken_seconds(np.array([0, -32768, 0], dtype=np.int16)) == 1 / SAMPLE_RATE


def test_audio_that_lost_most_of_its_text_is_truncated() -> None:
    assert refused(changed(audio=GOOD.audio[: len(GOOD.audio) // 6 * 2])).code == "audio_truncated"


def test_silence_does_not_count_as_speech() -> None:
    short = GOOD.audio[: len(GOOD.audio) // 6 * 2]
    assert refused(changed(audio=bytes(48_000) + short + bytes(4 * 48_000))).code == "audio_truncated"


def test_a_hurried_voice_is_no_truncation() -> None:
    assert samples_of(changed(audio=GOOD.audio[: len(GOOD.audio) // 4 * 2]), TEXT, "de").size


def test_japanese_has_its_own_pace() -> None:
    text = "昔々あるところにおじいさんとおばあさんがいました。" * 2
    seconds = 2
    audio = (np.ones(seconds * SAMPLE_RATE) * 9000).astype("<i2").tobytes()
    assert samples_of(changed(audio=audio), text, "de").size
    assert refused(changed(audio=audio), text, "ja").code == "audio_truncated"


def test_audio_that_does_not_end_is_a_bad_response() -> None:
    endless = np.full(40 * SAMPLE_RATE, 5000, dtype="<i2").tobytes()
    assert refused(changed(audio=endless)).code == "provider_bad_response"


def test_a_model_that_stopped_early_is_truncated_even_if_the_length_is_plausible() -> None:
    assert refused(changed(finish_reason="MAX_TOKENS")).code == "audio_truncated"


def test_a_refusal_is_permanent() -> None:
    error = refused(changed(audio=b"", finish_reason="SAFETY", refusal="SAFETY"))
    assert isinstance(error, PermanentError)
    assert error.code == "output_refused"


def test_parameters_of_a_media_type_are_read_without_case_and_quotes() -> None:
    assert parse_mime(' Audio/L16 ; Rate="24000" ; CHANNELS = 1;') == ("audio/l16", {"rate": "24000", "channels": "1"})
