"""Objects on disk: one file an object, its headers in front of its body, so that a rename replaces both at once."""

import hashlib
import os
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, unquote

import msgspec

_HEAD_BYTES = 1024
"""Fixed, so that sizes are known from the file's size alone."""
_FOLDER_MARK = "="
"""Ends a folder's name; `quote` never leaves one in, so the object `a` and the folder of `a/b` do not collide."""
_LONGEST_NAME = 255
"""Bytes in a file name on every common file system."""


class KeyTooLongError(ValueError):
    """A part of the key is longer than a file's name may be."""


class ObjectHead(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of an object besides its bytes."""

    content_type: str
    etag: str
    """MD5 of the body in hexadecimal, as S3 has it."""
    crc32: str
    """Base64 of the big-endian CRC-32, as in `x-amz-checksum-crc32`."""


class FoundObject(msgspec.Struct, frozen=True, kw_only=True):
    """An object that is there."""

    key: str
    size: int
    modified_at: datetime
    path: Path


class ObjectFolder:
    """All buckets below one folder."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._incoming = root / ".incoming"

    def create_bucket(self, bucket: str) -> None:
        """Make it; no error if it is there."""
        (self._root / bucket).mkdir(parents=True, exist_ok=True)

    def has_bucket(self, bucket: str) -> bool:
        """Whether it was made."""
        return (self._root / bucket).is_dir()

    def put(self, bucket: str, key: str, body: bytes, *, content_type: str, crc32: str) -> ObjectHead:
        """Store the whole object or nothing."""
        digest = hashlib.md5(body, usedforsecurity=False).hexdigest()
        head = ObjectHead(content_type=content_type, etag=digest, crc32=crc32)
        path = self._path(bucket, key)
        self._incoming.mkdir(parents=True, exist_ok=True)
        incoming = self._incoming / uuid.uuid4().hex
        incoming.write_bytes(msgspec.json.encode(head).ljust(_HEAD_BYTES) + body)
        path.parent.mkdir(parents=True, exist_ok=True)
        incoming.replace(path)
        return head

    def find(self, bucket: str, key: str) -> FoundObject | None:
        """The object, if it is there."""
        return _found(self._path(bucket, key), key)

    def head(self, found: FoundObject) -> ObjectHead:
        """Its headers."""
        with found.path.open("rb") as file:
            return msgspec.json.decode(file.read(_HEAD_BYTES), type=ObjectHead)

    def read(self, found: FoundObject, start: int, stop: int) -> bytes:
        """Its bytes from `start` up to `stop`."""
        with found.path.open("rb") as file:
            file.seek(_HEAD_BYTES + start)
            return file.read(stop - start)

    def delete(self, bucket: str, key: str) -> None:
        """Remove it; no error if it is not there."""
        self._path(bucket, key).unlink(missing_ok=True)

    def list(self, bucket: str, prefix: str, after: str) -> list[FoundObject]:
        """Objects below `prefix` whose key comes after `after`, in key order."""
        below = self._root / bucket
        *folders, _ = prefix.split("/")
        for folder in folders:
            below /= _name(folder) + _FOLDER_MARK
        start = "/".join([*folders, ""])
        found = (thing for thing in _walk(below, start) if thing.key.startswith(prefix) and thing.key > after)
        return sorted(found, key=lambda thing: thing.key.encode())

    def _path(self, bucket: str, key: str) -> Path:
        *folders, last = key.split("/")
        path = self._root / bucket
        for folder in folders:
            path /= _name(folder) + _FOLDER_MARK
        return path / (_name(last) or "%")


def _name(part: str) -> str:
    """A part of a key as a file's name: nothing of it can point elsewhere."""
    name = quote(part, safe="")
    if len(name) >= _LONGEST_NAME:
        raise KeyTooLongError(part)
    return name.replace(".", "%2E") if part.startswith(".") else name


def _found(path: Path, key: str) -> FoundObject | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    modified_at = datetime.fromtimestamp(status.st_mtime, UTC)
    return FoundObject(key=key, size=status.st_size - _HEAD_BYTES, modified_at=modified_at, path=path)


def _walk(folder: Path, start: str) -> Iterator[FoundObject]:
    """Everything below `folder`, whose keys begin with `start`; what vanishes meanwhile is left out."""
    if not folder.is_dir():
        return
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(_FOLDER_MARK):
                yield from _walk(Path(entry.path), f"{start}{unquote(entry.name.removesuffix(_FOLDER_MARK))}/")
            elif found := _found(Path(entry.path), start + ("" if entry.name == "%" else unquote(entry.name))):
                yield found
