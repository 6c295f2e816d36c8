"""Where bytes live that are too large for a row."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Protocol

import msgspec


class StoredObject(msgspec.Struct, frozen=True):
    """One object of a listing."""

    key: str
    size: int
    modified_at: datetime


class ObjectNotFoundError(LookupError):
    """There is no object with this key."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class Blobs(Protocol):
    """An object store. Keys are `/`-separated ASCII; a put replaces the whole object or nothing."""

    def put(self, key: str, body: bytes, content_type: str) -> None:
        """Store `body` under `key`."""

    def put_file(self, key: str, path: Path, content_type: str) -> None:
        """Store what is in the file, a block at a time: however large it is, little of it is in memory."""

    def get(self, key: str) -> bytes:
        """The whole object.

        Raises:
            ObjectNotFoundError: Nothing is stored under `key`.
        """

    def get_file(self, key: str, path: Path) -> None:
        """Write the object to a file, a block at a time; after an error a part of it may be there.

        Raises:
            ObjectNotFoundError: Nothing is stored under `key`; then no file is made.
        """

    def size(self, key: str) -> int | None:
        """Its size in bytes, or null if there is none."""

    def delete(self, key: str) -> None:
        """Remove it; no error if it is not there."""

    def list(self, prefix: str) -> Iterator[StoredObject]:
        """All objects below `prefix`, in key order, page by page."""

    def presigned_url(self, key: str, *, seconds: int) -> str:
        """An address from which anybody can GET the object (with Range) for `seconds`."""
