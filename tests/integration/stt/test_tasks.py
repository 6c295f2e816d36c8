"""The body of the listening worker over real rows."""

from datetime import UTC, datetime
from uuid import uuid4

import msgspec

from services.stt.fake import FakeListener
from services.stt.ports import HeardWord
from services.stt.tasks import bodies
from shared.articles.model import (
    Annotation,
    Article,
    ArticleRequest,
    LevelProfile,
    NarratedParagraph,
    Narration,
    Provenance,
    Sentence,
    Token,
)
from shared.articles.store import save_annotation, save_narration, save_text
from shared.jobs.kinds import ALL_STEPS, WRITE_ARTICLE
from shared.queue.task import StepRun
from tests.support.jobs import OWNER, Engine
from tests.support.memory_blobs import MemoryBlobs
from tests.support.memory_ledger import MemoryLedger
from tests.support.step_watch import HandWatch

REQUEST = ArticleRequest(language="de", level="A1", topic="Hunde")
PROVENANCE = Provenance(provider="gemini", model="m")
ARTICLE = Article(
    id=uuid4(),
    owner_id=OWNER,
    job_id=uuid4(),
    language="de",
    native_language=None,
    level="A1",
    title="Hund",
    text="Der Hund schläft.",
    provenance=PROVENANCE,
    created_at=datetime(2026, 11, 1, tzinfo=UTC),
)
TOKENS = [
    Token(start=0, end=len(word), text=word, lemma=word, pos="X", pos_source="heuristic")
    for word in ("Der", "Hund", "schläft", ".")
]
ANNOTATION = Annotation(
    engine="e",
    sentences=[Sentence(index=0, paragraph=0, start=0, end=17, text=ARTICLE.text, tokens=TOKENS)],
    profile=LevelProfile(
        estimated_level="A1", band_shares={}, mean_sentence_words=3, type_token_ratio=1, words=3, sentences=1
    ),
    useful_words=[],
    provenance=PROVENANCE,
)
NARRATION = Narration(
    key="article.mp3",
    duration_ms=2000,
    voice="Kore",
    paragraphs=[NarratedParagraph(key="0.flac", offset_ms=100, duration_ms=1900)],
    provenance=PROVENANCE,
)
HEARD = [HeardWord("der", 0, 300), HeardWord("hund", 400, 700), HeardWord("schläft", 800, 1200)]


def narrated_article(engine: Engine) -> Article:
    article = msgspec.structs.replace(ARTICLE, job_id=engine.submit(*ALL_STEPS[WRITE_ARTICLE]))
    save_text(engine.connection, article)
    save_annotation(engine.connection, article.id, ANNOTATION)
    save_narration(engine.connection, article.id, NARRATION)
    return article


def test_every_listening_step_of_the_engine_has_a_body() -> None:
    tasks = {step.task for steps in ALL_STEPS.values() for step in steps if step.service == "stt"}
    assert set(bodies(FakeListener(), MemoryBlobs())) == tasks


def test_aligning_reads_what_was_annotated_and_narrated_and_stores_the_times(engine: Engine) -> None:
    article, blobs = narrated_article(engine), MemoryBlobs()
    blobs.put("0.flac", b"first", "audio/flac")
    run = StepRun(
        job_id=article.job_id,
        owner_id=OWNER,
        step="align_audio",
        attempt=1,
        token=uuid4(),
        input=msgspec.json.encode(REQUEST),
        outputs={"write_text": {"article_id": str(article.id)}},
        watch=HandWatch(),
        ledger=MemoryLedger(),
        database=engine.database,
    )
    done = bodies(FakeListener({b"first": HEARD}), blobs)["stt.align_audio"](run)
    assert done.output == {"article_id": str(article.id), "coverage": 1.0}
    assert done.save is not None
    done.save(engine.connection)
    row = engine.connection.execute("SELECT sentences, coverage, warnings FROM article_alignments").fetchone()
    assert row == {
        "sentences": [{"time": [100, 1300], "tokens": [[100, 400], [500, 800], [900, 1300], None]}],
        "coverage": 1.0,
        "warnings": [],
    }
