"""A screen on the wire: private, and with an ETag where it only changes when data do."""

import hashlib
from http import HTTPStatus
from typing import Annotated, TypeVar

import msgspec
from litestar import Response
from litestar.params import HeaderParameter

from services.api.preferences import known_already

PRIVATE = {"Cache-Control": "private, no-cache"}
IfNoneMatch = Annotated[
    str | None, HeaderParameter(name="If-None-Match", description="The `ETag` of the screen that the client has.")
]
Screen = TypeVar("Screen", bound=msgspec.Struct)


def answer(screen: Screen, if_none_match: str | None) -> Response[Screen]:
    """The screen with its ETag, or 304 if it is still what the client has."""
    digest = hashlib.sha256(msgspec.json.encode(screen)).hexdigest()[:32]
    headers = {**PRIVATE, "ETag": f'W/"{digest}"'}
    if if_none_match is not None and known_already(if_none_match, headers["ETag"]):
        return Response(None, status_code=HTTPStatus.NOT_MODIFIED, headers=headers)  # type: ignore[arg-type]
    return Response(screen, headers=headers)
