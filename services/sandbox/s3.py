"""A disk-backed subset of S3: buckets, put, get with Range, head, delete, list (version 2), presigned addresses."""

import asyncio
import base64
import hashlib
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import unquote

import msgspec
from botocore.credentials import Credentials
from litestar.types import Receive, Scope, Send

from services.sandbox.problems import s3_error
from services.sandbox.s3_listing import list_objects
from services.sandbox.s3_objects import FoundObject, KeyTooLongError, ObjectFolder
from services.sandbox.s3_ranges import RangeError, read_range
from services.sandbox.s3_signatures import SignatureError, SignedRequest, check_signature

_LARGEST_BODY = 512 * 1024 * 1024  # bytes
_CORS = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "Accept-Ranges, Content-Length, Content-Range, ETag",
}
"""A browser page of any origin may play what a presigned address gives."""
_HTTP_DATE = "%a, %d %b %Y %H:%M:%S GMT"


class S3Answer(msgspec.Struct, frozen=True):
    """Status, headers and body."""

    status: int
    headers: dict[str, str] = {}
    body: bytes = b""


class S3Error(Exception):
    """The request is refused, with S3's code."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(code, detail)
        self.status = status
        self.code = code
        self.detail = detail


class S3:
    """An ASGI application for everything below `/s3`.

    Args:
        folder: Keeps the objects.
        credentials: What requests must be signed with.
        clock: Says what time it is, in UTC.
        largest_body: Bytes that an object may have.
    """

    def __init__(
        self,
        folder: ObjectFolder,
        credentials: Credentials,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        largest_body: int = _LARGEST_BODY,
    ) -> None:
        self._folder = folder
        self._credentials = credentials
        self._clock = clock
        self._largest_body = largest_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            request = await _read(scope, receive, self._largest_body)
            answer = await asyncio.to_thread(self._answer, request)
        except (S3Error, SignatureError) as error:
            answer = S3Answer(error.status, {"content-type": "application/xml"}, s3_error(error.code, error.detail))
        headers = {"content-length": str(len(answer.body)), "x-amz-request-id": "sandbox", **answer.headers}
        raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        body = b"" if scope["method"] == "HEAD" else answer.body  # type: ignore[typeddict-item]  # HTTP alone comes here
        await send({"type": "http.response.start", "status": answer.status, "headers": raw})
        await send({"type": "http.response.body", "body": body, "more_body": False})

    def _answer(self, request: SignedRequest) -> S3Answer:
        if request.method == "OPTIONS":
            return S3Answer(
                204, {**_CORS, "access-control-allow-methods": "GET, HEAD", "access-control-allow-headers": "*"}
            )
        check_signature(request, self._credentials, self._clock())
        bucket, _, key = unquote(request.path.removeprefix("/s3/")).partition("/")
        if not bucket or bucket.startswith("."):
            raise S3Error(501, "NotImplemented", "The sandbox does not list buckets.")
        if not key:
            return self._bucket(request, bucket)
        if not self._folder.has_bucket(bucket):
            raise S3Error(404, "NoSuchBucket", f"There is no bucket {bucket}.")
        try:
            return self._object(request, bucket, key)
        except KeyTooLongError as error:
            raise S3Error(400, "KeyTooLongError", "A part of the key is too long.") from error

    def _bucket(self, request: SignedRequest, bucket: str) -> S3Answer:
        if request.method == "PUT":
            self._folder.create_bucket(bucket)
            return S3Answer(200, {"location": f"/{bucket}"})
        if not self._folder.has_bucket(bucket):
            raise S3Error(404, "NoSuchBucket", f"There is no bucket {bucket}.")
        if request.method == "HEAD":
            return S3Answer(200)
        if request.method == "GET" and request.parameters.get("list-type") == "2":
            document = list_objects(self._folder, bucket, request.parameters)
            return S3Answer(200, {"content-type": "application/xml"}, document)
        raise S3Error(501, "NotImplemented", f"The sandbox has no {request.method} of a bucket.")

    def _object(self, request: SignedRequest, bucket: str, key: str) -> S3Answer:
        match request.method:
            case "PUT":
                return self._put(request, bucket, key)
            case "DELETE":
                self._folder.delete(bucket, key)
                return S3Answer(204)
            case "GET" | "HEAD":
                found = self._folder.find(bucket, key)
                if found is None:
                    raise S3Error(404, "NoSuchKey", "There is no object with this key.")
                return self._get(request, found)
        raise S3Error(501, "NotImplemented", f"The sandbox has no {request.method} of an object.")

    def _put(self, request: SignedRequest, bucket: str, key: str) -> S3Answer:
        if "x-amz-copy-source" in request.headers or "uploadId" in request.parameters:
            raise S3Error(501, "NotImplemented", "The sandbox has neither copies nor multipart uploads.")
        crc32 = _checked_crc32(request)
        content_type = request.headers.get("content-type", "binary/octet-stream")
        head = self._folder.put(bucket, key, request.body, content_type=content_type, crc32=crc32)
        return S3Answer(200, {"etag": f'"{head.etag}"', "x-amz-checksum-crc32": crc32})

    def _get(self, request: SignedRequest, found: FoundObject) -> S3Answer:
        head = self._folder.head(found)
        try:
            span = read_range(request.headers.get("range"), found.size)
        except RangeError as error:
            raise S3Error(416, "InvalidRange", "The range lies beyond the object's end.") from error
        headers = {
            "content-type": request.parameters.get("response-content-type", head.content_type),
            "etag": f'"{head.etag}"',
            "last-modified": found.modified_at.strftime(_HTTP_DATE),
            "accept-ranges": "bytes",
            **(_CORS if request.presigned else {}),
        }
        if disposition := request.parameters.get("response-content-disposition"):
            headers["content-disposition"] = disposition
        if span.whole and request.headers.get("x-amz-checksum-mode", "").upper() == "ENABLED":
            headers["x-amz-checksum-crc32"] = head.crc32
        if not span.whole:
            headers["content-range"] = f"bytes {span.start}-{span.stop - 1}/{found.size}"
        headers["content-length"] = str(span.stop - span.start)
        body = b"" if request.method == "HEAD" else self._folder.read(found, span.start, span.stop)
        return S3Answer(200 if span.whole else 206, headers, body)


def _checked_crc32(request: SignedRequest) -> str:
    """CRC-32 of the body, which is the one that the client sent along if it sent one."""
    crc32 = base64.b64encode(zlib.crc32(request.body).to_bytes(4, "big")).decode()
    md5 = base64.b64encode(hashlib.md5(request.body, usedforsecurity=False).digest()).decode()
    if request.headers.get("x-amz-checksum-crc32", crc32) != crc32 or request.headers.get("content-md5", md5) != md5:
        raise S3Error(400, "BadDigest", "The checksum is not the body's.")
    return crc32


async def _read(scope: Scope, receive: Receive, largest: int) -> SignedRequest:
    parts: list[bytes] = []
    size = 0
    while (message := await receive())["type"] == "http.request":
        parts.append(message["body"])
        size += len(message["body"])
        if size > largest:
            raise S3Error(400, "EntityTooLarge", "The object is too large for the sandbox.")
        if not message["more_body"]:
            break
    return SignedRequest(
        method=str(scope["method"]),  # type: ignore[typeddict-item]  # HTTP alone comes here
        path=scope["raw_path"].decode("ascii"),
        query=scope["query_string"].decode("ascii"),
        headers={name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]},
        body=b"".join(parts),
    )
