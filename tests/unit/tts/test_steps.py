"""Narrating: paragraph by paragraph, paid once, kept losslessly, joined in samples."""

from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from uuid import UUID

import msgspec
import numpy as np
import pytest
import soundfile  # type: ignore[import-untyped]  # publishes no types

from services.tts.encoding import silence
from services.tts.fake import FakeSpeech
from services.tts.ports import Passage, SpokenAnswer
from services.tts.reading import PASSAGE_PAUSE
from services.tts.recording import SAMPLE_RATE, Samples
from services.tts.steps import PARAGRAPH_PAUSE, narrate
from shared.articles.model import Article, Narration, Provenance
from shared.jobs.errors import PermanentError, StepStoppedError, TransientError
from shared.ledger.ports import Reply
from tests.support.memory_blobs import MemoryBlobs
from tests.support.step_run import MemoryRun
from tests.support.step_watch import HandWatch

TEXT = "Der Hund schläft im Garten.\n\nDie Katze sieht ihn und geht weg.\n\nAm Abend ist es still."


def article(text: str = TEXT, language: str = "de") -> Article:
    return Article(
        id=UUID(int=1),
        owner_id=UUID(int=2),
        job_id=UUID(int=3),
        language=language,
        native_language=None,
        level="A1",
        title="Hund und Katze",
        text=text,
        provenance=Provenance(provider="anthropic", model="m"),
        created_at=datetime(2026, 11, 1, tzinfo=UTC),
    )


def narrated(
    text: str = TEXT, voice: str | None = None, speech: FakeSpeech | None = None, run: MemoryRun | None = None
) -> tuple[Narration, MemoryBlobs]:
    blobs = MemoryBlobs()
    return narrate(article(text), voice, run or MemoryRun(), speech or FakeSpeech(), blobs), blobs


def decoded(content: bytes) -> Samples:
    samples, rate = soundfile.read(BytesIO(content), dtype="int16")
    assert rate == SAMPLE_RATE
    return np.asarray(samples)


def test_each_paragraph_is_spoken_and_kept_losslessly() -> None:
    speech = FakeSpeech()
    narration, blobs = narrated(speech=speech)
    assert [passage.text for passage in speech.spoken] == TEXT.split("\n\n")
    for place, passage in zip(narration.paragraphs, speech.spoken, strict=True):
        spoken = msgspec.msgpack.decode(FakeSpeech().speak(passage, seconds=1).body, type=SpokenAnswer)
        assert decoded(blobs.get(place.key)).tobytes() == spoken.audio
        assert blobs.types[place.key] == "audio/flac"


def test_the_mp3_holds_all_paragraphs_with_a_pause_between_them() -> None:
    narration, blobs = narrated()
    paragraphs = [decoded(blobs.get(place.key)) for place in narration.paragraphs]
    whole = sum(paragraph.size for paragraph in paragraphs) + 2 * silence(PARAGRAPH_PAUSE).size
    assert narration.duration_ms == round(whole * 1000 / SAMPLE_RATE)
    assert abs(decoded(blobs.get(narration.key)).size - whole) <= 0.05 * SAMPLE_RATE
    assert blobs.types[narration.key] == "audio/mpeg"


def test_offsets_say_where_each_paragraph_begins_in_the_mp3() -> None:
    narration, blobs = narrated()
    loud = np.abs(decoded(blobs.get(narration.key)).astype(int)) > 1000
    for place in narration.paragraphs:
        begin = place.offset_ms * SAMPLE_RATE // 1000
        near = np.flatnonzero(loud[max(0, begin - 4800) : begin + 4800]) + max(0, begin - 4800)
        assert abs(near[0] - begin) <= 0.02 * SAMPLE_RATE
    last = narration.paragraphs[-1]
    assert last.offset_ms + last.duration_ms == narration.duration_ms


def test_the_languages_first_voice_speaks_unless_another_was_chosen() -> None:
    speech = FakeSpeech()
    assert narrated(speech=speech)[0].voice == "Kore"
    chosen, _ = narrated(voice="Puck", speech=speech)
    assert (chosen.voice, chosen.provenance.voice) == ("Puck", "Puck")
    assert {passage.voice for passage in speech.spoken[3:]} == {"Puck"}
    assert {passage.locale for passage in speech.spoken} == {"de-DE"}


def test_an_unknown_voice_is_refused_before_anything_is_paid() -> None:
    speech, run = FakeSpeech(), MemoryRun()
    with pytest.raises(PermanentError) as caught:
        narrated(voice="Nobody", speech=speech, run=run)
    assert caught.value.code == "input_invalid"
    assert (speech.spoken, run.ledger.paid) == ([], [])


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(PermanentError) as caught:
        narrate(article(language="xx"), None, MemoryRun(), FakeSpeech(), MemoryBlobs())
    assert caught.value.code == "unsupported_language"


