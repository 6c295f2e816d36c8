"""What every object store must do: the sandbox's and moto's, both through `S3Blobs`."""

import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import msgspec
import pytest
from botocore.exceptions import ClientError
from botocore.exceptions import ConnectionError as ConnectionLostError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto.server import ThreadedMotoServer

from shared.blobs.ports import Blobs, ObjectNotFoundError
from shared.blobs.s3 import S3Blobs
from shared.settings import BlobSettings
from tests.support.sandbox import RunningSandbox


@pytest.fixture(scope="session", name="moto_url")
def _moto_url() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="session", params=["sandbox", "moto"], name="blob_settings")
def _blob_settings(request: pytest.FixtureRequest, small_sandbox_server: RunningSandbox, moto_url: str) -> BlobSettings:
    endpoint = small_sandbox_server.base_url("s3") if request.param == "sandbox" else moto_url
    return BlobSettings(
        endpoint=endpoint,
        public_endpoint=endpoint,
        bucket=f"bucket-{uuid.uuid4().hex}",
        access_key=small_sandbox_server.access_key,
        secret_key=small_sandbox_server.secret_key,
        region="us-east-1",
    )


@pytest.fixture(scope="session", name="one_store")
def _one_store(blob_settings: BlobSettings) -> S3Blobs:
    """One client for all tests: making one takes as long as twenty tests."""
    return S3Blobs(blob_settings)


@pytest.fixture(name="blobs")
def _blobs(one_store: S3Blobs) -> S3Blobs:
    """An empty store."""
    one_store.ensure_bucket()
    for found in one_store.list(""):
        one_store.delete(found.key)
    return one_store


def test_it_is_an_object_store(blobs: S3Blobs) -> None:
    store: Blobs = blobs
    assert list(store.list("")) == []


def test_ensuring_a_bucket_twice_keeps_its_objects(blobs: S3Blobs) -> None:
    blobs.put("kept", b"1", "text/plain")
    blobs.ensure_bucket()
    assert blobs.get("kept") == b"1"


def test_bucket_that_one_may_not_see_is_an_error_and_not_made(
    small_sandbox: RunningSandbox, blob_settings: BlobSettings
) -> None:
    endpoint = small_sandbox.base_url("s3")
    stranger = msgspec.structs.replace(blob_settings, endpoint=endpoint, secret_key="wrong")
    with pytest.raises(ClientError) as caught:
        S3Blobs(stranger).ensure_bucket()
    assert caught.value.operation_name == "HeadBucket"


def test_object_comes_back_as_it_was_put(blobs: S3Blobs) -> None:
    body = bytes(range(256)) * 5000
    blobs.put("job/step/audio.mp3", body, "audio/mpeg")
    assert blobs.get("job/step/audio.mp3") == body
    assert blobs.size("job/step/audio.mp3") == len(body)


def test_a_file_comes_back_as_it_was_put(blobs: S3Blobs, tmp_path: Path) -> None:
    there, back = tmp_path / "there", tmp_path / "back"
    there.write_bytes(bytes(range(256)) * 5000)
    blobs.put_file("export.zip", there, "application/zip")
    blobs.get_file("export.zip", back)
    assert back.read_bytes() == there.read_bytes() == blobs.get("export.zip")
    served = httpx.get(blobs.presigned_url("export.zip", seconds=60))
    assert served.headers["content-type"] == "application/zip"


def test_an_empty_file_is_an_object(blobs: S3Blobs, tmp_path: Path) -> None:
    empty, back = tmp_path / "empty", tmp_path / "back"
    empty.touch()
    blobs.put_file("empty", empty, "text/plain")
    blobs.get_file("empty", back)
    assert back.read_bytes() == b""


def test_a_missing_object_makes_no_file(blobs: S3Blobs, tmp_path: Path) -> None:
    with pytest.raises(ObjectNotFoundError):
        blobs.get_file("no/such/object", tmp_path / "file")
    assert not (tmp_path / "file").exists()


def test_empty_object_is_an_object(blobs: S3Blobs) -> None:
    blobs.put("empty", b"", "text/plain")
    assert blobs.get("empty") == b""
    assert blobs.size("empty") == 0


def test_put_replaces(blobs: S3Blobs) -> None:
    blobs.put("key", b"a longer first version", "text/plain")
    blobs.put("key", b"second", "text/plain")
    assert blobs.get("key") == b"second"


