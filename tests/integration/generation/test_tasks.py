"""The bodies of the writing worker over real rows."""

from uuid import UUID

import msgspec
import pytest

from services.generation.fake import FakePages, FakeWriter
from services.generation.gates import Draft
from services.generation.prompting import Prompt, Prompts
from services.generation.tasks import Desk, bodies
from shared.articles.model import ArticleRequest
from shared.articles.store import load_text
from shared.jobs.errors import PermanentError
from shared.jobs.kinds import ALL_STEPS
from shared.jobs.steps import Done
from shared.lexicon.analyses import is_analysed
from tests.support.analysed import BANK, entry
from tests.support.api import NOW
from tests.support.attempts import attempt
from tests.support.jobs import OWNER, Engine
from tests.support.written import ordered, write

SENTENCE = "Im Hafen liegen viele Schiffe und die Fischer kommen zurück."  # ten words
DRAFT = Draft(title="Am Hafen", paragraphs=[" ".join([SENTENCE] * 12)])


def desk(written: msgspec.Struct, *faults: Exception) -> Desk:
    prompts = Prompts(article=Prompt("write_article.v0", "Write."), word=Prompt("analyse_word.v0", "Look up."))
    writer = FakeWriter(written, faults)  # type: ignore[arg-type]  # whatever is written is encoded
    return Desk(writer=writer, pages=FakePages({}), identify=lambda _: "de", prompts=prompts)


def saved(engine: Engine, done: Done) -> None:
    assert done.save is not None
    done.save(engine.connection)


def orders(at: Desk) -> list[str]:
    assert isinstance(at.writer, FakeWriter)
    return [order.user for order in at.writer.orders]


@pytest.fixture(name="article_id")
def _article_id(engine: Engine) -> UUID:
    return write(engine, ordered(engine, OWNER), OWNER)


def revised(engine: Engine, at: Desk, article_id: UUID, *avoid: str) -> Done:
    request = ArticleRequest(language="de", level="A2", topic="Hafen", words_to_use=("Schiff",))
    first = {"article_id": str(article_id)}
    run = attempt(engine, OWNER, request, write_text=first, measure_words={"avoid": list(avoid)})
    return bodies(at)["generation.revise_text"](run)


def test_every_step_of_this_service_has_a_body() -> None:
    tasks = {step.task for steps in ALL_STEPS.values() for step in steps if step.service == "generation"}
    assert set(bodies(desk(DRAFT))) == tasks


def test_a_text_that_fits_is_left_alone(engine: Engine, article_id: UUID) -> None:
    at = desk(DRAFT)
    done = revised(engine, at, article_id)
    assert (done.output, done.save, orders(at)) == ({"revised": False}, None, [])


def test_a_text_that_is_too_hard_is_written_again_in_its_place(engine: Engine, article_id: UUID) -> None:
    at = desk(DRAFT)
    before = load_text(engine.connection, article_id)
    done = revised(engine, at, article_id, "Leuchtturm", "Möwe")
    assert load_text(engine.connection, article_id) == before
    saved(engine, done)
    after = load_text(engine.connection, article_id)
    assert (after.id, after.title, after.text) == (article_id, "Am Hafen", DRAFT.paragraphs[0])
    assert (after.job_id, after.created_at, after.provenance.model) == (before.job_id, NOW, "fake-writer")
    assert (done.output["revised"], done.output["words"]) == (True, 120)
    (user,) = orders(at)
    assert "<words_to_use>Schiff</words_to_use>\n<words_to_avoid>Leuchtturm, Möwe</words_to_avoid>" in user


def test_a_writer_that_declines_to_revise_leaves_the_first_text(engine: Engine, article_id: UUID) -> None:
    done = revised(engine, desk(DRAFT, PermanentError("output_refused")), article_id, "Leuchtturm")
    assert (done.output, done.save) == ({"revised": False}, None)
    assert "declined" in done.summary


def test_what_else_goes_wrong_with_a_revision_is_told(engine: Engine, article_id: UUID) -> None:
    with pytest.raises(PermanentError, match="provider_auth"):
        revised(engine, desk(DRAFT, PermanentError("provider_auth")), article_id, "Leuchtturm")


def test_a_word_is_looked_up_and_stored_when_the_step_is_finished(engine: Engine) -> None:
    done = bodies(desk(entry()))["generation.analyse_word"](attempt(engine, OWNER, BANK))
    assert not is_analysed(engine.connection, BANK)
    saved(engine, done)
    assert is_analysed(engine.connection, BANK)
    assert (done.summary, done.output) == ("1 meaning", {"senses": 1})
    row = engine.connection.execute("SELECT lemma, source, owner_id FROM words").fetchone()
    assert row == {"lemma": "Bank", "source": "analysis", "owner_id": None}


def test_a_word_that_somebody_else_had_looked_up_meanwhile_is_not_paid_again(engine: Engine) -> None:
    saved(engine, bodies(desk(entry()))["generation.analyse_word"](attempt(engine, OWNER, BANK)))
    at = desk(entry())
    done = bodies(at)["generation.analyse_word"](attempt(engine, OWNER, BANK))
    assert (done.summary, done.save, orders(at)) == ("known already", None, [])


def test_the_writer_is_told_the_meanings_of_everybodys_lexicon(engine: Engine) -> None:
    saved(engine, bodies(desk(entry()))["generation.analyse_word"](attempt(engine, OWNER, BANK)))
    at = desk(entry())
    bodies(at)["generation.analyse_word"](attempt(engine, OWNER, msgspec.structs.replace(BANK, native_language="fr")))
    assert "<known_senses>NOUN: </known_senses>" in orders(at)[0]
