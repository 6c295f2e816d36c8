"""Objects in an S3-compatible store. The only import of boto3."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from shared.blobs.ports import ObjectNotFoundError, StoredObject
from shared.settings import BlobSettings

if TYPE_CHECKING:
    from botocore.response import StreamingBody
    from mypy_boto3_s3 import S3Client

_CONNECT_TIMEOUT = 3.0  # seconds
_READ_TIMEOUT = 20.0  # seconds between two bytes
_ATTEMPTS = 3
_CONNECTIONS = 64
"""As many as a worker has slots by default; more threads than this wait for one another's connections."""
_BLOCK = 256 * 1024
"""Bytes of a file that are in memory at a time."""
_NOT_FOUND = frozenset({"404", "NoSuchKey", "NotFound"})


class S3Blobs:
    """An object store as `Blobs` describes it. Safe to use from many threads at once.

    Args:
        settings: Where the store is and how to get in. Path-style addresses, so that any host name works.
    """

    def __init__(self, settings: BlobSettings) -> None:
        self._bucket = settings.bucket
        # A session of its own: boto3's default one is shared, and not safe to make clients from in threads.
        session = boto3.session.Session()
        self._client = _client(session, settings, settings.endpoint)
        self._public = (
            self._client
            if settings.public_endpoint == settings.endpoint
            else _client(session, settings, settings.public_endpoint)
        )

    def ensure_bucket(self) -> None:
        """Make the bucket if it is not there; needs the right to do so only then."""
        try:
            self._client.head_bucket(Bucket=self._bucket)
        except ClientError as error:
            if not _is_missing(error):
                raise
            self._client.create_bucket(Bucket=self._bucket)

    def put(self, key: str, body: bytes, content_type: str) -> None:
        """Store `body` under `key`; a checksum goes along, so a damaged upload is refused by the store."""
        self._client.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType=content_type)

    def put_file(self, key: str, path: Path, content_type: str) -> None:
        """Store what is in the file, with a checksum as `put`, in one request: at most 5 GB, which S3 sets."""
        with path.open("rb") as file:
            self._client.put_object(Bucket=self._bucket, Key=key, Body=file, ContentType=content_type)

    def get(self, key: str) -> bytes:
        """The whole object.

        Raises:
            ObjectNotFoundError: Nothing is stored under `key`.
        """
        return self._body(key).read()

    def get_file(self, key: str, path: Path) -> None:
        """Write the object to a file; the checksum that came with it is compared at its end.

        Raises:
            ObjectNotFoundError: Nothing is stored under `key`; then no file is made.
        """
        body = self._body(key)
        with path.open("wb") as file:
            for block in body.iter_chunks(_BLOCK):
                file.write(block)

    def _body(self, key: str) -> "StreamingBody":
        try:
            return self._client.get_object(Bucket=self._bucket, Key=key)["Body"]
        except ClientError as error:
            if _is_missing(error):
                raise ObjectNotFoundError(key) from error
            raise

    def size(self, key: str) -> int | None:
        """Its size in bytes, or null if there is none."""
        try:
            return self._client.head_object(Bucket=self._bucket, Key=key)["ContentLength"]
        except ClientError as error:
            if _is_missing(error):
                return None
            raise

    def delete(self, key: str) -> None:
        """Remove it; no error if it is not there."""
        self._client.delete_object(Bucket=self._bucket, Key=key)

    def list(self, prefix: str) -> Iterator[StoredObject]:
        """All objects below `prefix`, in key order, page by page."""
        for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix):
            for found in page.get("Contents", []):
                yield StoredObject(found["Key"], found["Size"], found["LastModified"])

    def presigned_url(self, key: str, *, seconds: int) -> str:
        """An address at the public endpoint from which anybody can GET the object (with Range) for `seconds`."""
        return self._public.generate_presigned_url(
            "get_object", Params={"Bucket": self._bucket, "Key": key}, ExpiresIn=seconds
        )


def _client(session: boto3.session.Session, settings: BlobSettings, endpoint: str) -> "S3Client":
    return session.client(
        "s3",
        endpoint_url=endpoint,
        region_name=settings.region,
        aws_access_key_id=settings.access_key,
        aws_secret_access_key=settings.secret_key,
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": "path"},
            connect_timeout=_CONNECT_TIMEOUT,
            read_timeout=_READ_TIMEOUT,
            retries={"max_attempts": _ATTEMPTS, "mode": "standard"},
            max_pool_connections=_CONNECTIONS,
        ),
    )


def _is_missing(error: ClientError) -> bool:
    return error.response.get("Error", {}).get("Code") in _NOT_FOUND
