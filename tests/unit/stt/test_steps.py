"""Aligning: every paragraph is heard once, and its words get their moments in the whole audio."""

import msgspec
import pytest

from services.stt.fake import FakeListener
from services.stt.ports import HeardWord
from services.stt.steps import Spoken, align
from shared.articles.model import NarratedParagraph, Narration, Provenance, Sentence, Token
from shared.jobs.errors import PermanentError, StepStoppedError, TransientError
from shared.languages import Language
from shared.ledger.ports import Reply
from tests.support.memory_blobs import MemoryBlobs
from tests.support.step_run import MemoryRun
from tests.support.step_watch import HandWatch


def sentence(index: int, paragraph: int, text: str) -> Sentence:
    tokens = [
        Token(start=0, end=len(word), text=word, lemma=word, pos="X", pos_source="heuristic") for word in text.split()
    ]
    return Sentence(index=index, paragraph=paragraph, start=0, end=len(text), text=text, tokens=tokens)


def heard(text: str) -> list[HeardWord]:
    """Words at regular moments."""
    return [HeardWord(word, place * 500, place * 500 + 400) for place, word in enumerate(text.split())]


SENTENCES = [
    sentence(0, 0, "Der Hund schläft ."),
    sentence(1, 0, "Er träumt ."),
    sentence(2, 1, "Die Katze geht ."),
]
NARRATION = Narration(
    key="article.mp3",
    duration_ms=6000,
    voice="Kore",
    paragraphs=[
        NarratedParagraph(key="0.flac", offset_ms=0, duration_ms=3000),
        NarratedParagraph(key="1.flac", offset_ms=3600, duration_ms=2000),
    ],
    provenance=Provenance(provider="gemini", model="m"),
)
SPOKEN = Spoken(language="de", sentences=SENTENCES, narration=NARRATION)
FIRST = heard("der hund schläft er träumt")
SECOND = heard("die katze geht")
KNOWN = {b"first": FIRST, b"second": SECOND}


def recordings() -> MemoryBlobs:
    blobs = MemoryBlobs()
    blobs.put("0.flac", b"first", "audio/flac")
    blobs.put("1.flac", b"second", "audio/flac")
    return blobs


def test_sentences_and_words_get_their_moments_in_the_whole_audio() -> None:
    alignment = align(SPOKEN, MemoryRun(), FakeListener(KNOWN), recordings())
    assert [timing.time for timing in alignment.sentences] == [(0, 1400), (1500, 2400), (3600, 5000)]
    assert alignment.sentences[1].tokens == [(1500, 1900), (2000, 2400), None]
    assert alignment.sentences[2].tokens == [(3600, 4000), (4100, 4500), (4600, 5000), None]
    assert (alignment.coverage, alignment.warnings) == (1.0, [])
    assert alignment.provenance == Provenance(provider="deepgram", model="nova-3-001", sandbox=True)


def test_every_recording_is_paid_for_once_with_its_length() -> None:
    listener, first = FakeListener(KNOWN, faults=[None, TransientError("provider_unavailable")]), MemoryRun()
    with pytest.raises(TransientError):
        align(SPOKEN, first, listener, recordings())
    align(SPOKEN, MemoryRun(ledger=first.ledger), listener, recordings())
    assert [(paid.reply.model, paid.reply.units) for paid in first.ledger.paid] == [
        ("nova-3-001", {"audio_ms": 2400}),
        ("nova-3-001", {"audio_ms": 1400}),
    ]
    assert listener.heard == [(b"first", "de"), (b"second", "de"), (b"second", "de")]


def test_the_same_recording_in_another_language_is_heard_again() -> None:
    run = MemoryRun()
    for language in ("de", "en"):
        align(msgspec.structs.replace(SPOKEN, language=language), run, FakeListener(KNOWN), recordings())
    assert len(run.ledger.paid) == 4


