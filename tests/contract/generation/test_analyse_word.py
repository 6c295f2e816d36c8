"""Looking a word up with all real parts, against the sandbox: its entry must pass our gates in every language."""

from collections.abc import Iterator

import pytest

from services.generation.claude import ClaudeWriter
from services.generation.identification import Languages
from services.generation.prompting import ANALYSE_WORD, load_prompt
from services.generation.word_steps import Analysis, analyse_word
from shared.jobs.errors import PermanentError, StepError
from shared.languages import LANGUAGES
from shared.lexicon.analysis import Senses, WordQuery
from shared.settings import ProviderSettings
from tests.support.memory_ledger import MemoryLedger
from tests.support.sandbox import RunningSandbox
from tests.support.step_watch import HandWatch

MARKET = {
    "de": "Markt",
    "en": "market",
    "es": "mercado",
    "fr": "marché",
    "it": "mercato",
    "pt": "mercado",
    "ja": "市場",
}


class Bench:
    """The step against the sandbox."""

    def __init__(self, writer: ClaudeWriter) -> None:
        self.ledger = MemoryLedger()
        self._writer = writer

    def look_up(self, lemma: str, language: str = "de", native: str = "en", senses: Senses | None = None) -> Analysis:
        return analyse_word(
            WordQuery(language=language, lemma=lemma, native_language=native),
            senses or {},
            writer=self._writer,
            identify=Languages(LANGUAGES).identify,
            prompt=load_prompt(ANALYSE_WORD),
            ledger=self.ledger,
            watch=HandWatch(),
        )


@pytest.fixture(name="bench")
def _bench(sandbox: RunningSandbox) -> Iterator[Bench]:
    settings = ProviderSettings(api_key="sandbox", model="claude-sonnet-5-5", base_url=sandbox.base_url("anthropic"))
    writer = ClaudeWriter(settings)
    yield Bench(writer)
    writer.close()


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_a_word_is_looked_up_in_every_language(bench: Bench, language: str) -> None:
    native = "en" if language != "en" else "de"
    found = bench.look_up(MARKET[language], language, native)
    (each,) = found.words
    assert each.word.translations == {native: [MARKET[native]]}
    assert found.provenance.sandbox
    assert found.provenance.prompt_version == ANALYSE_WORD


def test_a_native_language_that_the_sandbox_does_not_speak_is_answered_openly(bench: Bench) -> None:
    (each,) = bench.look_up("Markt", native="tr").words
    assert each.word.translations == {"tr": ["sandbox: Markt"]}


def test_the_meanings_that_are_known_keep_their_names(bench: Bench) -> None:
    (each,) = bench.look_up("Markt", senses={"NOUN": ["fair"]}).words
    assert (each.word.pos, each.word.sense) == ("NOUN", "fair")


def test_what_is_no_word_is_said_for_good(bench: Bench) -> None:
    with pytest.raises(PermanentError) as caught:
        bench.look_up("123")
    assert caught.value.code == "input_invalid"


@pytest.mark.parametrize(("fault", "code"), [("truncated", "output_truncated"), ("refusal", "output_refused")])
def test_a_bad_answer_is_refused_and_named(sandbox: RunningSandbox, bench: Bench, fault: str, code: str) -> None:
    sandbox.fault("anthropic", fault)
    with pytest.raises(StepError) as caught:
        bench.look_up("Markt")
    assert caught.value.code == code
    assert caught.value.rejects == tuple(paid.id for paid in bench.ledger.paid)
    assert len(caught.value.rejects) == 1
