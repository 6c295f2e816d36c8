"""Ports without a provider or a process, for tests: equal input gives equal output."""

import msgspec

from services.nlp.annotate import annotate
from services.nlp.pipelines import pipeline_for
from services.nlp.ports import Batch, Pairs, TranslatedAnswer
from shared.articles.model import Annotation, Level
from shared.jobs.steps import Watch
from shared.languages import LANGUAGES, NATIVE_LANGUAGES
from shared.ledger.ports import Reply


class FakeAnnotator:
    """Annotates in the calling thread."""

    def annotate(self, text: str, language: str, level: Level, watch: Watch) -> Annotation:
        """As `services.nlp.ports.Annotator`."""
        watch.check()
        return annotate(text, level, pipeline_for(language))


class FakeTranslator:
    """Marks each sentence with the target language; `batches` are the calls that were made.

    Args:
        pairs: What it says it can translate; all our languages by default.
    """

    provider = "deepl"
    model = "fake"
    sandbox = False

    def __init__(self, pairs: Pairs | None = None) -> None:
        self.batches: list[Batch] = []
        self._pairs = pairs or Pairs(
            sources=frozenset(language.deepl_source for language in LANGUAGES.values()),
            targets=frozenset(NATIVE_LANGUAGES.values()),
        )

    def pairs(self, *, seconds: float) -> Pairs:  # noqa: ARG002 - it takes no time
        """As `services.nlp.ports.Translator`."""
        return self._pairs

    def translate(self, batch: Batch, *, seconds: float) -> Reply:  # noqa: ARG002 - it takes no time
        """As `services.nlp.ports.Translator`."""
        self.batches.append(batch)
        return Reply(
            model=self.model,
            units={"characters": sum(map(len, batch.sentences))},
            body=msgspec.msgpack.encode(TranslatedAnswer(sentences=self.answers(batch))),
        )

    def answers(self, batch: Batch) -> list[str]:
        """The translations of a batch; a test that needs bad ones overrides this."""
        return [f"{batch.target}: {sentence}" for sentence in batch.sentences]
