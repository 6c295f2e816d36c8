"""The bodies of the language worker over real rows."""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID, uuid4

import msgspec
import pytest

from services.nlp.fake import FakeAnnotator, FakeTranslator
from services.nlp.tasks import bodies
from services.nlp.transfers import transfer_bodies
from shared.articles.model import Article, ArticleRequest, Provenance
from shared.articles.store import ArticleNotFoundError, load_sentences, save_text
from shared.jobs.errors import PermanentError
from shared.jobs.kinds import ALL_STEPS, WRITE_ARTICLE
from shared.jobs.steps import Done
from shared.queue.task import StepRun
from tests.support.jobs import OWNER, Engine
from tests.support.memory_blobs import MemoryBlobs
from tests.support.memory_ledger import MemoryLedger
from tests.support.step_watch import HandWatch

REQUEST = ArticleRequest(language="de", native_language="en", level="A2", topic="Hunde")
TEXT = "Der Hund schläft. Die Katze geht.\n\nEs regnet."


def stored_article(engine: Engine) -> Article:
    article = Article(
        id=uuid4(),
        owner_id=OWNER,
        job_id=engine.submit(*ALL_STEPS[WRITE_ARTICLE]),
        language="de",
        native_language="en",
        level="A2",
        title="Hund und Katze",
        text=TEXT,
        provenance=Provenance(provider="anthropic", model="m"),
        created_at=datetime.now(UTC),
    )
    save_text(engine.connection, article)
    return article


def performed(engine: Engine, step: str, outputs: Mapping[str, Mapping[str, object]]) -> Done:
    run = StepRun(
        job_id=uuid4(),
        owner_id=OWNER,
        step=step,
        attempt=1,
        token=uuid4(),
        input=msgspec.json.encode(REQUEST),
        outputs=outputs,
        watch=HandWatch(),
        ledger=MemoryLedger(),
        database=engine.database,
    )
    return bodies(FakeAnnotator(), FakeTranslator())[f"nlp.{step}"](run)


def annotated(engine: Engine, article_id: UUID) -> Done:
    done = performed(engine, "annotate_text", {"write_text": {"article_id": str(article_id)}})
    assert done.save is not None
    done.save(engine.connection)
    return done


def stored_translation(engine: Engine, article_id: UUID) -> list[str] | None:
    row = engine.connection.execute(
        "SELECT sentences FROM article_translations WHERE article_id = $1", (article_id,)
    ).fetchone()
    return None if row is None else row["sentences"]


def test_every_language_step_of_the_engine_has_a_body() -> None:
    tasks = {step.task for steps in ALL_STEPS.values() for step in steps if step.service == "nlp"}
    assert {*bodies(FakeAnnotator(), FakeTranslator()), *transfer_bodies(MemoryBlobs())} == tasks


def test_annotating_stores_sentences_when_the_step_is_finished_and_tells_their_number(engine: Engine) -> None:
    article = stored_article(engine)
    performed(engine, "annotate_text", {"write_text": {"article_id": str(article.id)}})
    with pytest.raises(ArticleNotFoundError):
        load_sentences(engine.connection, article.id)
    done = annotated(engine, article.id)
    found = [(sentence.paragraph, sentence.text) for sentence in load_sentences(engine.connection, article.id)]
    assert found == [(0, "Der Hund schläft."), (0, "Die Katze geht."), (1, "Es regnet.")]
    assert done.summary == "3 sentences, 8 words"
    assert (done.output["sentences"], done.output["words"], done.output["engine"]) == (3, 8, "blank+hanta")


def test_translating_stores_one_translation_a_sentence(engine: Engine) -> None:
    article = stored_article(engine)
    annotated(engine, article.id)
    done = performed(engine, "translate_text", {"write_text": {"article_id": str(article.id)}})
    assert stored_translation(engine, article.id) is None
    assert done.save is not None
    done.save(engine.connection)
    expected = ["EN-GB: Der Hund schläft.", "EN-GB: Die Katze geht.", "EN-GB: Es regnet."]
    assert stored_translation(engine, article.id) == expected
    assert done.output == {"article_id": str(article.id), "sentences": 3, "language": "en"}


def test_translating_needs_the_annotation(engine: Engine) -> None:
    article = stored_article(engine)
    with pytest.raises(ArticleNotFoundError):
        performed(engine, "translate_text", {"write_text": {"article_id": str(article.id)}})


@pytest.mark.parametrize("step", ["annotate_text", "translate_text"])
def test_an_article_that_was_deleted_is_not_tried_again(engine: Engine, step: str) -> None:
    outputs = {"write_text": {"article_id": str(uuid4())}}
    with pytest.raises(PermanentError) as refused:
        performed(engine, step, outputs)
    assert refused.value.code == "article_deleted"
