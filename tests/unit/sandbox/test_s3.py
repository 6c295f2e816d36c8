from pathlib import Path
from typing import Any

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from services.sandbox.s3 import S3
from services.sandbox.s3_objects import ObjectFolder

CREDENTIALS = Credentials("key", "secret")


async def _put(s3: S3, body: bytes, parts: int) -> int:
    """Put an object in several parts of the request's body; gives the status."""
    request = AWSRequest("PUT", "http://here/s3/bucket/object", data=body)
    S3SigV4Auth(CREDENTIALS, "s3", "us-east-1").add_auth(request)
    headers = [(name.lower().encode(), str(value).encode()) for name, value in request.headers.items()]
    scope: Any = {
        "method": "PUT",
        "raw_path": b"/s3/bucket/object",
        "query_string": b"",
        "headers": [*headers, (b"host", b"here")],
    }
    size = -(-len(body) // parts)
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

    async def send(message: Any) -> None:
        sent.append(message)

    await s3(scope, receive, send)
    return int(sent[0]["status"])


@pytest.mark.parametrize(("size", "status"), [(10, 200), (11, 400)])
async def test_object_beyond_the_largest_is_refused(tmp_path: Path, size: int, status: int) -> None:
    folder = ObjectFolder(tmp_path)
    folder.create_bucket("bucket")
    assert await _put(S3(folder, CREDENTIALS, largest_body=10), bytes(size), parts=3) == status
    assert (folder.find("bucket", "object") is not None) is (status == 200)
