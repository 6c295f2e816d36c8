"""What the sandbox's object store guards: signatures, expiry, checksums; beyond what every store must do."""

import base64
import socket
import uuid
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3
import httpx
import pytest
from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from tests.support.sandbox import RunningSandbox

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

pytestmark = pytest.mark.usefixtures("small_sandbox")  # without faults

SESSION = boto3.session.Session()
BUCKET = f"bucket-{uuid.uuid4().hex}"


def _client(sandbox: RunningSandbox, access_key: str | None = None, secret_key: str | None = None) -> "S3Client":
    return SESSION.client(
        "s3",
        endpoint_url=sandbox.base_url("s3"),
        region_name="eu-central-1",
        aws_access_key_id=access_key or sandbox.access_key,
        aws_secret_access_key=secret_key or sandbox.secret_key,
        config=Config(signature_version="s3v4", s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}),
    )


@pytest.fixture(scope="module", name="one_client")
def _one_client(small_sandbox_server: RunningSandbox) -> "S3Client":
    """One client for most tests: making one takes as long as twenty tests."""
    client = _client(small_sandbox_server)
    client.create_bucket(Bucket=BUCKET)
    return client


@pytest.fixture(name="s3")
def _s3(one_client: "S3Client") -> "S3Client":
    """A client whose bucket holds ten bytes under `key`."""
    client = one_client
    client.put_object(Bucket=BUCKET, Key="key", Body=b"0123456789", ContentType="audio/mpeg")
    return client


def _presigned(s3: "S3Client", **parameters: str) -> str:
    return s3.generate_presigned_url("get_object", Params={"Bucket": BUCKET, "Key": "key", **parameters}, ExpiresIn=60)


def _code(answer: httpx.Response) -> str:
    return answer.text.partition("<Code>")[2].partition("</Code>")[0]


def test_request_with_another_key_or_secret_is_refused(s3: "S3Client", small_sandbox: RunningSandbox) -> None:
    with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
        _client(small_sandbox, secret_key="wrong").get_object(Bucket=BUCKET, Key="key")
    with pytest.raises(ClientError, match="InvalidAccessKeyId"):
        _client(small_sandbox, access_key="wrong").delete_object(Bucket=BUCKET, Key="key")
    assert s3.get_object(Bucket=BUCKET, Key="key")["Body"].read() == b"0123456789"


def test_unsigned_request_is_refused(s3: "S3Client", small_sandbox: RunningSandbox) -> None:
    answer = httpx.get(f"{small_sandbox.base_url('s3')}/{BUCKET}/key")
    assert (answer.status_code, _code(answer)) == (403, "AccessDenied")
    assert s3.head_object(Bucket=BUCKET, Key="key")["ContentLength"] == 10


@pytest.mark.parametrize(
    "forge",
    [
        lambda url: url.replace("/key?", "/other?"),
        lambda url: url.replace("X-Amz-Expires=60", "X-Amz-Expires=6000"),
        lambda url: url + "&response-content-type=text%2Fhtml",
        lambda url: url[:-1] + ("0" if url[-1] != "0" else "1"),
    ],
    ids=["other object", "longer life", "other type", "other signature"],
)
def test_altered_presigned_address_is_refused(s3: "S3Client", forge: Callable[[str], str]) -> None:
    s3.put_object(Bucket=BUCKET, Key="other", Body=b"secret")
    answer = httpx.get(forge(_presigned(s3)))
    assert (answer.status_code, _code(answer)) == (403, "SignatureDoesNotMatch")


def test_presigned_get_is_good_for_nothing_else(s3: "S3Client") -> None:
    url = _presigned(s3)
    assert httpx.delete(url).status_code == 403
    assert httpx.put(url, content=b"replaced").status_code == 403
    assert httpx.get(url).content == b"0123456789"


def test_expired_presigned_address_is_refused(s3: "S3Client", monkeypatch: pytest.MonkeyPatch) -> None:
    def sign_at(moment: datetime) -> str:
        monkeypatch.setattr("botocore.auth.get_current_datetime", lambda *_: moment)
        return _presigned(s3)

    now = datetime.now(UTC).replace(tzinfo=None)
    expired = httpx.get(sign_at(now - timedelta(seconds=61)))
    assert (expired.status_code, _code(expired)) == (403, "AccessDenied")
    assert "expired" in expired.text
    assert httpx.get(sign_at(now - timedelta(seconds=30))).status_code == 200
    assert httpx.get(sign_at(now + timedelta(hours=1))).status_code == 403


def test_presigned_address_longer_than_a_week_is_refused(s3: "S3Client", small_sandbox: RunningSandbox) -> None:
    request = AWSRequest("GET", f"{small_sandbox.base_url('s3')}/{BUCKET}/key")
    credentials = Credentials(small_sandbox.access_key, small_sandbox.secret_key)
    S3SigV4QueryAuth(credentials, "s3", "eu-central-1", expires=8 * 24 * 3600).add_auth(request)
    assert httpx.get(str(request.url)).status_code == 400
    assert s3.head_object(Bucket=BUCKET, Key="key")["ContentLength"] == 10


