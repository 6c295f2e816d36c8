"""What the order of a batch must be to be let in: sound in every item, and within the plan."""

from http import HTTPStatus
from typing import Any

from anyio import to_thread
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from services.api.auth import Plan
from services.api.batches.orders import refusal_of
from services.api.batches.schemas import BatchOrder
from services.api.bodies import require_json
from services.api.problems import ApiError

MOST_BYTES = 8_000_000
"""A thousand topics with fifty words each, should a client escape all; or as many source texts of 8 kB."""


async def require_sound_batch(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """The guard of the route that reads a batch: every mistake of every item is told at once.

    Raises:
        ApiError: 415, 400 as `require_json`.
    """
    try:
        await require_json(connection, handler)
    except ApiError as error:
        if error.status is not HTTPStatus.BAD_REQUEST or not isinstance(connection, Request):
            raise
        better = await to_thread.run_sync(refusal_of, await connection.body())
        raise (better or error) from error


def require_within_plan(plan: Plan, order: BatchOrder) -> None:
    """The order has no more items than the plan allows.

    Raises:
        ApiError: 403, it has.
    """
    if len(order.items) > plan.batch_items:
        detail = f"The plan {plan.name} allows {plan.batch_items} items in a batch, not {len(order.items)}."
        raise ApiError(HTTPStatus.FORBIDDEN, "plan_limit", detail)
