"""Registering and signing in: what needs no key and no token yet."""

from http import HTTPStatus
from typing import Any

from litestar import Controller, Request, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from services.api.accounts import actions
from services.api.accounts.access_tokens import LIFE
from services.api.accounts.attempts import attempt, count_registration
from services.api.accounts.registrations import address_of, new_account
from services.api.accounts.schemas import (
    AccountView,
    Login,
    Refreshing,
    Registration,
    SignedInView,
    TokensView,
)
from services.api.accounts.sessions import Opened, carry_on
from services.api.auth import PUBLIC
from services.api.bodies import require_json
from services.api.openapi_responses import (
    BODY,
    EMAIL_TAKEN,
    INVALID,
    REFRESH_REFUSED,
    STRANGER,
    TOO_MANY_TRIES,
    WRONG_CREDENTIALS,
)
from services.api.peers import client_household
from services.api.resources import Resources


class SignInController(Controller):
    """What somebody without a key or a token can do."""

    path = "/api/auth"
    tags = ("Accounts",)
    opt = PUBLIC
    guards = (require_json,)

    @post(
        "/register",
        operation_id="register",
        summary="Make an account",
        description="Makes an account with the plan `free` and signs it in.",
        response_description="The account, and what a client needs from now on.",
        responses=STRANGER | INVALID | EMAIL_TAKEN | BODY | TOO_MANY_TRIES,
        security=[{}],
    )
    async def register(
        self, data: JSONBody[Registration], request: Request[Any, Any, Any], resources: NamedDependency[Resources]
    ) -> SignedInView:
        """A new account, signed in."""
        new = new_account(data)
        await count_registration(resources.windows, client_household(request.scope))
        opened, account = await actions.register(resources, new)
        return _signed_in(resources, opened, account)

    @post(
        "/login",
        status_code=HTTPStatus.OK,
        operation_id="login",
        summary="Sign in",
        description="Ten failures in a quarter of an hour close an account for the rest of it.",
        response_description="The account, and what a client needs from now on.",
        responses=STRANGER | INVALID | WRONG_CREDENTIALS | BODY | TOO_MANY_TRIES,
        security=[{}],
    )
    async def login(
        self, data: JSONBody[Login], request: Request[Any, Any, Any], resources: NamedDependency[Resources]
    ) -> SignedInView:
        """A new session."""
        key = address_of(data.email).key
        attempted = attempt(resources.windows, key, client_household(request.scope))
        opened, account = await actions.login(resources, key, data.password, attempted)
        return _signed_in(resources, opened, account)

    @post(
        "/refresh",
        status_code=HTTPStatus.OK,
        operation_id="refresh",
        summary="Change a refresh token for new tokens",
        description="Each refresh token is good once. One that comes again later ends the session: it was stolen.",
        response_description="New tokens.",
        responses=STRANGER | INVALID | REFRESH_REFUSED | BODY | TOO_MANY_TRIES,
        security=[{}],
    )
    async def refresh(self, data: JSONBody[Refreshing], resources: NamedDependency[Resources]) -> TokensView:
        """The next tokens of the session."""
        opened = await carry_on(resources.database, data.refresh_token)
        if opened is None:
            raise actions.refresh_refused()
        return TokensView(
            access_token=resources.tokens.sign(opened.sign_in, opened.role),
            expires_in=int(LIFE.total_seconds()),
            refresh_token=opened.refresh_token,
        )


def _signed_in(resources: Resources, opened: Opened, account: AccountView) -> SignedInView:
    return SignedInView(
        account=account,
        access_token=resources.tokens.sign(opened.sign_in, opened.role),
        expires_in=int(LIFE.total_seconds()),
        refresh_token=opened.refresh_token,
    )
