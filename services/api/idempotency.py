"""`Idempotency-Key`: a request that is sent again, because its answer was lost, does nothing twice. Pure.

After draft-ietf-httpapi-idempotency-key-header: the same key with another body is 422. The key lies in the row that the
request created, so it is created with it in one statement, lives as long, and belongs to one owner and one address.
"""

import hashlib
import re
from http import HTTPStatus
from typing import Annotated

import msgspec
from litestar.params import HeaderParameter

from services.api.problems import ApiError, FieldError, input_invalid
from shared.jobs.submission import Idempotency

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
"""`true` in an answer that shows what an earlier request with the same key created."""
LONGEST_KEY = 255  # characters
_KEY = re.compile(rf"[\x20-\x7e]{{1,{LONGEST_KEY}}}\Z")

IdempotencyKey = Annotated[
    str | None,
    HeaderParameter(
        name=HEADER,
        description=f"Made up by the client, 1 to {LONGEST_KEY} printable ASCII characters. A request that is sent "
        "again with the same key and body creates nothing: it is answered with what the first one created, and "
        f"`{REPLAYED}: true`.",
    ),
]


def idempotency_of(key: str | None, order: msgspec.Struct) -> Idempotency | None:
    """What makes the order the same one when it comes again; null without a key.

    The hash is SHA-256 over the canonical JSON of the order as it was understood, not over the bytes that came: members
    sorted, those at their default left out (its struct has `omit_defaults`). So neither white space, nor the order of
    members, nor a field that is new in a later release makes another order of it.

    Raises:
        ApiError: 400, the key is empty, too long or not printable ASCII.
    """
    if key is None:
        return None
    if not _KEY.match(key):
        raise input_invalid([FieldError(HEADER, f"must be 1 to {LONGEST_KEY} printable ASCII characters")])
    canonical = msgspec.json.encode(order, order="sorted")
    return Idempotency(key, hashlib.sha256(canonical).hexdigest())


def require_same(idempotency: Idempotency, stored_hash: str) -> None:
    """The order is the one that the key was first used for.

    Raises:
        ApiError: 422, it is another one.
    """
    if idempotency.hash != stored_hash:
        detail = f"This {HEADER} was already used for another order: take a new one for each."
        raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "idempotency_key_reused", detail)
