"""Sentences of the lexicon: finding, reading, contributing, and admins' editing."""

from typing import Annotated
from uuid import UUID

from anyio import to_thread
from litestar import Controller, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from services.api.auth import ADMIN
from services.api.bodies import require_json
from services.api.conditions import Conditions
from services.api.openapi_responses import BODY, FORBIDDEN, INVALID, NOT_FOUND, OWNED, SENTENCE_EXISTS
from services.api.paging import Page, PageSize, PageToken, cursor
from services.api.plain_text import CODE, PLAIN
from services.api.sentences import queries
from services.api.sentences.actions import add, changed, is_admin, said
from services.api.sentences.queries import Reading
from services.api.sentences.schemas import (
    MOST_ORIGIN,
    MOST_TAG,
    MOST_TEXT,
    SentenceOrder,
    SentenceSummary,
    SentenceText,
    SentenceView,
)
from services.api.visits import Visit
from shared.articles.model import Level
from shared.lexicon import sentences as store

LanguageFilter = Annotated[
    str | None, QueryParameter(name="language", pattern=CODE, description="Only sentences in this language.")
]
LevelFilter = Annotated[Level | None, QueryParameter(name="level", description="Only sentences of this level.")]
Tag = Annotated[
    str | None,
    QueryParameter(name="tag", pattern=PLAIN, max_length=MOST_TAG, description="Only sentences with this tag."),
]
Source = Annotated[
    str | None,
    QueryParameter(name="source", pattern=PLAIN, max_length=MOST_ORIGIN, description="Only sentences from there."),
]
Wanted = Annotated[
    str | None,
    QueryParameter(
        name="q", pattern=PLAIN, max_length=MOST_TEXT, description="Only sentences that hold this text, in any case."
    ),
]
Into = Annotated[
    str | None,
    QueryParameter(name="translation_language", pattern=CODE, description="Only translations into this language."),
]


class SentenceController(Controller):
    """Sentences."""

    path = "/api/sentences"
    tags = ("Sentences",)

    @get(
        operation_id="listSentences",
        summary="Find sentences",
        description="Published sentences; the filters all hold.",
        response_description="A page of sentences.",
        responses=OWNED | INVALID,
    )
    async def list_all(
        self,
        *,
        visit: NamedDependency[Visit],
        language: LanguageFilter = None,
        level: LevelFilter = None,
        tag: Tag = None,
        source: Source = None,
        q: Wanted = None,
        page_size: PageSize = 0,
        page_token: PageToken = None,
    ) -> Page[SentenceSummary]:
        """A page of sentences."""
        at = cursor(page_size, page_token, "sentences", language, level, tag, source, q)
        conditions = Conditions()
        conditions.add("sentence.status = 'published' AND sentence.hidden_at IS NULL")
        wanted = (("language =", language), ("level =", level), ("source =", source), ("id >", at.last))
        for condition, value in wanted:
            if value is not None:
                conditions.add(f"sentence.{condition} {{}}", value)
        if tag is not None:
            conditions.add("sentence.tags @> ARRAY[{}::text]", tag)
        if q:
            conditions.add("strpos(lower(sentence.text), lower({}::text)) > 0", q)
        rows = await queries.sentence_rows(visit.resources.database, conditions, at.limit)
        return at.page(rows, [row.id for row in rows])

    @get(
        "/{sentence_id:uuid}",
        operation_id="getSentence",
        summary="Read a sentence",
        description="With its translations, its reading and who speaks it, as far as they are known. What the caller "
        "contributed is there also before it is published.",
        response_description="The sentence.",
        responses=OWNED | INVALID | NOT_FOUND,
    )
    async def read(
        self, sentence_id: FromPath[UUID], visit: NamedDependency[Visit], translation_language: Into = None
    ) -> SentenceView:
        """A sentence."""
        return await _sentence(visit, sentence_id, Reading(owner_id=visit.owner_id, language=translation_language))

    @post(
        guards=[require_json],
        operation_id="createSentence",
        summary="Contribute a sentence",
        description="With its translations. An admin's is published at once; anybody else's when an admin has looked "
        "at it.",
        response_description="The sentence.",
        responses=OWNED | INVALID | BODY | SENTENCE_EXISTS,
    )
    async def create(self, data: JSONBody[SentenceOrder], visit: NamedDependency[Visit]) -> SentenceView:
        """Add a sentence."""
        made = await add(visit, data)
        return await _sentence(visit, made, Reading(owner_id=visit.owner_id, admin=is_admin(visit)))

    @put(
        "/{sentence_id:uuid}",
        guards=[require_json],
        opt=ADMIN,
        operation_id="editSentence",
        summary="Edit a sentence",
        description="For admins. With another text its reading is found anew.",
        response_description="The sentence.",
        responses=OWNED | FORBIDDEN | INVALID | BODY | NOT_FOUND,
    )
    async def edit(
        self, sentence_id: FromPath[UUID], data: JSONBody[SentenceText], visit: NamedDependency[Visit]
    ) -> SentenceView:
        """Say it otherwise."""
        await changed(visit.resources, lambda db: store.edit_sentence(db, sentence_id, said(data)))
        return await _sentence(visit, sentence_id, Reading(owner_id=visit.owner_id, admin=True))


async def _sentence(visit: Visit, sentence_id: UUID, reading: Reading) -> SentenceView:
    database, resources = visit.resources.database, visit.resources
    row = await queries.sentence_row(database, sentence_id, reading)
    translated = await queries.translations(database, sentence_id, reading)
    return await to_thread.run_sync(lambda: queries.sentence_view(row, translated, resources.sign, resources.now()))
