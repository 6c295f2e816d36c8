"""The service's steps as the queue knows them: read what a step needs, do it, say what to store."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec

from services.generation.ports import Identify, PageSource, Writer
from services.generation.prompting import Prompt
from services.generation.steps import WrittenText, write_text
from shared.articles.model import Article, ArticleRequest
from shared.articles.store import save_text
from shared.jobs.ids import uuid7
from shared.jobs.steps import Done
from shared.jobs.wording import counted
from shared.queue.task import StepBody, StepRun


def bodies(writer: Writer, pages: PageSource, identify: Identify, prompt: Prompt) -> dict[str, StepBody]:
    """The bodies of this service's tasks.

    Args:
        writer: Who writes.
        pages: Where texts at an address come from.
        identify: Tells a text's language.
        prompt: What the writer is told.
    """

    def write(run: StepRun) -> Done:
        request = msgspec.json.decode(run.input, type=ArticleRequest)
        text = write_text(
            request, writer=writer, pages=pages, identify=identify, prompt=prompt, ledger=run.ledger, watch=run.watch
        )
        return _done(_article(run, request, text), text)

    return {"generation.write_text": write}


def _article(run: StepRun, request: ArticleRequest, text: WrittenText) -> Article:
    return Article(
        id=uuid7(),
        owner_id=run.owner_id,
        job_id=run.job_id,
        language=request.language,
        native_language=request.native_language,
        level=request.level,
        title=text.title,
        text="\n\n".join(text.paragraphs),
        provenance=text.provenance,
        created_at=datetime.now(UTC),
    )


def _done(article: Article, text: WrittenText) -> Done:
    return Done(
        summary=f"{counted(len(text.paragraphs), 'paragraph')}, {counted(text.words, 'word')}",
        output={
            "article_id": str(article.id),
            "title": article.title,
            "words": text.words,
            "words_missing": text.words_missing,
        },
        save=_saving(article),
    )


def _saving(article: Article) -> Callable[[Any], None]:
    return lambda connection: save_text(connection, article)
