"""An object store in a folder, shared by processes that may be killed at any moment."""

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

from shared.blobs.ports import ObjectNotFoundError, StoredObject


class FolderBlobs:
    """Implements `shared.blobs.ports.Blobs`, as far as workers in chaos need it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, key: str, body: bytes, content_type: str) -> None:  # noqa: ARG002 - nobody reads it
        unfinished = self._folder / f"unfinished-{uuid4()}"
        unfinished.write_bytes(body)
        os.replace(unfinished, self._path(key))  # noqa: PTH105 - as in any store: the whole object or nothing

    def put_file(self, key: str, path: Path, content_type: str) -> None:
        self.put(key, path.read_bytes(), content_type)

    def get(self, key: str) -> bytes:
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError as error:
            raise ObjectNotFoundError(key) from error

    def get_file(self, key: str, path: Path) -> None:
        path.write_bytes(self.get(key))

    def size(self, key: str) -> int | None:
        path = self._path(key)
        return path.stat().st_size if path.exists() else None

    def delete(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)

    def list(self, prefix: str) -> Iterator[StoredObject]:
        raise NotImplementedError(prefix)

    def presigned_url(self, key: str, *, seconds: int) -> str:
        raise NotImplementedError(key, seconds)

    def _path(self, key: str) -> Path:
        return self._folder / key.replace("/", "_")