def test_body_with_another_checksum_is_refused(s3: "S3Client", small_sandbox: RunningSandbox) -> None:
    def tamper(request: AWSRequest, **_: Any) -> None:
        request.data = b"tampered!!"

    tampered = _client(small_sandbox)
    tampered.meta.events.register("request-created.s3.PutObject", tamper)  # after the checksum, before the signature
    with pytest.raises(ClientError, match="BadDigest"):
        tampered.put_object(Bucket=BUCKET, Key="key", Body=b"9876543210")
    assert s3.get_object(Bucket=BUCKET, Key="key")["Body"].read() == b"0123456789"


def test_body_altered_on_the_way_is_refused(s3: "S3Client", small_sandbox: RunningSandbox) -> None:
    def tamper(request: Any, **_: Any) -> None:
        request.body = b"tampered!!"

    tampered = _client(small_sandbox)
    tampered.meta.events.register("before-send.s3.PutObject", tamper)
    with pytest.raises(ClientError, match="XAmzContentSHA256Mismatch"):
        tampered.put_object(Bucket=BUCKET, Key="key", Body=b"9876543210")
    assert s3.get_object(Bucket=BUCKET, Key="key")["Body"].read() == b"0123456789"


def _put_by_hand(
    sandbox: RunningSandbox, signer: S3SigV4Auth, *, headers: dict[str, str], body: bytes
) -> httpx.Response:
    url = f"{sandbox.base_url('s3')}/{BUCKET}/key"
    request = AWSRequest("PUT", url, data=body, headers=headers)
    signer.add_auth(request)
    return httpx.put(url, content=body, headers=dict(request.headers.items()))


def _signer(sandbox: RunningSandbox, kind: type[S3SigV4Auth] = S3SigV4Auth) -> S3SigV4Auth:
    return kind(Credentials(sandbox.access_key, sandbox.secret_key), "s3", "eu-central-1")


class _WithoutHost(S3SigV4Auth):
    without = "host"

    def headers_to_sign(self, request: AWSRequest) -> Any:
        headers = super().headers_to_sign(request)
        del headers[self.without]
        return headers


class _WithoutPayload(_WithoutHost):
    without = "x-amz-content-sha256"


class _InChunks(S3SigV4Auth):
    def payload(self, request: AWSRequest) -> str:
        del request
        return "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        (S3SigV4Auth, 200, ""),
        (_WithoutHost, 403, "AccessDenied"),
        (_WithoutPayload, 403, "AccessDenied"),
        (_InChunks, 501, "NotImplemented"),
    ],
)
def test_signature_must_cover_host_and_body(
    s3: "S3Client", small_sandbox: RunningSandbox, kind: type[S3SigV4Auth], status: int, code: str
) -> None:
    s3.delete_object(Bucket=BUCKET, Key="key")
    answer = _put_by_hand(small_sandbox, _signer(small_sandbox, kind), headers={}, body=b"by hand")
    assert (answer.status_code, _code(answer)) == (status, code)
    assert ("Contents" in s3.list_objects_v2(Bucket=BUCKET, Prefix="key")) is (status == 200)


def test_no_name_leads_out_of_the_bucket(s3: "S3Client", small_sandbox: RunningSandbox) -> None:
    for key in ("..", ".", "a/..", "../../outside"):
        s3.put_object(Bucket=BUCKET, Key=key, Body=key.encode())
        assert s3.get_object(Bucket=BUCKET, Key=key)["Body"].read() == key.encode()
        assert s3.list_objects_v2(Bucket=BUCKET, Prefix=key)["Contents"][0]["Key"] == key
        s3.delete_object(Bucket=BUCKET, Key=key)
    request = AWSRequest("PUT", f"{small_sandbox.base_url('s3')}/%2E%2E/outside", data=b"x")
    _signer(small_sandbox).add_auth(request)
    answer = httpx.put(str(request.url), content=b"x", headers=dict(request.headers.items()))
    assert (answer.status_code, _code(answer)) == (501, "NotImplemented")
    assert not list(small_sandbox.data.glob("outside*"))


def test_old_signature_is_refused(
    s3: "S3Client", small_sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    long_ago = datetime.now(UTC).replace(tzinfo=None) - timedelta(minutes=20)
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda *_: long_ago)
    with pytest.raises(ClientError, match="RequestTimeTooSkewed"):
        s3.delete_object(Bucket=BUCKET, Key="key")
    answer = _put_by_hand(small_sandbox, _signer(small_sandbox), headers={}, body=b"replaced")
    assert _code(answer) == "RequestTimeTooSkewed"


