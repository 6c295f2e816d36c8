"""Ordering many articles at once, watching them, and stopping or repeating what is left of them."""

from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from services.api.batches import actions
from services.api.batches.admission import MOST_BYTES, require_sound_batch, require_within_plan
from services.api.batches.answers import awaited, batch_response, shown
from services.api.batches.items import batch_items, place_of
from services.api.batches.queries import batch_rows, require_batch
from services.api.batches.schemas import BatchItemView, BatchOrder, BatchView
from services.api.batches.views import batch_view
from services.api.idempotency import REPLAYED, IdempotencyKey, idempotency_of
from services.api.jobs.answers import not_modified
from services.api.jobs.schemas import JobStatus
from services.api.limits.quotas import ORDER
from services.api.observing import held_back
from services.api.openapi_responses import (
    BODY,
    INVALID,
    JOB_HEADERS,
    KEY_REUSED,
    NEW_JOB_HEADERS,
    NOT_FOUND,
    NOT_MODIFIED,
    ORDER_HEADERS,
    OWNED,
    PLAN_LIMIT,
)
from services.api.paging import Page, PageSize, PageToken, cursor
from services.api.preferences import LONGEST_WAIT, IfNoneMatch, known_already
from services.api.visits import Visit
from shared.jobs.submission import Batch

MOST_BATCHES = 100
"""Of a page: each is counted over up to a thousand jobs."""

Wait = Annotated[
    int,
    QueryParameter(
        ge=0,
        le=LONGEST_WAIT,
        description="Seconds to hold the answer back: with `If-None-Match` until an item changes its status, else "
        "until the batch is done.",
    ),
]
Statuses = Annotated[
    list[JobStatus] | None,
    QueryParameter(name="status", description="Only items with this status; give it several times for several."),
]


class BatchController(Controller):
    """Batches of the caller."""

    path = "/api/generation/batches"
    tags = ("Batches",)

    @post(
        status_code=HTTPStatus.ACCEPTED,
        guards=[require_sound_batch],
        opt=ORDER,
        request_max_body_size=MOST_BYTES,
        operation_id="createBatch",
        summary="Have many articles written",
        description="All of them, or none if one order is wrong; then `errors` names the first hundred mistakes "
        "(`items[3].level`) and `detail` their number. They wait behind everybody who orders one article. With an "
        "`Idempotency-Key` it can be sent again safely.",
        response_description="The batch to poll.",
        response_headers=ORDER_HEADERS,
        responses=OWNED | INVALID | BODY | PLAN_LIMIT | KEY_REUSED,
    )
    async def create(
        self, data: JSONBody[BatchOrder], visit: NamedDependency[Visit], idempotency_key: IdempotencyKey = None
    ) -> Response[BatchView]:
        """Create the batch with all its jobs; they are committed before the answer is sent."""
        require_within_plan(visit.caller.plan, data)
        batch = Batch(
            owner_id=visit.owner_id,
            name=data.name,
            items=len(data.items),
            idempotency=idempotency_of(idempotency_key, data),
            request_id=visit.request_id,
        )
        created = await actions.submit(visit, data, batch)
        response = await batch_response(visit, created.id, HTTPStatus.ACCEPTED)
        if created.replayed:
            response.headers[REPLAYED] = "true"
        return response

    @get(
        operation_id="listBatches",
        summary="List batches",
        description=f"The caller's batches, newest first, at most {MOST_BATCHES} a page.",
        response_description="A page of batches.",
        responses=OWNED | INVALID,
    )
    async def list_all(
        self, visit: NamedDependency[Visit], page_size: PageSize = 0, page_token: PageToken = None
    ) -> Page[BatchView]:
        """A page of the caller's batches."""
        at = cursor(min(page_size, MOST_BATCHES), page_token, "batches", visit.owner_id)
        rows = await batch_rows(visit.resources.database, visit.owner_id, at)
        return at.page([batch_view(row) for row in rows], [row.id for row in rows], [row.created_at for row in rows])

    @get(
        "/{batch_id:uuid}",
        operation_id="getBatch",
        summary="Poll a batch",
        description="How far its items are. Ask again after `Retry-After` seconds, or hold on with `wait`.",
        response_description="The batch.",
        response_headers=JOB_HEADERS,
        responses=OWNED | INVALID | NOT_FOUND | NOT_MODIFIED,
    )
    async def read(
        self,
        *,
        batch_id: FromPath[UUID],
        request: Request[Any, Any, Any],
        visit: NamedDependency[Visit],
        wait: Wait = 0,
        if_none_match: IfNoneMatch = None,
    ) -> Response[BatchView]:
        """The batch, now or when there is something new to tell."""
        with held_back(request.scope, wait):
            row = await awaited(visit, batch_id, if_none_match, wait)
        return not_modified(visit, row) if known_already(if_none_match, row.etag) else shown(visit, row)

    @get(
        "/{batch_id:uuid}/items",
        operation_id="listBatchItems",
        summary="List the items of a batch",
        description="In the order in which they were ordered, each with the latest of its jobs.",
        response_description="A page of items.",
        responses=OWNED | INVALID | NOT_FOUND,
    )
    async def items(
        self,
        *,
        batch_id: FromPath[UUID],
        visit: NamedDependency[Visit],
        status: Statuses = None,
        page_size: PageSize = 0,
        page_token: PageToken = None,
    ) -> Page[BatchItemView]:
        """A page of the batch's items."""
        statuses = sorted(set(status or ()))
        at = cursor(page_size, page_token, "items", visit.owner_id, batch_id, statuses)
        await require_batch(visit.resources.database, batch_id, visit.owner_id)
        items = await batch_items(visit.resources.database, batch_id, visit.owner_id, statuses, at)
        return at.page(items, [place_of(item) for item in items])

    @post(
        "/{batch_id:uuid}/cancel",
        status_code=HTTPStatus.ACCEPTED,
        operation_id="cancelBatch",
        summary="Cancel a batch",
        description="Cancels every job that has not ended; what was made is kept. The answer comes after three seconds "
        "at the latest, and what is left is done behind it: poll. After a 503 ask again, it goes on.",
        response_description="The batch.",
        response_headers=NEW_JOB_HEADERS,
        responses=OWNED | INVALID | NOT_FOUND,
    )
    async def cancel(self, batch_id: FromPath[UUID], visit: NamedDependency[Visit]) -> Response[BatchView]:
        """Ask all its jobs to stop."""
        await require_batch(visit.resources.database, batch_id, visit.owner_id)
        await actions.cancel(visit, batch_id)
        return await batch_response(visit, batch_id, HTTPStatus.ACCEPTED)

    @post(
        "/{batch_id:uuid}/retry",
        status_code=HTTPStatus.ACCEPTED,
        opt=ORDER,
        operation_id="retryBatch",
        summary="Retry what failed in a batch",
        description="Makes a new job for every item that is failed or expired, and for no other: neither cancelled "
        "nor partial ones. It begins with what the old one's successful steps had made. The answer comes after three "
        "seconds at the latest, and what is left is done behind it: poll. Asked again it makes nothing new, unless an "
        "item failed again.",
        response_description="The batch.",
        response_headers=NEW_JOB_HEADERS,
        responses=OWNED | INVALID | NOT_FOUND,
    )
    async def retry(self, batch_id: FromPath[UUID], visit: NamedDependency[Visit]) -> Response[BatchView]:
        """Try its failed items again."""
        await require_batch(visit.resources.database, batch_id, visit.owner_id)
        await actions.retry(visit, batch_id)
        return await batch_response(visit, batch_id, HTTPStatus.ACCEPTED)
