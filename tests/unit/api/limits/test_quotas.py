import pytest

from services.api.auth import Plan
from services.api.limits.quotas import Use, headers, of_account, of_strangers, retry_after_s
from services.api.limits.storage import Taken

PLAN = Plan("free", 60, 5, 10)


def taken(remaining: int, reset_s: float) -> Taken:
    return Taken(allowed=remaining > 0, remaining=remaining, reset_s=reset_s)


def test_orders_count_as_requests_too() -> None:
    assert [quota.name for quota in of_account(PLAN, order=False)] == ["requests"]
    quotas = of_account(PLAN, order=True)
    assert [(quota.name, quota.limit.amount, quota.limit.get_expiry()) for quota in quotas] == [
        ("requests", 60, 60),
        ("orders", 5, 60),
    ]


def test_headers_are_those_of_the_draft() -> None:
    requests, orders = of_account(PLAN, order=True)
    uses = [Use(requests, taken(59, 12.2)), Use(orders, taken(4, 12.2))]
    assert headers(uses) == {
        "RateLimit-Policy": '"requests";q=60;w=60, "orders";q=5;w=60',
        "RateLimit": '"requests";r=59;t=13, "orders";r=4;t=13',
    }


@pytest.mark.parametrize(("reset_s", "seconds"), [(0.0, 1), (0.2, 1), (1.0, 1), (1.1, 2), (59.9, 60)])
def test_wait_is_told_in_whole_seconds(reset_s: float, seconds: int) -> None:
    assert retry_after_s(taken(0, reset_s)) == seconds


def test_strangers_have_a_quota_of_their_own() -> None:
    assert of_strangers().name == "address"