def test_a_paragraph_that_was_not_heard_has_no_times_and_a_warning() -> None:
    alignment = align(SPOKEN, MemoryRun(), FakeListener({b"first": FIRST}), recordings())
    assert alignment.sentences[2].time is None
    assert alignment.sentences[2].tokens == [None, None, None, None]
    assert alignment.coverage == 5 / 8
    assert alignment.warnings == [
        "paragraph 2: sandbox_cannot_hear: this recording is unknown",
        "paragraph 2: no word of the text was recognised",
    ]


def test_nothing_heard_in_any_paragraph_is_a_failure_whose_answers_are_rejected() -> None:
    run = MemoryRun()
    with pytest.raises(TransientError) as caught:
        align(SPOKEN, run, FakeListener(), recordings())
    assert caught.value.code == "provider_bad_response"
    assert len(caught.value.rejects) == 2
    run.ledger.reject(caught.value.rejects)
    align(SPOKEN, MemoryRun(ledger=run.ledger), FakeListener(KNOWN), recordings())
    assert len(run.ledger.paid) == 4


def test_a_paragraph_without_words_is_not_sent_to_anybody() -> None:
    listener = FakeListener(KNOWN)
    sentences = [*SENTENCES[:2], sentence(2, 1, "* * *")]
    alignment = align(msgspec.structs.replace(SPOKEN, sentences=sentences), MemoryRun(), listener, recordings())
    assert listener.heard == [(b"first", "de")]
    assert alignment.sentences[2].time is None
    assert (alignment.coverage, alignment.warnings) == (1.0, [])


def test_an_article_without_a_word_is_aligned_with_nothing() -> None:
    spoken = msgspec.structs.replace(SPOKEN, sentences=[sentence(0, 0, "* * *")])
    alignment = align(spoken, MemoryRun(), FakeListener(), recordings())
    assert (alignment.coverage, [timing.time for timing in alignment.sentences]) == (1.0, [None])


def test_japanese_is_matched_by_letters() -> None:
    spoken = Spoken(language="ja", sentences=[sentence(0, 0, "の 山 の 川 。")], narration=NARRATION)
    alignment = align(spoken, MemoryRun(), FakeListener({b"first": heard("の山 の かわ")}), recordings())
    assert alignment.sentences[0].tokens == [(0, 200), (200, 400), (500, 900), (1000, 1400), None]
    assert alignment.coverage == 3 / 4


def test_an_unknown_language_is_refused_before_anything_is_paid() -> None:
    listener = FakeListener(KNOWN)
    with pytest.raises(PermanentError) as caught:
        align(msgspec.structs.replace(SPOKEN, language="xx"), MemoryRun(), listener, recordings())
    assert (caught.value.code, listener.heard) == ("unsupported_language", [])


def test_nothing_is_heard_after_a_stop_was_asked() -> None:
    listener = FakeListener(KNOWN)
    with pytest.raises(StepStoppedError):
        align(SPOKEN, MemoryRun(watch=HandWatch(stop_after=1)), listener, recordings())
    assert listener.heard == [(b"first", "de")]


def test_progress_is_told_for_every_paragraph() -> None:
    run = MemoryRun()
    align(SPOKEN, run, FakeListener(KNOWN), recordings())
    assert [(done, total) for done, total, _ in run.watch.reports] == [(0, 2), (1, 2), (2, 2)]


def test_a_call_gets_no_more_time_than_the_step_has_left() -> None:
    given: list[float] = []

    class Attentive(FakeListener):
        def listen(self, audio: bytes, language: Language, *, seconds: float) -> Reply:
            given.append(seconds)
            return super().listen(audio, language, seconds=seconds)

    align(SPOKEN, MemoryRun(watch=HandWatch(seconds=7.0)), Attentive(KNOWN), recordings())
    align(SPOKEN, MemoryRun(watch=HandWatch(seconds=900.0)), Attentive(KNOWN), recordings())
    assert given == [pytest.approx(7.0, abs=2)] * 2 + [120.0] * 2