def test_wrong_md5_is_refused(s3: "S3Client", small_sandbox: RunningSandbox) -> None:
    answer = _put_by_hand(small_sandbox, _signer(small_sandbox), headers={"Content-MD5": "AAAA"}, body=b"replaced")
    assert (answer.status_code, _code(answer)) == (400, "BadDigest")
    assert s3.get_object(Bucket=BUCKET, Key="key")["Body"].read() == b"0123456789"


def test_bucket_that_was_not_made_takes_no_object(s3: "S3Client") -> None:
    with pytest.raises(ClientError, match="NoSuchBucket"):
        s3.put_object(Bucket="no-such-bucket", Key="key", Body=b"")


def test_upload_waits_for_the_go_ahead(small_sandbox: RunningSandbox) -> None:
    host, port = small_sandbox.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(b"PUT /s3/b/k HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n")
        assert connection.recv(1000).startswith(b"HTTP/1.1 100 Continue")


def test_checksum_goes_back_with_the_object(s3: "S3Client") -> None:
    found = s3.get_object(Bucket=BUCKET, Key="key", ChecksumMode="ENABLED")
    assert found["ChecksumCRC32"] == base64.b64encode(zlib.crc32(b"0123456789").to_bytes(4, "big")).decode()
    assert found["ETag"] == '"781e5e245d69b566979b86e28d23f2c7"'


@pytest.mark.parametrize(
    ("header", "status", "body"),
    [
        ("bytes=0-0", 206, b"0"),
        ("bytes=7-", 206, b"789"),
        ("bytes=-2", 206, b"89"),
        ("bytes=-20", 206, b"0123456789"),
        ("bytes=8-99", 206, b"89"),
        ("bytes=5-4", 200, b"0123456789"),
        ("lines=1-2", 200, b"0123456789"),
    ],
)
def test_ranges(s3: "S3Client", header: str, status: int, body: bytes) -> None:
    answer = httpx.get(_presigned(s3), headers={"range": header})
    assert (answer.status_code, answer.content) == (status, body)


def test_range_beyond_the_end_is_416(s3: "S3Client") -> None:
    answer = httpx.get(_presigned(s3), headers={"range": "bytes=10-"})
    assert (answer.status_code, _code(answer)) == (416, "InvalidRange")


def test_presigned_address_may_be_played_by_any_page(s3: "S3Client") -> None:
    url = _presigned(s3, ResponseContentType="audio/mp3", ResponseContentDisposition="attachment")
    answer = httpx.get(url)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["content-type"] == "audio/mp3"
    assert answer.headers["content-disposition"] == "attachment"
    preflight = httpx.options(url, headers={"origin": "http://x", "access-control-request-method": "GET"})
    assert (preflight.status_code, preflight.headers["access-control-allow-origin"]) == (204, "*")


def test_listing_goes_on_page_by_page(s3: "S3Client") -> None:
    for number in range(5):
        s3.put_object(Bucket=BUCKET, Key=f"page/{number}", Body=b"")
    pages = list(
        s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix="page/", PaginationConfig={"PageSize": 2})
    )
    assert [[found["Key"] for found in page["Contents"]] for page in pages] == [
        ["page/0", "page/1"],
        ["page/2", "page/3"],
        ["page/4"],
    ]


def test_what_it_lacks_is_not_implemented(s3: "S3Client") -> None:
    calls: list[Callable[[], Any]] = [
        s3.list_buckets,
        lambda: s3.list_objects(Bucket=BUCKET),
        lambda: s3.create_multipart_upload(Bucket=BUCKET, Key="key"),
        lambda: s3.copy_object(Bucket=BUCKET, Key="copy", CopySource=f"{BUCKET}/key"),
    ]
    for call in calls:
        with pytest.raises(ClientError, match="NotImplemented"):
            call()


def test_too_long_a_name_is_a_clear_error(s3: "S3Client") -> None:
    with pytest.raises(ClientError, match="KeyTooLong"):
        s3.put_object(Bucket=BUCKET, Key="x" * 300, Body=b"")


def test_status_fault_is_an_s3_error(s3: "S3Client", small_sandbox: RunningSandbox) -> None:
    small_sandbox.fault("s3", "status", status=503)
    with pytest.raises(ClientError, match="Sandbox503"):
        s3.get_object(Bucket=BUCKET, Key="key")
    assert s3.get_object(Bucket=BUCKET, Key="key")["ContentLength"] == 10


def test_refused_put_leaves_its_connection_fit_for_the_next(s3: "S3Client", small_sandbox: RunningSandbox) -> None:
    small_sandbox.fault("s3", "status", status=503)
    with pytest.raises(ClientError, match="Sandbox503"):
        s3.put_object(Bucket=BUCKET, Key="refused", Body=b"x" * 5_000)
    s3.put_object(Bucket=BUCKET, Key="refused", Body=b"x" * 5_000)
    assert s3.get_object(Bucket=BUCKET, Key="refused")["ContentLength"] == 5_000
