"""What apps are told without a release: values that an operator set, for everybody."""

from hashlib import blake2b
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.datastructures import ResponseHeader

from services.api.auth import PUBLIC
from services.api.config.schemas import ConfigView
from services.api.config.values import public_values
from services.api.openapi_responses import INVALID, NOT_MODIFIED, STRANGER
from services.api.preferences import IfNoneMatch, known_already
from services.api.resources import Resources

FRESH = 60
"""Seconds that an answer may be used again without asking: how long a change takes to be seen."""
ETAG = ResponseHeader(
    name="ETag",
    description="Of these values; send it back as `If-None-Match`.",
    documentation_only=True,
    required=True,
)


@get(
    "/api/config",
    opt=PUBLIC,
    tags=["Config"],
    operation_id="getConfig",
    summary="What apps should know",
    description=f"Values that operators set for apps. Needs no key. An answer is good for {FRESH} seconds.",
    response_description="All public values, by name.",
    response_headers=[ETAG],
    responses=STRANGER | INVALID | NOT_MODIFIED,
    security=[{}],
)
async def read_config(request: Request[Any, Any, Any], if_none_match: IfNoneMatch = None) -> Response[ConfigView]:
    """The public values."""
    resources: Resources = request.app.state.resources
    view = await public_values(resources.database)
    etag = f'"{blake2b(msgspec.json.encode(view), digest_size=16).hexdigest()}"'
    headers = {"ETag": etag, "Cache-Control": f"public, max-age={FRESH}"}
    if known_already(if_none_match, etag):
        unchanged: Response[Any] = Response(None, status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        return unchanged
    return Response(view, headers=headers)
