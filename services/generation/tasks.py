"""The steps of this service as the engine runs them: load, do, hand over."""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

import msgspec

from services.generation.ports import Identify, PageSource, Writer
from services.generation.prompting import Prompts
from services.generation.steps import WrittenText, write_text
from services.generation.word_steps import Analysis, analyse_word
from shared.articles.model import Article, ArticleRequest
from shared.articles.store import load_text, replace_text, save_text
from shared.db.session import Connection
from shared.jobs.errors import PermanentError
from shared.jobs.ids import uuid7
from shared.jobs.steps import Done
from shared.jobs.turns import take_turn, under_way
from shared.jobs.wording import counted
from shared.learning.adoption import offer
from shared.lexicon.analyses import is_analysed, known_senses, save_analysis
from shared.lexicon.analysis import WordQuery
from shared.queue.task import StepBody, StepRun

REFUSED = "output_refused"
"""The writer will not write this."""


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """What the steps of this service work with."""

    writer: Writer
    pages: PageSource
    """Where texts at an address come from."""
    identify: Identify
    """Tells a text's language."""
    prompts: Prompts


def bodies(desk: Desk) -> Mapping[str, StepBody]:
    """What each task name of this service does."""
    return {
        "generation.write_text": lambda run: _write_text(run, desk),
        "generation.revise_text": lambda run: _revise_text(run, desk),
        "generation.analyse_word": lambda run: _analyse_word(run, desk),
    }


def _write_text(run: StepRun, desk: Desk) -> Done:
    request = msgspec.json.decode(run.input, type=ArticleRequest)
    text = _written(run, desk, request)
    article = _article(run, request, text)
    return Done(
        summary=_summary(text),
        output={
            "article_id": str(article.id),
            "title": article.title,
            "words": text.words,
            "words_missing": text.words_missing,
        },
        save=lambda connection: save_text(connection, article),
    )


def _revise_text(run: StepRun, desk: Desk) -> Done:
    """Have the article written once more without the words that make it too hard for its learner, if there are any."""
    avoid = tuple(run.outputs["measure_words"]["avoid"])
    if not avoid:
        return Done(summary="nothing to revise", output={"revised": False})
    request = msgspec.json.decode(run.input, type=ArticleRequest)
    with run.database.connection() as connection:
        first = load_text(connection, UUID(run.outputs["write_text"]["article_id"]))
    try:
        text = _written(run, desk, request, avoid)
    except PermanentError as error:
        if error.code != REFUSED:
            raise
        return Done(summary="the writer declined; the first text stays", output={"revised": False})
    article = msgspec.structs.replace(_article(run, request, text), id=first.id)
    output = {"revised": True, "title": article.title, "words": text.words, "words_missing": text.words_missing}
    return Done(summary=_summary(text), output=output, save=lambda connection: replace_text(connection, article))


def _analyse_word(run: StepRun, desk: Desk) -> Done:
    query = msgspec.json.decode(run.input, type=WordQuery)
    with run.database.connection() as connection:
        mine = take_turn(connection, query.work, run.job_id)
        if is_analysed(connection, query):
            return Done(summary="known already", output={"senses": 0}, save=lambda at: _offer(at, run, query))
        if not mine:
            raise under_way()
        senses = known_senses(connection, query)
    found = analyse_word(
        query,
        senses,
        writer=desk.writer,
        identify=desk.identify,
        prompt=desk.prompts.word,
        ledger=run.ledger,
        watch=run.watch,
    )
    return Done(
        summary=counted(len(found.words), "meaning"),
        output={"senses": len(found.words)},
        save=lambda at: _save_analysis(at, run, query, found),
    )


def _save_analysis(connection: Connection, run: StepRun, query: WordQuery, found: Analysis) -> None:
    save_analysis(connection, query, found.words, found.provenance)
    _offer(connection, run, query)


def _offer(connection: Connection, run: StepRun, query: WordQuery) -> None:
    """Who has the word in the bank as an own one gets what was found: it was looked up for them."""
    offer(connection, run.owner_id, query.language, query.lemma)


def _written(run: StepRun, desk: Desk, request: ArticleRequest, avoid: tuple[str, ...] = ()) -> WrittenText:
    return write_text(
        request,
        writer=desk.writer,
        pages=desk.pages,
        identify=desk.identify,
        prompt=desk.prompts.article,
        ledger=run.ledger,
        watch=run.watch,
        avoid=avoid,
    )


def _summary(text: WrittenText) -> str:
    return f"{counted(len(text.paragraphs), 'paragraph')}, {counted(text.words, 'word')}"


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
