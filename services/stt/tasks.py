"""The steps of this service as the engine runs them: load, do, hand over."""

from collections.abc import Mapping
from uuid import UUID

import msgspec

from services.stt.ports import Listener
from services.stt.steps import Spoken, align
from shared.articles.model import ArticleRequest
from shared.articles.store import load_narration, load_sentences, save_alignment
from shared.blobs.ports import Blobs
from shared.jobs.steps import Done
from shared.queue.task import StepBody, StepRun


def bodies(listener: Listener, blobs: Blobs) -> Mapping[str, StepBody]:
    """What each task name of this service does."""
    return {"stt.align_audio": lambda run: _align_audio(run, listener, blobs)}


def _align_audio(run: StepRun, listener: Listener, blobs: Blobs) -> Done:
    article_id = UUID(run.outputs["write_text"]["article_id"])
    alignment = align(_spoken(run, article_id), run, listener, blobs)
    return Done(
        summary=f"{alignment.coverage:.0%} of the words heard",
        output={"article_id": str(article_id), "coverage": round(alignment.coverage, 3)},
        save=lambda connection: save_alignment(connection, article_id, alignment),
    )


def _spoken(run: StepRun, article_id: UUID) -> Spoken:
    language = msgspec.json.decode(run.input, type=ArticleRequest).language
    with run.database.connection() as connection:
        return Spoken(
            language=language,
            sentences=load_sentences(connection, article_id),
            narration=load_narration(connection, article_id),
        )
