"""The caller's cards."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Controller, Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from services.api.bodies import require_json
from services.api.flashcards import actions
from services.api.flashcards.schemas import EventOrder, GeneratedView, GenerateOrder
from services.api.learning import queries
from services.api.learning.actions import record_one
from services.api.learning.cards import card_rows, one_card
from services.api.learning.routes import AnyPairId, Limit, PairId
from services.api.learning.schemas import CardView, QueueView, ReviewOrder, ReviewView
from services.api.openapi_responses import BODY, INVALID, NOT_FOUND, OWNED, REVIEW_CONFLICT
from services.api.paging import Page, PageSize, PageToken, cursor
from services.api.visits import Visit
from shared.learning.scheduling import CardState

State = Annotated[CardState | None, QueryParameter(name="state", description="Only cards in this state.")]


class FlashcardController(Controller):
    """Cards of the caller."""

    path = "/api/flashcards"
    tags = ("Flashcards",)

    @get(
        operation_id="listFlashcards",
        summary="List cards",
        description="The caller's cards, newest first.",
        response_description="A page of cards.",
        responses=OWNED | INVALID,
    )
    async def list_all(
        self,
        *,
        visit: NamedDependency[Visit],
        pair_id: AnyPairId = None,
        shown: State = None,
        page_size: PageSize = 0,
        page_token: PageToken = None,
    ) -> Page[CardView]:
        """A page of the caller's cards."""
        at = cursor(page_size, page_token, "cards", visit.owner_id, pair_id, shown)
        rows = await card_rows(visit.resources.database, visit.owner_id, at, pair_id=pair_id, state=shown)
        return at.page(rows, [card.id for card in rows], [card.created_at for card in rows])

    @post(
        status_code=HTTPStatus.CREATED,
        guards=[require_json],
        operation_id="generateFlashcards",
        summary="Make cards of the word bank",
        description="Of some entries, or of all that are new or being learnt; in one direction or both. Cards that "
        "exist stay as they are, so it can be sent again safely. Cards of a word that has no meaning yet are not asked "
        "until it has one.",
        response_description="The cards that were made.",
        responses=OWNED | INVALID | BODY | NOT_FOUND,
    )
    async def generate(self, data: JSONBody[GenerateOrder], visit: NamedDependency[Visit]) -> GeneratedView:
        """Make cards."""
        return await actions.generate(visit, data)

    @get(
        "/due",
        operation_id="listDueFlashcards",
        summary="Cards that are due",
        description="The queue of `/api/learning/queue` without new cards.",
        response_description="Cards in the order in which to ask them.",
        responses=OWNED | INVALID | NOT_FOUND,
    )
    async def due(self, visit: NamedDependency[Visit], pair_id: PairId = None, limit: Limit = 50) -> QueueView:
        """What is due of the caller's cards."""
        database, owner_id = visit.resources.database, visit.owner_id
        pair = await queries.require_pair(database, owner_id, pair_id)
        queue = await queries.queue(database, owner_id, pair, visit.resources.now(), limit)
        return msgspec.structs.replace(queue, cards=[card for card in queue.cards if card.kind != "new"])

    @get(
        "/{card_id:uuid}",
        operation_id="getFlashcard",
        summary="Get a card",
        description="With the word or sentence it asks for and what is known of how well it is remembered.",
        response_description="The card.",
        responses=OWNED | INVALID | NOT_FOUND,
    )
    async def read(self, card_id: FromPath[UUID], visit: NamedDependency[Visit]) -> CardView:
        """The caller's card."""
        return await one_card(visit.resources.database, visit.owner_id, card_id)

    @delete(
        "/{card_id:uuid}",
        operation_id="deleteFlashcard",
        summary="Delete a card",
        description="With its reviews. The word stays in the bank.",
        response_description="It is gone.",
        responses=OWNED | INVALID | NOT_FOUND,
    )
    async def remove(self, card_id: FromPath[UUID], visit: NamedDependency[Visit]) -> None:
        """Delete the caller's card."""
        await actions.change(visit, card_id, actions.DELETE)

    @post(
        "/{card_id:uuid}/suspend",
        status_code=HTTPStatus.OK,
        operation_id="suspendFlashcard",
        summary="Ask a card no more",
        description="Until it is taken up again; what is known of it is kept.",
        response_description="The card.",
        responses=OWNED | INVALID | NOT_FOUND,
    )
    async def suspend(self, card_id: FromPath[UUID], visit: NamedDependency[Visit]) -> CardView:
        """Suspend the caller's card."""
        await actions.change(visit, card_id, actions.SUSPEND)
        return await one_card(visit.resources.database, visit.owner_id, card_id)

    @post(
        "/{card_id:uuid}/unsuspend",
        status_code=HTTPStatus.OK,
        operation_id="unsuspendFlashcard",
        summary="Ask a card again",
        description="Also one that was suspended as a leech.",
        response_description="The card.",
        responses=OWNED | INVALID | NOT_FOUND,
    )
    async def unsuspend(self, card_id: FromPath[UUID], visit: NamedDependency[Visit]) -> CardView:
        """Take the caller's card up again."""
        await actions.change(visit, card_id, actions.UNSUSPEND)
        return await one_card(visit.resources.database, visit.owner_id, card_id)

    @post(
        "/{card_id:uuid}/events",
        status_code=HTTPStatus.CREATED,
        guards=[require_json],
        operation_id="createFlashcardEvent",
        summary="Answer this card",
        description="As `POST /api/learning/reviews`.",
        response_description="The card as it is now.",
        responses=OWNED | INVALID | BODY | NOT_FOUND | REVIEW_CONFLICT,
    )
    async def event(
        self, card_id: FromPath[UUID], data: JSONBody[EventOrder], visit: NamedDependency[Visit]
    ) -> Response[ReviewView]:
        """Write an answer to the caller's card down."""
        view = await record_one(visit, ReviewOrder(card_id=card_id, **msgspec.structs.asdict(data)))
        status = HTTPStatus.CREATED if view.verdict == "accepted" else HTTPStatus.OK
        return Response(view, status_code=status)
