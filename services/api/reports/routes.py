"""Learners report bad items."""

from http import HTTPStatus

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody

from services.api.bodies import require_json
from services.api.openapi_responses import BODY, INVALID, NOT_FOUND, OWNED, Responses
from services.api.problems import not_found
from services.api.reports.schemas import ReportOrder, ReportView
from services.api.transactions import in_transaction
from services.api.visits import Visit
from shared.db.session import Connection
from shared.lexicon.reports import ENOUGH, ItemNotFoundError, NewReport, Reported, report

SAME_REPORT: Responses = {
    200: ResponseSpec(data_container=ReportView, generate_examples=False, description="The caller's earlier report.")
}


@post(
    "/api/reports",
    guards=[require_json],
    tags=["Reports"],
    operation_id="reportItem",
    summary="Report a bad item",
    description=f"Once a learner and item until it is settled. After {ENOUGH} learners a word or sentence is hidden "
    "from all, and asked in no review, until somebody has looked at it.",
    response_description="The report.",
    responses=OWNED | INVALID | BODY | NOT_FOUND | SAME_REPORT,
)
async def report_item(data: JSONBody[ReportOrder], visit: NamedDependency[Visit]) -> Response[ReportView]:
    """Report an item."""
    made = await _reported(visit, data)
    view = ReportView(
        id=made.id,
        item=data.item,
        item_id=data.id,
        reason=made.reason,
        comment=made.comment,
        created_at=made.created_at,
    )
    return Response(view, status_code=HTTPStatus.CREATED if made.new else HTTPStatus.OK)


async def _reported(visit: Visit, data: ReportOrder) -> Reported:
    new = NewReport(item=data.item, item_id=data.id, reason=data.reason, comment=data.comment)

    def work(connection: Connection) -> Reported:
        return report(connection, visit.owner_id, new, visit.resources.now())

    try:
        return await in_transaction(visit.resources, work)
    except ItemNotFoundError as error:
        raise not_found(data.item) from error
