"""An object store in memory."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from shared.blobs.ports import ObjectNotFoundError, StoredObject


class MemoryBlobs:
    """Implements `shared.blobs.ports.Blobs`."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        """Everything that is stored, by key."""
        self.types: dict[str, str] = {}
        """Media types by key."""
        self.modified: dict[str, datetime] = {}
        """When each was put; a test may make an object old."""

    def put(self, key: str, body: bytes, content_type: str) -> None:
        self.objects[key] = body
        self.types[key] = content_type
        self.modified[key] = datetime.now(UTC)

    def put_file(self, key: str, path: Path, content_type: str) -> None:
        self.put(key, path.read_bytes(), content_type)

    def get(self, key: str) -> bytes:
        if key not in self.objects:
            raise ObjectNotFoundError(key)
        return self.objects[key]

    def get_file(self, key: str, path: Path) -> None:
        path.write_bytes(self.get(key))

    def size(self, key: str) -> int | None:
        return len(self.objects[key]) if key in self.objects else None

    def delete(self, key: str) -> None:
        self.objects.pop(key, None)

    def list(self, prefix: str) -> Iterator[StoredObject]:
        for key in sorted(self.objects):
            if key.startswith(prefix):
                yield StoredObject(key, len(self.objects[key]), self.modified[key])

    def presigned_url(self, key: str, *, seconds: int) -> str:
        return f"memory:{key}?seconds={seconds}"
