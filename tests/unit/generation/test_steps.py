from collections.abc import Callable

import msgspec
import pytest

from services.generation.fake import FakePages, FakeWriter
from services.generation.gates import Draft
from services.generation.ports import Answer, Hear, Order, PageSource, Writer
from services.generation.prompting import Prompt
from services.generation.steps import WrittenText, write_text
from shared.articles.model import ArticleRequest
from shared.jobs.errors import PermanentError, StepError, StepStoppedError, TransientError
from shared.jobs.steps import Watch
from shared.ledger.ports import Reply
from tests.support.memory_ledger import MemoryLedger
from tests.support.step_watch import HandWatch

SENTENCE = "Im Hafen liegen viele Schiffe und die Fischer kommen zurück."  # ten words
DRAFT = Draft(title="Am Hafen", paragraphs=[" ".join([SENTENCE] * 6), " ".join([SENTENCE] * 6)])
PROMPT = Prompt("write_article.v0", "Write.")


def request(**changes: object) -> ArticleRequest:
    fields = {"language": "de", "level": "A2", "topic": "Hafen"} | changes
    return msgspec.convert({name: value for name, value in fields.items() if value is not None}, ArticleRequest)


class Bench:
    """The step with its ports at hand."""

    def __init__(self, *faults: Exception | Callable[[Answer], Answer] | None, draft: Draft = DRAFT) -> None:
        self.writer: Writer = FakeWriter(draft, faults)
        self.ledger = MemoryLedger()
        self.watch = HandWatch()
        self.pages: PageSource = FakePages({"https://example.org/hafen": f"{SENTENCE} " * 30})
        self.identified = "de"

    def write(self, asked: ArticleRequest | None = None) -> WrittenText:
        return write_text(
            asked or request(),
            writer=self.writer,
            pages=self.pages,
            identify=lambda _: self.identified,
            prompt=PROMPT,
            ledger=self.ledger,
            watch=self.watch,
        )


def garbled(answer: Answer) -> Answer:
    return msgspec.structs.replace(answer, text=answer.text[:40])


def refused(answer: Answer) -> Answer:
    return msgspec.structs.replace(answer, ending="refused", text="")


def test_text_is_written_with_its_provenance() -> None:
    text = Bench().write(request(words_to_use=["Hafen", "Leuchtturm"]))
    assert (text.title, text.paragraphs, text.words) == (DRAFT.title, DRAFT.paragraphs, 120)
    assert text.words_missing == ["Leuchtturm"]
    assert text.provenance.provider == "anthropic"
    assert text.provenance.model == "fake-writer"
    assert text.provenance.prompt_version == "write_article.v0"
    assert text.provenance.sandbox is False


def test_source_names_whose_text_it_is() -> None:
    bench = Bench()
    assert bench.write(request()).provenance.source is None
    assert bench.write(request(topic=None, source_text=SENTENCE * 20)).provenance.source == "the user's own text"
    page = request(topic=None, source_url="https://example.org/hafen")
    assert bench.write(page).provenance.source == "https://example.org/hafen"


def test_bank_text_of_the_sandbox_is_named_as_such() -> None:
    bench = Bench()

    class Sandbox(FakeWriter):
        def write(self, order: Order, watch: Watch, hear: Hear) -> Reply:
            return msgspec.structs.replace(super().write(order, watch, hear), model="sandbox/bank/hafen")

    bench.writer = Sandbox(DRAFT)
    provenance = bench.write().provenance
    assert (provenance.sandbox, provenance.source) == (True, "sandbox bank: Am Hafen")
    own = bench.write(request(topic=None, source_text=SENTENCE * 20)).provenance
    assert (own.sandbox, own.source) == (True, "the user's own text")


def test_text_of_the_page_reaches_the_writer() -> None:
    bench = Bench()
    bench.write(request(topic=None, source_url="https://example.org/hafen"))
    assert isinstance(bench.writer, FakeWriter)
    assert SENTENCE in bench.writer.orders[0].user
    assert bench.watch.reports[0] == (0, 120, "reading the page")


def test_page_that_cannot_be_used_costs_nothing() -> None:
    bench = Bench()
    with pytest.raises(PermanentError) as refusal:
        bench.write(request(topic=None, source_url="https://example.org/none"))
    assert refusal.value.code == "input_invalid"
    assert bench.ledger.paid == []


@pytest.mark.parametrize("changes", [{"language": "xx"}, {"topic": None}])
def test_request_that_cannot_be_fulfilled_costs_nothing(changes: dict[str, object]) -> None:
    bench = Bench()
    with pytest.raises(PermanentError) as refusal:
        bench.write(request(**changes))
    assert refusal.value.code == ("unsupported_language" if "language" in changes else "input_invalid")
    assert bench.ledger.paid == []


def test_progress_rises_to_the_asked_length_and_no_further() -> None:
    bench = Bench()
    bench.write(request(length=70))
    done = [report[0] for report in bench.watch.reports]
    assert len(done) > 5
    assert done == sorted(done)
    assert done[-1] == 70
    assert {report[1:] for report in bench.watch.reports} == {(70, "writing")}


@pytest.mark.parametrize(("fault", "code"), [(garbled, "output_truncated"), (refused, "output_refused")])
def test_answer_that_a_gate_refuses_is_named_for_rejection(fault: Callable[[Answer], Answer], code: str) -> None:
    bench = Bench(fault)
    with pytest.raises(StepError) as refusal:
        bench.write()
    assert refusal.value.code == code
    assert refusal.value.rejects == (bench.ledger.paid[0].id,)


@pytest.mark.parametrize(
    ("draft", "identified", "code"),
    [
        (Draft(title="Am Hafen", paragraphs=[SENTENCE]), "de", "output_length_mismatch"),
        (DRAFT, "fr", "output_wrong_language"),
        (Draft(title="", paragraphs=DRAFT.paragraphs), "de", "provider_bad_response"),
    ],
)
def test_every_gate_stands_in_the_way(draft: Draft, identified: str, code: str) -> None:
    bench = Bench(draft=draft)
    bench.identified = identified
    with pytest.raises(TransientError) as refusal:
        bench.write()
    assert refusal.value.code == code
    assert refusal.value.rejects == (bench.ledger.paid[0].id,)


def test_short_source_may_make_a_short_article() -> None:
    bench = Bench(draft=Draft(title="Am Hafen", paragraphs=[SENTENCE]))
    assert bench.write(request(topic=None, source_text=f"{SENTENCE} {SENTENCE}")).words == 10


def test_failed_call_rejects_nothing() -> None:
    bench = Bench(TransientError("provider_overloaded"))
    with pytest.raises(TransientError) as failed:
        bench.write()
    assert failed.value.rejects == ()
    assert bench.ledger.paid == []


def test_retry_is_served_the_paid_answer() -> None:
    bench = Bench()
    assert bench.write() == bench.write()
    assert len(bench.ledger.paid) == 1


def test_another_request_is_paid_for() -> None:
    bench = Bench()
    bench.write()
    bench.write(request(level="A1"))
    assert len(bench.ledger.paid) == 2


def test_stopped_step_writes_no_further() -> None:
    bench = Bench()
    bench.watch = HandWatch(stop_after=3)
    with pytest.raises(StepStoppedError):
        bench.write()
    assert bench.ledger.paid == []
