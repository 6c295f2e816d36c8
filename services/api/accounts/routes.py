"""Signing out, and one's own account."""

from http import HTTPStatus
from typing import Any

from litestar import Controller, Request, get, patch, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from services.api.accounts import actions
from services.api.accounts.attempts import attempt
from services.api.accounts.queries import AccountRow, account_by_id
from services.api.accounts.registrations import check_change
from services.api.accounts.schemas import AccountView, ProfileChange
from services.api.accounts.sessions import end_session
from services.api.auth import BAD_KEY, sign_in_of, unauthenticated
from services.api.bodies import require_json
from services.api.openapi_responses import BODY, INVALID, OWNED, SIGN_IN_NEEDED, TOO_MANY_TRIES
from services.api.peers import client_household
from services.api.visits import Visit


class AccountController(Controller):
    """The caller's own account."""

    path = "/api/auth"
    tags = ("Accounts",)

    @post(
        "/logout",
        status_code=HTTPStatus.NO_CONTENT,
        operation_id="logout",
        summary="Sign out",
        description="Ends the session that the access token belongs to, within five seconds everywhere.",
        responses=OWNED | SIGN_IN_NEEDED,
    )
    async def logout(self, visit: NamedDependency[Visit]) -> None:
        """End the session."""
        sign_in = sign_in_of(visit.caller)
        await end_session(visit.resources.database, sign_in)
        visit.resources.key_ring.forget(sign_in.session_id)

    @get(
        "/me",
        operation_id="getMe",
        summary="Who am I",
        description="With the plan, which says how much may be asked for. An API key may ask as well.",
        response_description="The account that the key or the token belongs to.",
        responses=OWNED,
    )
    async def read(self, visit: NamedDependency[Visit]) -> AccountView:
        """The caller's account."""
        return _there(await account_by_id(visit.resources.database, visit.owner_id)).view

    @patch(
        "/me",
        guards=[require_json],
        operation_id="changeMe",
        summary="Change name, native language or password",
        description="A new password needs an access token and `current_password`, and ends all other sessions.",
        response_description="The account as it is now.",
        responses=OWNED | INVALID | BODY | SIGN_IN_NEEDED | TOO_MANY_TRIES,
    )
    async def change(
        self, data: JSONBody[ProfileChange], request: Request[Any, Any, Any], visit: NamedDependency[Visit]
    ) -> AccountView:
        """Change what is given."""
        resources = visit.resources
        account = _there(await account_by_id(resources.database, visit.owner_id))
        passwords = check_change(data, account.view.email)
        if passwords is not None:
            attempted = attempt(resources.windows, str(visit.owner_id), client_household(request.scope))
            await actions.change_password(resources, sign_in_of(visit.caller), account, passwords, attempted)
        await actions.change_profile(resources.database, visit.owner_id, data)
        return _there(await account_by_id(resources.database, visit.owner_id)).view


def _there(account: AccountRow | None) -> AccountRow:
    """The account that the caller came with; it can only be missing if an operator deleted it this moment."""
    if account is None:
        raise unauthenticated(BAD_KEY)
    return account
