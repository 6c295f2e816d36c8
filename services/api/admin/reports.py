"""Admins look at what learners reported, and settle it."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

import structlog
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from services.api.auth import ADMIN
from services.api.bodies import require_json
from services.api.openapi_responses import BODY, FORBIDDEN, INVALID, NOT_FOUND, OWNED
from services.api.paging import Page, PageSize, PageToken, cursor
from services.api.problems import not_found
from services.api.reports.queries import reported_items
from services.api.reports.schemas import ReportedItem, Settlement
from services.api.transactions import in_transaction
from services.api.visits import Visit
from shared.lexicon.reports import ENOUGH, Item, NotReportedError, settle

MOST_LEAST = 1_000
OfItem = Annotated[Item | None, QueryParameter(name="item", description="Only words, sentences or packs.")]
Least = Annotated[
    int,
    QueryParameter(
        name="reporters", ge=1, le=MOST_LEAST, description="Only items that at least so many learners reported."
    ),
]
log = structlog.get_logger(__name__)


class AdminReportController(Controller):
    """Reported items."""

    path = "/api/admin/reports"
    tags = ("Admin",)
    opt = ADMIN

    @get(
        operation_id="listReports",
        summary="List reported items",
        description=f"Each with its open reports. With `reporters=1` also those that fewer than {ENOUGH} reported.",
        response_description="A page of items.",
        responses=OWNED | FORBIDDEN | INVALID,
    )
    async def list_all(
        self,
        *,
        visit: NamedDependency[Visit],
        item: OfItem = None,
        reporters: Least = ENOUGH,
        page_size: PageSize = 0,
        page_token: PageToken = None,
    ) -> Page[ReportedItem]:
        """A page of items."""
        at = cursor(page_size, page_token, "reports", item, reporters)
        rows = await reported_items(visit.resources.database, item, reporters, at)
        return at.page(rows, [row.item_id for row in rows])

    @post(
        "/{item:str}/{item_id:uuid}/settle",
        status_code=HTTPStatus.NO_CONTENT,
        guards=[require_json],
        operation_id="settleReports",
        summary="Settle the reports of an item",
        description="Corrected or kept, learners see it again and its cards are due again; removed, it stays hidden, "
        "and a pack becomes a draft. It can be reported anew.",
        response_description="Its reports are settled.",
        responses=OWNED | FORBIDDEN | INVALID | BODY | NOT_FOUND,
    )
    async def settle(
        self, item: FromPath[Item], item_id: FromPath[UUID], data: JSONBody[Settlement], visit: NamedDependency[Visit]
    ) -> None:
        """Settle them."""
        now = visit.resources.now()
        try:
            await in_transaction(
                visit.resources, lambda connection: settle(connection, item, item_id, data.action, now)
            )
        except NotReportedError as error:
            raise not_found("report") from error
        log.info("reports settled", item=item, item_id=str(item_id), action=data.action, by=str(visit.owner_id))
