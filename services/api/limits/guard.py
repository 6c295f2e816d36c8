"""The guard that lets nobody ask too often. It stands behind the one that finds out who asks."""

from http import HTTPStatus
from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from services.api.auth import caller_of
from services.api.limits.allowances import Allowances
from services.api.limits.quotas import Quota, Use, headers, of_account, of_strangers, retry_after_s
from services.api.peers import client_household
from services.api.problems import ApiError

STATE = "limit_headers"
"""Where the answer finds what to say of limits."""


async def within_limits(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Count the request; a request that waits for news is one.

    Raises:
        ApiError: 429, asked too often.
    """
    if handler.opt.get("unlimited") is True:
        return
    who, quotas = _asked_of(connection, handler)
    allowances: Allowances = connection.app.state.allowances
    uses: list[Use] = []
    for quota in quotas:
        uses.append(Use(quota, await allowances.take(quota.limit, who)))
        connection.scope["state"][STATE] = headers(uses)
        if not uses[-1].taken.allowed:
            raise _too_often(uses[-1])


def _asked_of(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> tuple[str, list[Quota]]:
    if handler.opt.get("public") is True:
        return client_household(connection.scope), [of_strangers()]
    caller = caller_of(connection.scope)
    return str(caller.owner_id), of_account(caller.plan, order=handler.opt.get("order") is True)


def _too_often(use: Use) -> ApiError:
    seconds = retry_after_s(use.taken)
    detail = f"More than {use.quota.limit.amount} {_WHAT[use.quota.name]} in a minute; try again in {seconds} s."
    return ApiError(HTTPStatus.TOO_MANY_REQUESTS, "rate_limited", detail, headers={"Retry-After": str(seconds)})


_WHAT = {"requests": "requests", "orders": "orders", "address": "requests from one address"}
