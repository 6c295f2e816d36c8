"""Admins look at what learners contributed, and publish or refuse it."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from services.api.auth import ADMIN
from services.api.conditions import Conditions
from services.api.openapi_responses import FORBIDDEN, INVALID, NOT_FOUND, OWNED, SETTLED
from services.api.paging import Page, PageSize, PageToken, cursor
from services.api.sentences.actions import changed
from services.api.sentences.queries import sentence_rows
from services.api.sentences.routes import LanguageFilter
from services.api.sentences.schemas import SentenceSummary, Status
from services.api.visits import Visit
from shared.lexicon.sentences import decide

StatusFilter = Annotated[Status, QueryParameter(name="status", description="Only sentences with this status.")]
DECIDING = OWNED | FORBIDDEN | INVALID | NOT_FOUND | SETTLED


class AdminSentenceController(Controller):
    """What learners contributed."""

    path = "/api/admin/sentences"
    tags = ("Admin",)
    opt = ADMIN

    @get(
        operation_id="listAllSentences",
        summary="List contributed sentences",
        description="The oldest first.",
        response_description="A page of sentences.",
        responses=OWNED | FORBIDDEN | INVALID,
    )
    async def list_all(
        self,
        *,
        visit: NamedDependency[Visit],
        status: StatusFilter = "in_review",
        language: LanguageFilter = None,
        page_size: PageSize = 0,
        page_token: PageToken = None,
    ) -> Page[SentenceSummary]:
        """A page of sentences."""
        at = cursor(page_size, page_token, "all sentences", status, language)
        conditions = Conditions()
        for condition, value in (("status =", status), ("language =", language), ("id >", at.last)):
            if value is not None:
                conditions.add(f"sentence.{condition} {{}}", value)
        rows = await sentence_rows(visit.resources.database, conditions, at.limit)
        return at.page(rows, [row.id for row in rows])

    @post(
        "/{sentence_id:uuid}/publish",
        status_code=HTTPStatus.NO_CONTENT,
        operation_id="publishSentence",
        summary="Publish a contributed sentence",
        description="With the translations that came with it.",
        response_description="Everybody sees it from now on.",
        responses=DECIDING,
    )
    async def publish(self, sentence_id: FromPath[UUID], visit: NamedDependency[Visit]) -> None:
        """Show it to everybody."""
        await changed(visit.resources, lambda db: decide(db, sentence_id, "published"))

    @post(
        "/{sentence_id:uuid}/refuse",
        status_code=HTTPStatus.NO_CONTENT,
        operation_id="refuseSentence",
        summary="Refuse a contributed sentence",
        description="Who contributed it still sees it, and that it was refused.",
        response_description="Nobody else sees it.",
        responses=DECIDING,
    )
    async def refuse(self, sentence_id: FromPath[UUID], visit: NamedDependency[Visit]) -> None:
        """Let nobody else see it."""
        await changed(visit.resources, lambda db: decide(db, sentence_id, "refused"))
