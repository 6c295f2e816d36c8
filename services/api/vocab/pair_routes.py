"""Which languages the caller learns, and from which."""

from functools import partial
from http import HTTPStatus
from uuid import UUID

from litestar import Controller, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from services.api.bodies import require_json
from services.api.openapi_responses import BODY, INVALID, NOT_FOUND, OWNED, PAIR_EXISTS
from services.api.paging import Page, PageSize, PageToken, cursor
from services.api.problems import ApiError, not_found
from services.api.transactions import in_transaction
from services.api.visits import Visit
from services.api.vocab.orders import require_supported
from services.api.vocab.pair_queries import PAIR, pair_at, pairs_at
from services.api.vocab.schemas import PairOrder, PairView
from shared.learning.pairs import PairExistsError, PairNotFoundError, activate_pair, add_pair, remove_pair


class PairController(Controller):
    """Language pairs of the caller."""

    path = "/api/vocab/pairs"
    tags = ("Word bank",)

    @get(
        operation_id="listPairs",
        summary="List language pairs",
        description="The caller's pairs, newest first.",
        response_description="A page of pairs.",
        responses=OWNED | INVALID,
    )
    async def list_all(
        self, visit: NamedDependency[Visit], page_size: PageSize = 0, page_token: PageToken = None
    ) -> Page[PairView]:
        """A page of the caller's pairs."""
        at = cursor(page_size, page_token, "pairs", visit.owner_id)
        pairs = await pairs_at(visit.resources.database, visit.owner_id, at)
        return at.page(pairs, [pair.id for pair in pairs], [pair.created_at for pair in pairs])

    @post(
        guards=[require_json],
        operation_id="createPair",
        summary="Begin to learn a language",
        description="The first pair becomes the active one.",
        response_description="The pair.",
        responses=OWNED | INVALID | BODY | PAIR_EXISTS,
    )
    async def create(self, data: JSONBody[PairOrder], visit: NamedDependency[Visit]) -> PairView:
        """Make the pair."""
        require_supported(data)
        add = partial(add_pair, owner_id=visit.owner_id, language=data.language, native_language=data.native_language)
        try:
            pair_id = await in_transaction(visit.resources, add)
        except PairExistsError as error:
            detail = "You learn this language from that one already."
            raise ApiError(HTTPStatus.CONFLICT, "pair_exists", detail) from error
        return await pair_at(visit.resources.database, visit.owner_id, pair_id)

    @put(
        "/{pair_id:uuid}/active",
        operation_id="activatePair",
        summary="Make a language pair the active one",
        description="It is meant wherever no pair is named. The one that was active is no longer.",
        response_description="The pair.",
        responses=OWNED | INVALID | NOT_FOUND,
    )
    async def activate(self, pair_id: FromPath[UUID], visit: NamedDependency[Visit]) -> PairView:
        """Go on with this pair."""
        try:
            await in_transaction(visit.resources, partial(activate_pair, owner_id=visit.owner_id, pair_id=pair_id))
        except PairNotFoundError as error:
            raise not_found(PAIR) from error
        return await pair_at(visit.resources.database, visit.owner_id, pair_id)

    @delete(
        "/{pair_id:uuid}",
        operation_id="deletePair",
        summary="Delete a language pair",
        description="With its word bank, cards and reviews, for ever. If it was the active pair, the oldest of those "
        "that are left becomes it.",
        response_description="It is gone.",
        responses=OWNED | INVALID | NOT_FOUND,
    )
    async def remove(self, pair_id: FromPath[UUID], visit: NamedDependency[Visit]) -> None:
        """Delete the pair."""
        try:
            await in_transaction(visit.resources, partial(remove_pair, owner_id=visit.owner_id, pair_id=pair_id))
        except PairNotFoundError as error:
            raise not_found(PAIR) from error
