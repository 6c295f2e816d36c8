"""Files on their way in: in pieces to the object store, so that no process ever holds a whole one."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeVar
from uuid import UUID

import msgspec
from anyio import to_thread
from botocore.exceptions import BotoCoreError, ClientError
from litestar.exceptions import HTTPException
from litestar.openapi.spec import OpenAPIMediaType, OpenAPIType, Operation, RequestBody, Schema

from services.api.problems import ApiError, FieldError, input_invalid, not_found, object_store_away
from shared.blobs.ports import Blobs
from shared.jobs.ids import uuid7
from shared.learning.transfers import MOST_UPLOAD, PIECE, Upload, manifest_key, piece_key

Answer = TypeVar("Answer")
BINARY = "application/octet-stream"
Room = Callable[[], Awaitable[int]]
"""How many bytes the owner may still store; less than none if there is too much."""


@dataclass
class UploadOperation(Operation):
    """How the document describes a body that is a file as it is: the route reads it itself, so nothing is derived."""

    def __post_init__(self) -> None:
        """Say so."""
        self.request_body = RequestBody(
            description=f"The file, at most {MOST_UPLOAD} bytes.",
            content={BINARY: OpenAPIMediaType(schema=Schema(type=OpenAPIType.STRING, content_media_type=BINARY))},
            required=True,
        )


async def receive(
    blobs: Blobs, owner_id: UUID, body: AsyncIterator[bytes], room: Room, *, most: int = MOST_UPLOAD
) -> tuple[UUID, int]:
    """Store a body; returns its id and size. It counts only when the manifest is there: the rest is swept.

    Args:
        blobs: Where to.
        owner_id: Whose it is.
        body: As it comes.
        room: Asked before, and once more when the pieces are there: others may have come in at the same moment.
        most: Bytes that a file may have.

    Raises:
        ApiError: 400, it is empty; 409, it does not fit into `room`; 413, it is larger than `most`.
    """
    upload_id, size, pieces, left = uuid7(), 0, 0, await room()
    try:
        async for piece in _pieces(body, most, left):
            await _put(blobs, piece_key(owner_id, upload_id, pieces), piece, BINARY)
            size, pieces = size + len(piece), pieces + 1
        if await room() < 0:
            raise _storage_full()
    except (ApiError, HTTPException):  # refused, or who sent it went away: nothing waits for it
        await _forget(blobs, owner_id, upload_id, pieces)
        raise
    if not size:
        raise input_invalid([FieldError("body", "is empty: send the file")])
    manifest = msgspec.json.encode(Upload(size=size, pieces=pieces))
    await _put(blobs, manifest_key(owner_id, upload_id), manifest, "application/json")
    return upload_id, size


async def _pieces(body: AsyncIterator[bytes], most: int, room: int) -> AsyncIterator[bytes]:
    """The body in pieces of one size, the last one smaller."""
    size, held = 0, bytearray()
    async for chunk in body:
        size += len(chunk)
        if size > min(most, room):
            raise _too_large(most) if size > most else _storage_full()
        held += chunk
        while len(held) >= PIECE:
            yield bytes(held[:PIECE])
            del held[:PIECE]
    if held:
        yield bytes(held)


def _storage_full() -> ApiError:
    detail = "There is no room for this file: uploads go after a day, pictures and recordings with their words."
    return ApiError(HTTPStatus.CONFLICT, "storage_full", detail)


def _too_large(most: int) -> ApiError:
    detail = f"A file may have {most // 1024**2} MB."
    return ApiError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body_too_large", detail)


async def require_uploads(blobs: Blobs, owner_id: UUID, upload_ids: list[UUID]) -> None:
    """The caller has uploaded all of them.

    Raises:
        ApiError: 404, one is not there, not complete, or somebody else's.
    """
    for upload_id in upload_ids:
        key = manifest_key(owner_id, upload_id)
        if await asked(blobs.size, key) is None:
            raise not_found("upload")


async def _put(blobs: Blobs, key: str, body: bytes, content_type: str) -> None:
    await asked(blobs.put, key, body, content_type)


async def _forget(blobs: Blobs, owner_id: UUID, upload_id: UUID, pieces: int) -> None:
    for number in range(pieces):
        await asked(blobs.delete, piece_key(owner_id, upload_id, number))


async def asked(ask: Callable[..., Answer], *arguments: object) -> Answer:
    """What the object store, which blocks, says.

    Raises:
        ApiError: 503, it does not answer.
    """
    try:
        return await to_thread.run_sync(ask, *arguments)
    except (BotoCoreError, ClientError) as error:
        raise object_store_away() from error
