"""The bodies of the speech worker over real rows."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import msgspec
import pytest

from services.tts.fake import FakeSpeech
from services.tts.tasks import SWEEP_PAGE, bodies
from shared.articles.model import Article, ArticleRequest, NarratedParagraph, Narration, Provenance
from shared.articles.store import ArticleNotFoundError, load_narration, save_narration, save_text
from shared.jobs.errors import PermanentError, StepStoppedError
from shared.jobs.kinds import ALL_STEPS, WRITE_ARTICLE
from shared.queue.task import StepRun
from tests.support.jobs import OWNER, Engine
from tests.support.memory_blobs import MemoryBlobs
from tests.support.memory_ledger import MemoryLedger
from tests.support.step_watch import HandWatch

REQUEST = ArticleRequest(language="de", level="A1", topic="Hunde", voice="Puck")


def stored_article(engine: Engine, text: str = "Der Hund schläft.\n\nDie Katze geht.") -> Article:
    article = Article(
        id=uuid4(),
        owner_id=OWNER,
        job_id=engine.submit(*ALL_STEPS[WRITE_ARTICLE]),
        language="de",
        native_language=None,
        level="A1",
        title="Hund und Katze",
        text=text,
        provenance=Provenance(provider="anthropic", model="m"),
        created_at=datetime.now(UTC),
    )
    save_text(engine.connection, article)
    return article


def run_of(
    engine: Engine, step: str, article_id: UUID | None = None, *, voice: str = "Puck", watch: HandWatch | None = None
) -> StepRun:
    return StepRun(
        job_id=uuid4(),
        owner_id=OWNER,
        step=step,
        attempt=1,
        token=uuid4(),
        input=msgspec.json.encode(msgspec.structs.replace(REQUEST, voice=voice)),
        outputs={"write_text": {"article_id": str(article_id)}},
        watch=watch or HandWatch(),
        ledger=MemoryLedger(),
        database=engine.database,
    )


def test_every_speech_step_of_the_engine_has_a_body() -> None:
    tasks = {step.task for steps in ALL_STEPS.values() for step in steps if step.service == "tts"}
    assert set(bodies(FakeSpeech(), MemoryBlobs())) == tasks


def test_narrating_stores_the_audio_at_once_and_its_row_when_the_step_is_finished(engine: Engine) -> None:
    article, blobs = stored_article(engine), MemoryBlobs()
    run = run_of(engine, "narrate_text", article.id)
    done = bodies(FakeSpeech(), blobs)["tts.narrate_text"](run)
    with pytest.raises(ArticleNotFoundError):
        load_narration(engine.connection, article.id)
    assert done.save is not None
    done.save(engine.connection)
    narration = load_narration(engine.connection, article.id)
    assert narration.voice == "Puck"
    assert set(blobs.objects) == {narration.key, *(paragraph.key for paragraph in narration.paragraphs)}
    assert narration.key == run.key("article.mp3")
    assert done.output == {
        "article_id": str(article.id),
        "audio_key": narration.key,
        "duration_ms": narration.duration_ms,
        "paragraphs": 2,
    }
    assert done.summary.startswith("2 paragraphs, ")


def test_a_voice_nobody_has_is_refused(engine: Engine) -> None:
    run = run_of(engine, "narrate_text", stored_article(engine).id, voice="Nobody")
    with pytest.raises(PermanentError):
        bodies(FakeSpeech(), MemoryBlobs())["tts.narrate_text"](run)


def test_the_sweep_deletes_what_is_old_and_unreferenced_and_nothing_else(engine: Engine) -> None:
    article, blobs = stored_article(engine), MemoryBlobs()
    provenance = Provenance(provider="gemini", model="m")
    paragraphs = [NarratedParagraph(key="old/used.flac", offset_ms=0, duration_ms=9)]
    narration = Narration(key="old/used.mp3", duration_ms=9, voice="Kore", paragraphs=paragraphs, provenance=provenance)
    save_narration(engine.connection, article.id, narration)
    for key in ("old/used.flac", "old/used.mp3", "old/left.flac", "young/left.flac"):
        blobs.put(key, b"x", "audio/flac")
        blobs.modified[key] -= timedelta(days=2) if key.startswith("old") else timedelta(0)
    done = bodies(FakeSpeech(), blobs)["tts.sweep_objects"](run_of(engine, "sweep_objects"))
    assert set(blobs.objects) == {"old/used.flac", "old/used.mp3", "young/left.flac"}
    assert done.output == {"seen": 4, "deleted": 1}


def full_store() -> MemoryBlobs:
    """One page and a half of objects that should be swept."""
    blobs = MemoryBlobs()
    for number in range(SWEEP_PAGE * 3 // 2):
        key = f"old/{number:05}"
        blobs.put(key, b"x", "audio/flac")
        blobs.modified[key] -= timedelta(days=2)
    return blobs


def test_the_sweep_goes_through_every_page(engine: Engine) -> None:
    blobs, watch = full_store(), HandWatch()
    bodies(FakeSpeech(), blobs)["tts.sweep_objects"](run_of(engine, "sweep_objects", watch=watch))
    assert blobs.objects == {}
    assert [(done, total) for done, total, _ in watch.reports] == [(1, 2), (2, 3)]


def test_the_sweep_stops_when_it_is_told_to(engine: Engine) -> None:
    blobs = full_store()
    before = len(blobs.objects)
    with pytest.raises(StepStoppedError):
        bodies(FakeSpeech(), blobs)["tts.sweep_objects"](
            run_of(engine, "sweep_objects", watch=HandWatch(stop_after=10))
        )
    assert len(blobs.objects) == before - 10
