"""The step with all its real parts, against the sandbox: what it writes must pass our gates in every language."""

from collections.abc import Iterator

import pytest

from services.generation.claude import ClaudeWriter
from services.generation.fake import FakePages
from services.generation.identification import Languages
from services.generation.prompting import WRITE_ARTICLE, load_prompt
from services.generation.steps import WrittenText, write_text
from shared.articles.model import ArticleRequest, Level
from shared.jobs.errors import PermanentError, StepError, TransientError
from shared.languages import LANGUAGES
from shared.settings import ProviderSettings
from tests.support.memory_ledger import MemoryLedger
from tests.support.sandbox import RunningSandbox
from tests.support.step_watch import HandWatch

SOURCE = (
    "Jeden Morgen um fünf Uhr geht Anna zum Hafen. Die Fischer kommen dann mit ihren Booten zurück, und die Möwen "
    "warten schon auf dem Dach.\n\nDer alte Leuchtturm wird seit zehn Jahren nicht mehr gebraucht. Im Sommer steigen "
    "viele Besucher die enge Treppe hinauf, weil man von oben das ganze Meer sieht."
)


class Bench:
    """The step against the sandbox."""

    def __init__(self, writer: ClaudeWriter, languages: Languages) -> None:
        self.ledger = MemoryLedger()
        self.watch = HandWatch()
        self._writer = writer
        self._languages = languages

    def write(self, request: ArticleRequest) -> WrittenText:
        return write_text(
            request,
            writer=self._writer,
            pages=FakePages({}),
            identify=self._languages.identify,
            prompt=load_prompt(WRITE_ARTICLE),
            ledger=self.ledger,
            watch=self.watch,
        )

    def refusal(self, request: ArticleRequest) -> StepError:
        with pytest.raises(StepError) as caught:
            self.write(request)
        return caught.value


@pytest.fixture(scope="module", name="languages")
def _languages() -> Languages:
    return Languages(LANGUAGES)


@pytest.fixture(name="bench")
def _bench(sandbox: RunningSandbox, languages: Languages) -> Iterator[Bench]:
    writer = ClaudeWriter(
        ProviderSettings(api_key="sandbox", model="claude-sonnet-5-5", base_url=sandbox.base_url("anthropic"))
    )
    yield Bench(writer, languages)
    writer.close()


@pytest.mark.parametrize("level", ["A2", "B1"])
@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_topic_becomes_an_article_in_every_language(bench: Bench, language: str, level: Level) -> None:
    text = bench.write(ArticleRequest(language=language, level=level, topic="market"))
    assert text.provenance.sandbox
    assert text.provenance.source == f"sandbox bank: {text.title}"
    assert bench.watch.reports


def test_source_text_keeps_its_sentences(bench: Bench) -> None:
    text = bench.write(ArticleRequest(language="de", level="A2", source_text=SOURCE, words_to_use=("Möwe", "Auto")))
    assert text.paragraphs == SOURCE.split("\n\n")
    assert text.words_missing == ["Auto"]
    assert text.provenance.source == "the user's own text"


@pytest.mark.parametrize(
    ("fault", "code", "kind"),
    [
        ("wrong_language", "output_wrong_language", TransientError),
        ("truncated", "output_truncated", TransientError),
        ("refusal", "output_refused", PermanentError),
    ],
)
def test_bad_answer_is_refused_and_named(
    sandbox: RunningSandbox, bench: Bench, fault: str, code: str, kind: type[StepError]
) -> None:
    sandbox.fault("anthropic", fault)
    error = bench.refusal(ArticleRequest(language="de", level="A2", topic="Markt"))
    assert (error.code, type(error)) == (code, kind)
    assert error.rejects == tuple(paid.id for paid in bench.ledger.paid)
    assert len(error.rejects) == 1


def test_what_the_sandbox_cannot_write_is_said_in_its_words(bench: Bench) -> None:
    error = bench.refusal(ArticleRequest(language="de", level="A2", topic="Markt", length=100_000))
    assert error.code == "input_invalid"
    assert "100000 were asked for" in error.detail
    assert bench.ledger.paid == []
