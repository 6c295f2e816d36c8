"""Annotating and translating an article."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from services.nlp.fake import FakeAnnotator, FakeTranslator
from services.nlp.ports import Batch, Pairs
from services.nlp.steps import annotate, translate
from shared.articles.model import Article, Provenance, Translation
from shared.jobs.errors import PermanentError, StepStoppedError, TransientError
from tests.support.step_run import MemoryRun
from tests.support.step_watch import HandWatch

SENTENCES = [f"Das ist Satz {number}." for number in range(120)]


def article(text: str = "Das ist gut. Oder?", language: str = "de", native: str | None = "en") -> Article:
    return Article(
        id=UUID(int=1),
        owner_id=UUID(int=2),
        job_id=UUID(int=3),
        language=language,
        native_language=native,
        level="A2",
        title="Titel",
        text=text,
        provenance=Provenance(provider="anthropic", model="m"),
        created_at=datetime(2026, 11, 1, tzinfo=UTC),
    )


def translated(translator: FakeTranslator, run: MemoryRun, sentences: list[str] = SENTENCES) -> Translation:
    return translate(article(), sentences, translator, run)


class Spoiling(FakeTranslator):
    """Answers with `sentences`, whatever it was asked."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__()
        self.sentences = sentences

    def answers(self, batch: Batch) -> list[str]:
        assert batch.sentences
        return self.sentences


def test_the_text_is_annotated_and_the_title_is_not() -> None:
    annotation = annotate(article(), FakeAnnotator(), HandWatch())
    assert [sentence.text for sentence in annotation.sentences] == ["Das ist gut.", "Oder?"]


def test_an_unknown_language_is_refused_before_anything_is_done() -> None:
    with pytest.raises(PermanentError) as caught:
        annotate(article(language="nl"), FakeAnnotator(), HandWatch())
    assert caught.value.code == "unsupported_language"


def test_a_text_without_a_word_is_refused() -> None:
    with pytest.raises(PermanentError) as caught:
        annotate(article("... 8.30 !"), FakeAnnotator(), HandWatch())
    assert caught.value.code == "input_invalid"


def test_every_sentence_is_translated_in_order() -> None:
    translation = translated(FakeTranslator(), MemoryRun())
    assert translation.sentences == [f"EN-GB: {sentence}" for sentence in SENTENCES]
    assert (translation.language, translation.provenance.provider, translation.provenance.model) == (
        "en",
        "deepl",
        "fake",
    )


def test_each_batch_is_paid_by_the_characters_billed() -> None:
    run = MemoryRun()
    translated(FakeTranslator(), run)
    assert [paid.reply.units for paid in run.ledger.paid] == [
        {"characters": sum(map(len, SENTENCES[start : start + 50]))} for start in (0, 50, 100)
    ]


def test_a_retry_pays_only_for_the_batches_that_are_missing() -> None:
    first = MemoryRun(watch=HandWatch(stop_after=2))
    with pytest.raises(StepStoppedError):
        translated(FakeTranslator(), first)
    assert len(first.ledger.paid) == 2
    again = FakeTranslator()
    translation = translated(again, MemoryRun(ledger=first.ledger))
    assert len(translation.sentences) == len(SENTENCES)
    assert [len(batch.sentences) for batch in again.batches] == [20]


def test_another_native_language_is_another_request() -> None:
    run = MemoryRun()
    translated(FakeTranslator(), run, ["Ja."])
    translate(article(native="fr"), ["Ja."], FakeTranslator(), run)
    assert len(run.ledger.paid) == 2


@pytest.mark.parametrize("answers", [["One."], ["One.", "Two.", "Three."], ["One.", " \n"]])
def test_a_bad_answer_is_rejected_so_that_a_retry_pays_for_a_new_one(answers: list[str]) -> None:
    run = MemoryRun()
    with pytest.raises(TransientError) as caught:
        translated(Spoiling(answers), run, ["Eins.", "Zwei."])
    assert caught.value.code == "provider_bad_response"
    run.ledger.reject(caught.value.rejects)
    assert translated(FakeTranslator(), run, ["Eins.", "Zwei."]).sentences == ["EN-GB: Eins.", "EN-GB: Zwei."]


@pytest.mark.parametrize(
    ("language", "native", "pairs"),
    [
        ("de", "de", None),
        ("de", None, None),
        ("de", "tlh", None),
        ("nl", "en", None),
        ("de", "en", Pairs(sources=frozenset({"DE"}), targets=frozenset({"FR"}))),
        ("de", "en", Pairs(sources=frozenset({"FR"}), targets=frozenset({"EN-GB"}))),
    ],
)
def test_an_unsupported_pair_is_refused_before_calling(language: str, native: str | None, pairs: Pairs | None) -> None:
    translator, run = FakeTranslator(pairs), MemoryRun()
    with pytest.raises(PermanentError) as caught:
        translate(article(language=language, native=native), ["Ja."], translator, run)
    assert caught.value.code == "unsupported_language"
    assert (translator.batches, run.ledger.paid) == ([], [])