def test_missing_object_is_told_by_its_key(blobs: S3Blobs) -> None:
    with pytest.raises(ObjectNotFoundError) as caught:
        blobs.get("no/such/object")
    assert caught.value.key == "no/such/object"
    assert blobs.size("no/such/object") is None


def test_delete_removes_and_does_not_mind_what_is_not_there(blobs: S3Blobs) -> None:
    blobs.put("gone", b"1", "text/plain")
    blobs.delete("gone")
    blobs.delete("gone")
    assert blobs.size("gone") is None


def test_a_missing_bucket_is_an_error_and_no_missing_object(blob_settings: BlobSettings) -> None:
    elsewhere = msgspec.structs.replace(blob_settings, bucket="no-such-bucket")
    with pytest.raises(ClientError, match="NoSuchBucket"):
        S3Blobs(elsewhere).get("key")


def test_list_gives_keys_below_a_prefix_in_order_with_size_and_time(blobs: S3Blobs) -> None:
    for key in ("b/2", "b/10", "b", "a/x/y", "b/1/deep", "c", "b-1"):
        blobs.put(key, key.encode(), "text/plain")
    assert [found.key for found in blobs.list("b/")] == ["b/1/deep", "b/10", "b/2"]
    assert [found.key for found in blobs.list("b")] == ["b", "b-1", "b/1/deep", "b/10", "b/2"]
    everything = list(blobs.list(""))
    assert [found.key for found in everything] == sorted(found.key for found in everything)
    assert all(found.size == len(found.key) for found in everything)
    assert all(found.modified_at.tzinfo is not None for found in everything)


def test_keys_with_odd_characters(blobs: S3Blobs) -> None:
    keys = ["a b", "a+b", "100%", "a=b/c=d", "a&b", "<x>", "dots/../up", "./here", ".hidden", "~tilde", "a'b"]
    for key in keys:
        blobs.put(key, key.encode(), "text/plain")
    assert {found.key: blobs.get(found.key) for found in blobs.list("")} == {key: key.encode() for key in keys}


def test_presigned_address_needs_no_key_and_serves_ranges(blobs: S3Blobs) -> None:
    blobs.put("speech audio.mp3", b"0123456789", "audio/mpeg")
    url = blobs.presigned_url("speech audio.mp3", seconds=60)
    whole = httpx.get(url)
    assert (whole.status_code, whole.content, whole.headers["content-type"]) == (200, b"0123456789", "audio/mpeg")
    part = httpx.get(url, headers={"range": "bytes=2-4"})
    assert (part.status_code, part.content, part.headers["content-range"]) == (206, b"234", "bytes 2-4/10")


def test_presigned_address_uses_the_public_endpoint(blob_settings: BlobSettings) -> None:
    public = msgspec.structs.replace(blob_settings, public_endpoint="https://audio.example.org")
    url = S3Blobs(public).presigned_url("key", seconds=60)
    assert url.startswith(f"https://audio.example.org/{blob_settings.bucket}/key?")


def test_many_threads_share_one_client(blobs: S3Blobs) -> None:
    together = threading.Barrier(8)

    def put_and_get(number: int) -> bytes:
        together.wait()
        blobs.put(f"thread/{number}", str(number).encode(), "text/plain")
        return blobs.get(f"thread/{number}")

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(put_and_get, range(8))) == [str(number).encode() for number in range(8)]
    assert len(list(blobs.list("thread/"))) == 8


def test_an_unreachable_store_is_an_error(blob_settings: BlobSettings) -> None:
    nowhere = msgspec.structs.replace(blob_settings, endpoint="http://127.0.0.1:1")
    with pytest.raises(ConnectionLostError):
        S3Blobs(nowhere).size("key")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=40))
def test_any_ascii_key_is_stored_listed_and_presigned(blobs: S3Blobs, key: str) -> None:
    blobs.put(key, b"1", "text/plain")
    try:
        assert [found.key for found in blobs.list("")] == [key]
        assert blobs.get(key) == b"1"
        if not {".", ".."} & set(key.split("/")):  # which HTTP clients resolve before they ask
            assert httpx.get(blobs.presigned_url(key, seconds=60)).content == b"1"
    finally:
        blobs.delete(key)
