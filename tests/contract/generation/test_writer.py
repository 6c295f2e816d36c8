"""What every writer does: the fake, and Claude's SDK through the sandbox."""

from collections.abc import Iterator

import msgspec
import pytest

from services.generation.claude import ClaudeWriter
from services.generation.fake import FakeWriter
from services.generation.gates import Draft, finished_draft
from services.generation.ports import Order, Writer
from services.generation.prompting import Material, Prompt, article_order
from shared.articles.model import ArticleRequest
from shared.jobs.errors import StepStoppedError, TransientError
from shared.ledger.ports import Reply
from shared.settings import ProviderSettings
from tests.support.sandbox import RunningSandbox
from tests.support.step_watch import HandWatch

SOURCE = """Der Hafen

Jeden Morgen um fünf Uhr geht Anna zum Hafen. Die Fischer kommen dann mit ihren Booten zurück.

Sie sagt: „Heute ist das Meer ruhig & still <sehr> schön.“ Die Möwen warten schon auf dem alten Dach."""


@pytest.fixture(params=["fake", "claude"])
def writer(request: pytest.FixtureRequest) -> Iterator[Writer]:
    if request.param == "fake":
        yield FakeWriter(Draft(title="Der Hafen", paragraphs=["Anna geht zum Hafen & die Möwen warten."]))
        return
    sandbox: RunningSandbox = request.getfixturevalue("sandbox")
    claude = ClaudeWriter(
        ProviderSettings(api_key="sandbox", model="claude-sonnet-5-5", base_url=sandbox.base_url("anthropic"))
    )
    yield claude
    claude.close()


def order(length: int = 40) -> Order:
    request = ArticleRequest(language="de", level="A2", source_text=SOURCE, length=length)
    return article_order(Prompt("write_article.v0", "Write."), request, Material(source_text=SOURCE))


def write(writer: Writer, asked: Order | None = None) -> tuple[Reply, str]:
    heard: list[str] = []
    reply = writer.write(asked or order(), HandWatch(), heard.append)
    return reply, "".join(heard)


def test_answer_is_a_draft_with_the_characters_of_its_source(writer: Writer) -> None:
    answer = writer.answer(write(writer)[0])
    assert answer.ending == "finished"
    draft = finished_draft(answer)
    assert draft.title == "Der Hafen"
    assert "Anna geht zum Hafen" in " ".join(draft.paragraphs) or "zum Hafen" in " ".join(draft.paragraphs)
    assert "&" in " ".join(draft.paragraphs)
    assert "&amp;" not in answer.text


def test_whole_answer_is_heard_in_pieces(writer: Writer) -> None:
    reply, heard = write(writer)
    assert heard == writer.answer(reply).text


def test_units_are_the_tokens_that_are_paid_for(writer: Writer) -> None:
    units = write(writer)[0].units
    assert units.keys() == {"input_tokens", "output_tokens"}
    assert all(count > 0 for count in units.values())


def test_reply_can_be_kept_and_read_again(writer: Writer) -> None:
    reply = write(writer)[0]
    kept = msgspec.json.decode(msgspec.json.encode(reply), type=Reply)
    assert writer.answer(kept) == writer.answer(reply)


def test_request_stands_for_the_order(writer: Writer) -> None:
    assert writer.request(order()) == writer.request(order())
    assert writer.request(order()) != writer.request(order(50))
    assert writer.model not in {"", None}


def test_step_that_must_stop_gets_no_answer(writer: Writer) -> None:
    with pytest.raises(StepStoppedError):
        writer.write(order(), HandWatch(stop_after=2), lambda _: None)


def test_step_without_time_gets_no_answer(writer: Writer) -> None:
    with pytest.raises(TransientError) as late:
        writer.write(order(), HandWatch(0.0), lambda _: None)
    assert late.value.code == "provider_timeout"