def test_provenance_names_who_really_spoke() -> None:
    narration, _ = narrated()
    assert narration.provenance == Provenance(provider="gemini", model="fake-tts-001", sandbox=True, voice="Kore")


def test_a_retry_pays_only_for_what_is_missing() -> None:
    speech = FakeSpeech(faults=[None, TransientError("provider_unavailable")])
    first = MemoryRun()
    with pytest.raises(TransientError):
        narrated(speech=speech, run=first)
    second = MemoryRun(ledger=first.ledger)
    narration, _ = narrated(speech=speech, run=second)
    assert len(first.ledger.paid) == 3
    assert [passage.text for passage in speech.spoken] == [TEXT.split("\n\n")[index] for index in (0, 1, 1, 2)]
    assert len(narration.paragraphs) == 3


def test_another_voice_is_not_served_from_what_the_first_one_said() -> None:
    run = MemoryRun()
    narrated(run=run)
    narrated(voice="Puck", run=run)
    assert len(run.ledger.paid) == 6


def silent(answer: SpokenAnswer) -> SpokenAnswer:
    return msgspec.structs.replace(answer, audio=bytes(len(answer.audio)))


def nothing(answer: SpokenAnswer) -> SpokenAnswer:
    return msgspec.structs.replace(answer, audio=b"", mime_type="")


@pytest.mark.parametrize("fault", [silent, nothing])
def test_an_answer_a_gate_refused_is_paid_for_again_and_no_other(fault: Callable[[SpokenAnswer], SpokenAnswer]) -> None:
    speech = FakeSpeech(faults=[None, fault])
    first = MemoryRun()
    blobs = MemoryBlobs()
    with pytest.raises(TransientError) as caught:
        narrate(article(), None, first, speech, blobs)
    assert caught.value.code == "audio_empty"
    assert len(caught.value.rejects) == 1
    assert [key.rpartition("/")[2] for key in blobs.objects] == ["paragraph-000.flac"]
    first.ledger.reject(caught.value.rejects)
    narrated(speech=speech, run=MemoryRun(ledger=first.ledger))
    assert len(first.ledger.paid) == 4


def test_a_long_paragraph_is_spoken_in_passages_and_kept_as_one() -> None:
    sentence = "Der kleine Hund schläft heute den ganzen Tag im Garten hinter dem Haus und träumt. "
    text = (sentence * 30).strip()
    speech = FakeSpeech()
    narration, blobs = narrated(text=text, speech=speech)
    assert len(speech.spoken) == 2
    assert " ".join(passage.text for passage in speech.spoken) == text
    lengths = [len(FakeSpeech().speak(passage, seconds=1).body) // 48 for passage in speech.spoken]
    assert len(narration.paragraphs) == 1
    assert abs(narration.duration_ms - sum(lengths) - PASSAGE_PAUSE * 1000) <= 5
    assert decoded(blobs.get(narration.paragraphs[0].key)).size * 1000 // SAMPLE_RATE == narration.duration_ms


def test_a_paragraph_without_words_is_a_pause_and_costs_nothing() -> None:
    speech = FakeSpeech()
    narration, blobs = narrated(text="Der Hund schläft.\n\n* * *\n\nDie Katze auch.", speech=speech)
    assert [passage.text for passage in speech.spoken] == ["Der Hund schläft.", "Die Katze auch."]
    assert narration.paragraphs[1].duration_ms == 500
    assert not decoded(blobs.get(narration.paragraphs[1].key)).any()


def test_progress_is_told_for_every_paragraph() -> None:
    run = MemoryRun()
    narrated(run=run)
    assert [(done, total) for done, total, _ in run.watch.reports] == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_nothing_is_spoken_after_a_stop_was_asked() -> None:
    speech, blobs = FakeSpeech(), MemoryBlobs()
    with pytest.raises(StepStoppedError):
        narrate(article(), None, MemoryRun(watch=HandWatch(stop_after=1)), speech, blobs)
    assert len(speech.spoken) == 1


def test_a_call_gets_no_more_time_than_the_step_has_left() -> None:
    given: list[float] = []

    class Attentive(FakeSpeech):
        def speak(self, passage: Passage, *, seconds: float) -> Reply:
            given.append(seconds)
            return super().speak(passage, seconds=seconds)

    narrated(speech=Attentive(), run=MemoryRun(watch=HandWatch(seconds=7.0)))
    narrated(speech=Attentive(), run=MemoryRun(watch=HandWatch(seconds=900.0)))
    assert given == [pytest.approx(7.0, abs=2)] * 3 + [120.0] * 3
