"""Deleting one's own account: what is the person's is erased, what statistics need stays without the person.

Jobs and what they cost are kept for the sums of an operator; they get a random owner and lose what was asked for. All
that a learner keeps goes with the account's row, objects within two days (the sweep).
"""

from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID, uuid4

import msgspec
from litestar import Request, delete
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Meta

from services.api.accounts.actions import verified
from services.api.accounts.attempts import attempt
from services.api.accounts.queries import account_by_id
from services.api.auth import sign_in_of
from services.api.bodies import require_json
from services.api.openapi_responses import BODY, INVALID, JOBS_OPEN, OWNED, SIGN_IN_NEEDED, TOO_MANY_TRIES
from services.api.peers import client_household
from services.api.problems import ApiError, FieldError, input_invalid
from services.api.transactions import in_transaction
from services.api.visits import Visit
from shared.db.session import Connection

LOCK = "SELECT id FROM accounts WHERE id = $1 FOR UPDATE"
OPEN = "SELECT id FROM jobs WHERE owner_id = $1 AND finished_at IS NULL LIMIT 1"
LEFT = "SELECT id FROM jobs WHERE owner_id = $1 LIMIT 1"
# What is left says that somebody did something, what it cost and how it ended; not who, nor what about.
# The sweep deletes answers that nothing points to.
CALLS = (
    "UPDATE provider_calls SET response_key = '', request_hash = '', rejected = coalesce(rejected, 'account_deleted')"
    " WHERE job_id IN (SELECT id FROM jobs WHERE owner_id = $1)"
)
JOBS = (
    "UPDATE jobs SET owner_id = $2, input = '{}', idempotency_key = NULL, idempotency_hash = NULL, request_id = NULL"
    " WHERE owner_id = $1"
)
STEPS = (
    "UPDATE job_steps SET owner_id = $2, message = '', output = CASE WHEN output IS NULL THEN NULL ELSE '{}'::jsonb END"
    " WHERE owner_id = $1"
)
BATCHES = (
    "UPDATE batches SET owner_id = $2, name = '', idempotency_key = NULL, idempotency_hash = NULL, request_id = NULL"
    " WHERE owner_id = $1"
)
ERASE = ("DELETE FROM articles WHERE owner_id = $1", "DELETE FROM accounts WHERE id = $1")


class Goodbye(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The wish to be deleted."""

    password: Annotated[str, Meta(description="The account's, so that nobody else can do it in passing.")]


@delete(
    "/api/auth/me",
    guards=[require_json],
    tags=["Accounts"],
    operation_id="deleteMe",
    summary="Delete my account",
    description="At once and for ever: words, cards, reviews, lists, articles, keys and sign-ins; objects within two "
    "days. What jobs cost is kept without anybody's name. Needs an access token; fetch an export first.",
    response_description="It is gone.",
    responses=OWNED | INVALID | BODY | SIGN_IN_NEEDED | TOO_MANY_TRIES | JOBS_OPEN,
)
async def delete_account(
    data: JSONBody[Goodbye], request: Request[Any, Any, Any], visit: NamedDependency[Visit]
) -> None:
    """Delete the caller's account."""
    sign_in, resources = sign_in_of(visit.caller), visit.resources
    tried = attempt(resources.windows, str(visit.owner_id), client_household(request.scope))
    resources.passwords.check_room()
    await tried.begin()
    account = await account_by_id(resources.database, visit.owner_id)
    if await verified(resources.passwords, resources.database, account, data.password) is None:
        await tried.fail()
        raise input_invalid([FieldError("password", "is not your password")])
    await in_transaction(resources, lambda connection: erase(connection, visit.owner_id))
    resources.key_ring.forget(sign_in.session_id)


def erase(connection: Connection, account_id: UUID) -> None:
    """Erase an account and all that is the person's. Call it in a transaction.

    New jobs wait for the account's row. A retry takes none: it holds the old job, which `JOBS` waits for, and is seen
    by the statement after it.

    Raises:
        ApiError: 409, a job of it is open: what it makes would belong to nobody.
    """
    connection.execute(LOCK, (account_id,))
    _require_none(connection, OPEN, account_id)
    connection.execute(CALLS, (account_id,))
    nobody = uuid4()
    connection.execute(JOBS, (account_id, nobody))
    _require_none(connection, LEFT, account_id)
    for statement in (STEPS, BATCHES):
        connection.execute(statement, (account_id, nobody))
    for statement in ERASE:
        connection.execute(statement, (account_id,))


def _require_none(connection: Connection, question: str, account_id: UUID) -> None:
    if connection.execute(question, (account_id,)).fetchone() is not None:
        detail = "Jobs of the account are still open: cancel them, or wait for them."
        raise ApiError(HTTPStatus.CONFLICT, "jobs_open", detail)
