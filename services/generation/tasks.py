"""The steps of this service as the engine runs them: load, do, hand over."""

from collections.abc import Mapping
from datetime import UTC, datetime

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


def bodies(writer: Writer, pages: PageSource, identify: Identify, prompt: Prompt) -> Mapping[str, StepBody]:
    """What each task name of this service does.

    Args:
        writer: Who writes.
        pages: Where texts at an address come from.
        identify: Tells a text's language.
        prompt: What the writer is told.
    """
    return {"generation.write_text": lambda run: _write_text(run, writer, pages, identify, prompt)}


def _write_text(run: StepRun, writer: Writer, pages: PageSource, identify: Identify, prompt: Prompt) -> Done:
    request = msgspec.json.decode(run.input, type=ArticleRequest)
    text = write_text(
        request, writer=writer, pages=pages, identify=identify, prompt=prompt, ledger=run.ledger, watch=run.watch
    )
    article = _article(run, request, text)
    return Done(
        summary=f"{counted(len(text.paragraphs), 'paragraph')}, {counted(text.words, 'word')}",
        output={
            "article_id": str(article.id),
            "title": article.title,
            "words": text.words,
            "words_missing": text.words_missing,
        },
        save=lambda connection: save_text(connection, article),
    )


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
