"""Packs of words for learners: looking at them, and taking one over into the word bank."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from services.api.bodies import require_json
from services.api.conditions import Conditions
from services.api.openapi_responses import BODY, INVALID, NO_PAIR, NOT_FOUND, OWNED
from services.api.packs import queries
from services.api.packs.queries import Viewer
from services.api.packs.schemas import PackAdded, PackAddition, PackSummary, PackView
from services.api.paging import Page, PageSize, PageToken, cursor
from services.api.pairs import Pair, pair_of
from services.api.problems import FieldError, input_invalid, not_found
from services.api.transactions import in_transaction
from services.api.visits import Visit
from shared.articles.model import Level
from shared.db.session import Connection
from shared.learning.packs import TakenOver, take_over
from shared.learning.pairs import PairNotFoundError

LevelFilter = Annotated[Level | None, QueryParameter(name="level", description="Only packs of this level.")]
PairId = Annotated[
    UUID | None,
    QueryParameter(name="pair_id", description="The language pair that is looked at; the active one without it."),
]


class PackController(Controller):
    """Published packs."""

    path = "/api/packs"
    tags = ("Packs",)

    @get(
        operation_id="listPacks",
        summary="List packs",
        description="Published packs in the language of the caller's active pair, the easiest first.",
        response_description="A page of packs.",
        responses=OWNED | INVALID | NOT_FOUND | NO_PAIR,
    )
    async def list_all(
        self,
        *,
        visit: NamedDependency[Visit],
        pair_id: PairId = None,
        level: LevelFilter = None,
        page_size: PageSize = 0,
        page_token: PageToken = None,
    ) -> Page[PackSummary]:
        """A page of packs."""
        database = visit.resources.database
        pair = await pair_of(database, visit.owner_id, pair_id)
        at = cursor(page_size, page_token, "packs", visit.owner_id, pair.id, level)
        conditions = Conditions()
        conditions.add(queries.PUBLISHED)
        conditions.add("pack.language = {}", pair.language)
        queries.of_level(conditions, level)
        queries.go_on_by_level(conditions, at)
        rows = await queries.pack_rows(database, conditions, at.limit, Viewer(visit.owner_id, pair.id))
        return queries.pages(at, rows, queries.pack_summary)

    @get(
        "/{pack_id:uuid}",
        operation_id="getPack",
        summary="Look at a pack",
        description="A published pack with its words. What is owned is told of the active pair, or of `pair_id`.",
        response_description="The pack.",
        responses=OWNED | INVALID | NOT_FOUND | NO_PAIR,
    )
    async def read(self, pack_id: FromPath[UUID], visit: NamedDependency[Visit], pair_id: PairId = None) -> PackView:
        """A pack with its words."""
        database = visit.resources.database
        pair = await pair_of(database, visit.owner_id, pair_id)
        viewer = Viewer(visit.owner_id, pair.id)
        row = await queries.pack_row(database, pack_id, viewer, published=True)
        words = await queries.pack_words(database, pack_id, viewer)
        return PackView(**msgspec.structs.asdict(queries.pack_summary(row)), items=words)

    @post(
        "/{pack_id:uuid}/add",
        status_code=HTTPStatus.OK,
        guards=[require_json],
        operation_id="addPack",
        summary="Take a pack over",
        description="Puts its words into the word bank; those that are there stay as they are. Asked again it adds "
        "nothing.",
        response_description="What became of its words.",
        responses=OWNED | INVALID | BODY | NOT_FOUND | NO_PAIR,
    )
    async def add(
        self, pack_id: FromPath[UUID], data: JSONBody[PackAddition], visit: NamedDependency[Visit]
    ) -> PackAdded:
        """Take all its words over, in one transaction."""
        database = visit.resources.database
        row = await queries.pack_row(database, pack_id, Viewer(visit.owner_id), published=True)
        pair = await pair_of(database, visit.owner_id, data.pair_id)
        if pair.language != row["language"]:
            raise input_invalid([FieldError("pair_id", f"is no pair for the pack's language, {row['language']}")])
        taken = await _taken_over(visit, pair, pack_id, data)
        return PackAdded(pair_id=pair.id, added=taken.added, skipped=taken.skipped, cards=taken.cards)


async def _taken_over(visit: Visit, pair: Pair, pack_id: UUID, data: PackAddition) -> TakenOver:
    def work(connection: Connection) -> TakenOver:
        return take_over(connection, visit.owner_id, pair.id, pack_id, dict.fromkeys(data.cards))

    try:
        return await in_transaction(visit.resources, work)
    except PairNotFoundError as error:  # deleted in this very moment
        raise not_found("pair") from error
