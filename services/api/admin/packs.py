"""Admins make packs of words, arrange and publish them."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Controller, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from services.api.admin import packs_actions as actions
from services.api.admin.packs_schemas import AdminPackSummary, AdminPackView, PackDraft, PackText, PackWords
from services.api.auth import ADMIN
from services.api.bodies import require_json
from services.api.conditions import Conditions
from services.api.database import Row
from services.api.openapi_responses import BODY, FORBIDDEN, INVALID, NOT_FOUND, OWNED, PACK_CONFLICT
from services.api.packs import queries
from services.api.packs.queries import Viewer
from services.api.packs.routes import LevelFilter
from services.api.paging import Page, PageSize, PageToken, cursor
from services.api.plain_text import CODE, require_taught
from services.api.visits import Visit
from shared.lexicon import packs as store

LanguageFilter = Annotated[
    str | None, QueryParameter(name="language", pattern=CODE, description="Only packs in this language.")
]
Published = Annotated[
    bool | None, QueryParameter(name="published", description="Only published ones, or only drafts; both without it.")
]
COLUMNS = ("id", "slug", "language", "level", "words", "published_at", "created_at", "updated_at")
CHANGING = OWNED | FORBIDDEN | INVALID | NOT_FOUND


class AdminPackController(Controller):
    """All packs, drafts too."""

    path = "/api/admin/packs"
    tags = ("Admin",)
    opt = ADMIN

    @get(
        operation_id="listAllPacks",
        summary="List packs and drafts",
        description="By level.",
        response_description="A page of packs.",
        responses=OWNED | FORBIDDEN | INVALID,
    )
    async def list_all(
        self,
        *,
        visit: NamedDependency[Visit],
        language: LanguageFilter = None,
        level: LevelFilter = None,
        published: Published = None,
        page_size: PageSize = 0,
        page_token: PageToken = None,
    ) -> Page[AdminPackSummary]:
        """A page of packs."""
        database = visit.resources.database
        at = cursor(page_size, page_token, "all packs", language, level, published)
        conditions = Conditions()
        if language is not None:
            conditions.add("pack.language = {}", language)
        if published is not None:
            conditions.add("(pack.published_at IS NOT NULL) = {}", published)
        queries.of_level(conditions, level)
        queries.go_on_by_level(conditions, at)
        rows = await queries.pack_rows(database, conditions, at.limit, Viewer(visit.owner_id))
        return queries.pages(at, rows, _summary)

    @post(
        guards=[require_json],
        operation_id="createPack",
        summary="Make a pack",
        description="A draft without words, which learners do not see.",
        response_description="The draft.",
        responses=OWNED | FORBIDDEN | INVALID | BODY,
    )
    async def create(self, data: JSONBody[PackDraft], visit: NamedDependency[Visit]) -> AdminPackView:
        """Make a draft."""
        require_taught(data.language)
        text = _text(data)
        made = await actions.changed(visit.resources, lambda db: store.create_pack(db, data.language, text))
        return await _pack(visit, made)

    @get(
        "/{pack_id:uuid}",
        operation_id="getAnyPack",
        summary="Look at a pack or draft",
        description="With its words in their order, whether it is published or not.",
        response_description="The pack with its words.",
        responses=CHANGING,
    )
    async def read(self, pack_id: FromPath[UUID], visit: NamedDependency[Visit]) -> AdminPackView:
        """A pack with its words."""
        return await _pack(visit, pack_id)

    @put(
        "/{pack_id:uuid}",
        guards=[require_json],
        operation_id="editPack",
        summary="Edit a pack",
        description="Its level, title and description; its language stays.",
        response_description="The pack.",
        responses=CHANGING | BODY,
    )
    async def edit(
        self, pack_id: FromPath[UUID], data: JSONBody[PackText], visit: NamedDependency[Visit]
    ) -> AdminPackView:
        """Say something else of it."""
        text = _text(data)
        await actions.changed(visit.resources, lambda db: store.edit_pack(db, pack_id, text))
        return await _pack(visit, pack_id)

    @delete(
        "/{pack_id:uuid}",
        operation_id="deletePack",
        summary="Delete a pack",
        description="What learners took over from it is theirs and stays.",
        response_description="It is gone.",
        responses=CHANGING,
    )
    async def erase(self, pack_id: FromPath[UUID], visit: NamedDependency[Visit]) -> None:
        """Delete it."""
        await actions.changed(visit.resources, lambda db: store.delete_pack(db, pack_id))

    @post(
        "/{pack_id:uuid}/words",
        status_code=HTTPStatus.OK,
        guards=[require_json],
        operation_id="addPackWords",
        summary="Add words to a pack",
        description="Behind those that it has; words that it has stay where they are.",
        response_description="The pack.",
        responses=CHANGING | BODY | PACK_CONFLICT,
    )
    async def add_words(
        self, pack_id: FromPath[UUID], data: JSONBody[PackWords], visit: NamedDependency[Visit]
    ) -> AdminPackView:
        """Put more words into it."""
        await actions.append(visit.resources, pack_id, data.words)
        return await _pack(visit, pack_id)

    @put(
        "/{pack_id:uuid}/words",
        guards=[require_json],
        operation_id="putPackWords",
        summary="Reorder the words of a pack",
        description="It holds exactly these words afterwards, in this order.",
        response_description="The pack.",
        responses=CHANGING | BODY | PACK_CONFLICT,
    )
    async def put_words(
        self, pack_id: FromPath[UUID], data: JSONBody[PackWords], visit: NamedDependency[Visit]
    ) -> AdminPackView:
        """Have it hold these words."""
        await actions.put(visit.resources, pack_id, data.words)
        return await _pack(visit, pack_id)

    @delete(
        "/{pack_id:uuid}/words/{word_id:uuid}",
        operation_id="removePackWord",
        summary="Take a word out of a pack",
        description="The word stays in the lexicon and in the banks of learners who took it over.",
        response_description="It is out.",
        responses=CHANGING | PACK_CONFLICT,
    )
    async def remove_word(
        self, pack_id: FromPath[UUID], word_id: FromPath[UUID], visit: NamedDependency[Visit]
    ) -> None:
        """Take a word out."""
        await actions.remove(visit.resources, pack_id, word_id)

    @post(
        "/{pack_id:uuid}/publish",
        status_code=HTTPStatus.OK,
        operation_id="publishPack",
        summary="Publish a pack",
        description="Learners see it from now on. It must have words.",
        response_description="The pack.",
        responses=CHANGING | PACK_CONFLICT,
    )
    async def publish(self, pack_id: FromPath[UUID], visit: NamedDependency[Visit]) -> AdminPackView:
        """Show it to learners."""
        now = visit.resources.now()
        await actions.changed(visit.resources, lambda db: store.publish_pack(db, pack_id, now))
        return await _pack(visit, pack_id)

    @post(
        "/{pack_id:uuid}/unpublish",
        status_code=HTTPStatus.OK,
        operation_id="unpublishPack",
        summary="Make a pack a draft again",
        description="Learners no longer see it; what they took over is theirs.",
        response_description="The draft.",
        responses=CHANGING,
    )
    async def unpublish(self, pack_id: FromPath[UUID], visit: NamedDependency[Visit]) -> AdminPackView:
        """Hide it from learners."""
        await actions.changed(visit.resources, lambda db: store.unpublish_pack(db, pack_id))
        return await _pack(visit, pack_id)


async def _pack(visit: Visit, pack_id: UUID) -> AdminPackView:
    database, viewer = visit.resources.database, Viewer(visit.owner_id)
    summary = _summary(await queries.pack_row(database, pack_id, viewer, published=False))
    words = await queries.pack_words(database, pack_id, viewer)
    return AdminPackView(**msgspec.structs.asdict(summary), items=words)


def _summary(row: Row) -> AdminPackSummary:
    return AdminPackSummary(**queries.columns_of(row, COLUMNS))


def _text(data: PackText) -> store.PackText:
    return store.PackText(level=data.level, title=data.title, description=data.description)
