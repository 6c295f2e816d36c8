"""How often somebody may try: passwords by account and by address, registrations by address.

By account it is counted before the password is looked at, so that many tries at once are counted too, and forgotten
after a success. By address only failures count: a school behind one address signs in at once. Whoever is tried at from
all over the world has to wait as well, for a quarter of an hour at most: that is the price of the limit.
"""

import hashlib
import math
from http import HTTPStatus

import msgspec
from limits import RateLimitItemPerHour, RateLimitItemPerMinute

from services.api.limits.storage import Windows
from services.api.problems import ApiError

# OWASP's Authentication Cheat Sheet asks for a limit of either sort, and leaves the numbers to us.
BY_ACCOUNT = RateLimitItemPerMinute(10, 15, namespace="login-account")
BY_ADDRESS = RateLimitItemPerMinute(50, 15, namespace="login-address")
REGISTRATIONS = RateLimitItemPerHour(60, 1, namespace="register-address")


class Attempt(msgspec.Struct, frozen=True):
    """Somebody's try to sign in."""

    windows: Windows
    account: str
    """What names the account: a hash, because Redis need not know who tries."""
    household: str
    """Where it comes from: see `client_household`."""

    async def begin(self) -> None:
        """Count it.

        Raises:
            ApiError: 429, there were too many failures.
        """
        by_address = await self.windows.left(BY_ADDRESS, self.household)
        if not by_address.allowed:
            raise _too_many("too_many_logins", "failed sign-ins", by_address.reset_s)
        by_account = await self.windows.take(BY_ACCOUNT, self.account)
        if not by_account.allowed:
            raise _too_many("too_many_logins", "failed sign-ins", by_account.reset_s)

    async def fail(self) -> None:
        """The password was wrong."""
        await self.windows.take(BY_ADDRESS, self.household)

    async def succeed(self) -> None:
        """The password was right: what was tried at this account before was its owner."""
        await self.windows.forget(BY_ACCOUNT, self.account)


def attempt(windows: Windows, account: str, household: str) -> Attempt:
    """A try to sign in to the account with this `email_key` or id."""
    return Attempt(windows, hashlib.sha256(account.encode()).hexdigest(), household)


async def count_registration(windows: Windows, household: str) -> None:
    """Count an account that somebody wants to make.

    Raises:
        ApiError: 429, there were too many from there.
    """
    taken = await windows.take(REGISTRATIONS, household)
    if not taken.allowed:
        raise _too_many("too_many_registrations", "registrations", taken.reset_s)


def _too_many(code: str, what: str, seconds: float) -> ApiError:
    wait = max(1, math.ceil(seconds))
    detail = f"There were too many {what}; try again in {wait} s."
    return ApiError(HTTPStatus.TOO_MANY_REQUESTS, code, detail, headers={"Retry-After": str(wait)})
