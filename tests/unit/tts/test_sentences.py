"""A sentence is read as articles are: the chosen voice, the gates, paid once."""

import msgspec
import pytest

from services.tts.fake import FakeSpeech
from services.tts.ports import SpokenAnswer
from services.tts.sentences import speak
from shared.jobs.errors import PermanentError, StepStoppedError, TransientError
from shared.lexicon.model import SentenceAudio, SentenceToSpeak
from tests.support.memory_blobs import MemoryBlobs
from tests.support.step_run import MemoryRun
from tests.support.step_watch import HandWatch


def spoken(
    text: str = "Der Hund schläft.",
    *,
    language: str = "de",
    voice: str | None = None,
    speech: FakeSpeech | None = None,
    run: MemoryRun | None = None,
    blobs: MemoryBlobs | None = None,
) -> SentenceAudio:
    sentence = SentenceToSpeak(language=language, text=text, spoken=False)
    return speak(sentence, voice, run or MemoryRun(), speech or FakeSpeech(), blobs or MemoryBlobs())


def test_the_chosen_voice_reads_the_text_in_its_language() -> None:
    speech = FakeSpeech()
    audio = spoken(voice="Puck", speech=speech)
    (passage,) = speech.spoken
    assert (passage.text, passage.voice, passage.locale) == ("Der Hund schläft.", "Puck", "de-DE")
    assert audio.provenance is not None
    assert (audio.provenance.voice, audio.provenance.model) == ("Puck", "fake-tts-001")


@pytest.mark.parametrize(
    ("text", "language", "voice", "code"),
    [
        ("Hallo.", "nl", None, "unsupported_language"),
        ("Hallo.", "de", "Nobody", "input_invalid"),
        ("… !", "de", None, "input_invalid"),
    ],
)
def test_what_cannot_be_read_is_refused_before_anything_is_paid(
    text: str, language: str, voice: str | None, code: str
) -> None:
    speech, blobs = FakeSpeech(), MemoryBlobs()
    with pytest.raises(PermanentError) as caught:
        spoken(text, language=language, voice=voice, speech=speech, blobs=blobs)
    assert (caught.value.code, speech.spoken, blobs.objects) == (code, [], {})


def test_a_recording_that_a_gate_refuses_is_not_kept() -> None:
    def silent(answer: SpokenAnswer) -> SpokenAnswer:
        return msgspec.structs.replace(answer, audio=bytes(len(answer.audio)))

    blobs = MemoryBlobs()
    with pytest.raises(TransientError) as caught:
        spoken(speech=FakeSpeech(faults=[silent]), blobs=blobs)
    assert (caught.value.code, len(caught.value.rejects), blobs.objects) == ("audio_empty", 1, {})


def test_what_was_paid_is_not_paid_again() -> None:
    run, speech = MemoryRun(), FakeSpeech()
    first = spoken(speech=speech, run=run)
    second = spoken(speech=speech, run=MemoryRun(ledger=run.ledger))
    assert len(speech.spoken) == 1
    assert (first.size, first.duration_ms) == (second.size, second.duration_ms)
    assert first.key != second.key


def test_nothing_is_put_after_a_stop_was_asked() -> None:
    blobs = MemoryBlobs()
    with pytest.raises(StepStoppedError):
        spoken(run=MemoryRun(watch=HandWatch(stop_after=1)), blobs=blobs)
    assert blobs.objects == {}
