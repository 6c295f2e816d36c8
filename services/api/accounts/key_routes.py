"""The caller's API keys. They are managed by people who signed in, never by keys."""

from http import HTTPStatus
from uuid import UUID

from litestar import Controller, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from services.api.accounts import key_actions
from services.api.accounts.queries import keys_of
from services.api.accounts.registrations import check_key
from services.api.accounts.schemas import KeyOrder, KeyView, NewKeyView
from services.api.auth import require_sign_in
from services.api.bodies import require_json
from services.api.openapi_responses import BODY, INVALID, NOT_FOUND, OWNED, SIGN_IN_NEEDED, TOO_MANY_KEYS
from services.api.paging import Page, PageSize, PageToken, cursor
from services.api.visits import Visit


class KeyController(Controller):
    """API keys of the caller's account."""

    path = "/api/auth/keys"
    tags = ("Accounts",)
    guards = (require_sign_in,)

    @post(
        guards=[require_json],
        operation_id="createKey",
        summary="Make an API key",
        description="The answer is the only one that shows the key itself.",
        response_description="The key.",
        responses=OWNED | INVALID | BODY | SIGN_IN_NEEDED | TOO_MANY_KEYS,
    )
    async def create(self, data: JSONBody[KeyOrder], visit: NamedDependency[Visit]) -> NewKeyView:
        """A new key."""
        check_key(data, visit.caller)
        return await key_actions.create_key(visit.resources.database, visit.owner_id, data)

    @get(
        operation_id="listKeys",
        summary="List API keys",
        description="Those that are not revoked, newest first.",
        response_description="A page of keys.",
        responses=OWNED | INVALID | SIGN_IN_NEEDED,
    )
    async def read(
        self, visit: NamedDependency[Visit], page_size: PageSize = 0, page_token: PageToken = None
    ) -> Page[KeyView]:
        """The caller's keys."""
        at = cursor(page_size, page_token, "keys", visit.owner_id)
        return await keys_of(visit.resources.database, visit.owner_id, at)

    @delete(
        "/{key_id:uuid}",
        status_code=HTTPStatus.NO_CONTENT,
        operation_id="revokeKey",
        summary="Revoke an API key",
        description="It is refused everywhere within five seconds.",
        responses=OWNED | INVALID | NOT_FOUND | SIGN_IN_NEEDED,
    )
    async def revoke(self, key_id: FromPath[UUID], visit: NamedDependency[Visit]) -> None:
        """End a key."""
        await key_actions.revoke_key(visit.resources.database, visit.owner_id, key_id)
        visit.resources.key_ring.forget(key_id)
