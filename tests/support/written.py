"""Jobs that write articles, driven as far as a test wants, with the articles they make."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from shared.articles.model import Article, ArticleRequest, Provenance
from shared.articles.store import save_text
from shared.jobs import store
from shared.jobs.ids import uuid7
from shared.jobs.kinds import WRITE_ARTICLE
from shared.jobs.model import Succeeded
from tests.support.api import NOW
from tests.support.jobs import Engine, step

STEPS = (
    step("write_text", service="generation"),
    step("annotate_text", "write_text"),
    step("narrate_text", "write_text", service="tts", optional=True),
)


def ordered(engine: Engine, owner_id: UUID, **request: Any) -> UUID:
    """A job that is to write an article."""
    asked = ArticleRequest(**{"language": "de", "level": "A1", "topic": "Katzen", **request})
    return engine.submit(*STEPS, owner_id=owner_id, kind=WRITE_ARTICLE, input=msgspec.Raw(msgspec.json.encode(asked)))


def write(engine: Engine, job_id: UUID, owner_id: UUID, **changes: Any) -> UUID:
    """Let the job write its article, as the worker does: in the transaction that finishes the step."""
    columns: dict[str, Any] = {
        "language": "de",
        "native_language": None,
        "level": "A1",
        "title": "Katzen",
        "text": "Die Katze schläft. Der Hund bellt.",
        "created_at": NOW,
        **changes,
    }
    article = Article(
        id=uuid7(),
        owner_id=owner_id,
        job_id=job_id,
        provenance=Provenance(provider="anthropic", model="m"),
        **columns,
    )
    done = Succeeded("write_text", engine.token(job_id, "write_text"), {"article_id": str(article.id)})
    store.tell(engine.database, job_id, done, save=lambda connection: save_text(connection, article))
    return article.id


def finished(engine: Engine, owner_id: UUID, *, narrated: bool = True, **changes: Any) -> tuple[UUID, UUID]:
    """A job that has ended, and its article; without narration it is partial."""
    job_id = ordered(engine, owner_id)
    article_id = write(engine, job_id, owner_id, **changes)
    engine.succeed(job_id, "annotate_text")
    if narrated:
        engine.succeed(job_id, "narrate_text")
    else:
        engine.fail(job_id, "narrate_text", "audio_empty")
    return job_id, article_id


def minute(number: int) -> datetime:
    """A moment so many minutes after `NOW`'s hour."""
    return NOW.replace(minute=number)
