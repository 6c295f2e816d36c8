"""What may be asked for in a minute, by whom, and how an answer tells it. Pure."""

import math
from collections.abc import Sequence

import msgspec
from limits import RateLimitItem, RateLimitItemPerMinute

from services.api.auth import Plan
from services.api.limits.storage import Taken

ORDER = {"order": True}
"""The `opt` of a route that starts work which costs money: the plan's `orders_per_minute` holds too."""
UNLIMITED = {"unlimited": True}
"""The `opt` of a route that probes and scrapers call: no limit holds."""
STRANGERS_PER_MINUTE = 300
"""Requests of one address to routes that need no key. A class of 30 behind one address may sign in at once."""
WINDOW = 60  # seconds


class Quota(msgspec.Struct, frozen=True):
    """One limit."""

    name: str
    """As clients see it: `requests`, `orders` or `address`."""
    limit: RateLimitItem


class Use(msgspec.Struct, frozen=True):
    """A quota after a request has used one of it, or tried to."""

    quota: Quota
    taken: Taken


def of_account(plan: Plan, *, order: bool) -> list[Quota]:
    """What holds for a request of an account."""
    requests = [_per_minute("requests", plan.requests_per_minute)]
    return [*requests, _per_minute("orders", plan.orders_per_minute)] if order else requests


def of_strangers() -> Quota:
    """What holds for a request that needs no key."""
    return _per_minute("address", STRANGERS_PER_MINUTE)


def headers(uses: Sequence[Use]) -> dict[str, str]:
    """What an answer says of limits: draft-ietf-httpapi-ratelimit-headers-11."""
    policies = (f'"{use.quota.name}";q={use.quota.limit.amount};w={WINDOW}' for use in uses)
    states = (f'"{use.quota.name}";r={use.taken.remaining};t={retry_after_s(use.taken)}' for use in uses)
    return {"RateLimit-Policy": ", ".join(policies), "RateLimit": ", ".join(states)}


def retry_after_s(taken: Taken) -> int:
    """Whole seconds until there is more, at least one."""
    return max(1, math.ceil(taken.reset_s))


def _per_minute(name: str, amount: int) -> Quota:
    return Quota(name, RateLimitItemPerMinute(amount, namespace=name))
