"""A file goes to a store and comes back a block at a time."""

import threading
import tracemalloc
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from shared.blobs.s3 import S3Blobs
from shared.settings import BlobSettings

FILE = 32 * 1024**2  # bytes
BLOCK = 64 * 1024


class Store(BaseHTTPRequestHandler):
    """Takes everything and keeps nothing: a store in this process must not be counted itself."""

    protocol_version = "HTTP/1.1"

    def do_PUT(self) -> None:
        """Read it and forget it."""
        left = int(self.headers["Content-Length"])
        while left:
            left -= len(self.rfile.read(min(left, BLOCK)))
        self._answer(0)

    def do_GET(self) -> None:
        """Zeros."""
        self._answer(FILE)
        for _ in range(FILE // BLOCK):
            self.wfile.write(bytes(BLOCK))

    def _answer(self, size: int) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(size))
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(name="blobs")
def _blobs() -> Iterator[S3Blobs]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Store)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    endpoint = f"http://127.0.0.1:{server.server_port}"
    try:
        yield S3Blobs(
            BlobSettings(
                endpoint=endpoint,
                public_endpoint=endpoint,
                bucket="bucket",
                access_key="access",
                secret_key="secret",
                region="us-east-1",
            )
        )
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_file_is_never_whole_in_memory(blobs: S3Blobs, tmp_path: Path) -> None:
    there, back = tmp_path / "there", tmp_path / "back"
    with there.open("wb") as file:
        file.truncate(FILE)
    tracemalloc.start()
    try:
        blobs.put_file("large", there, "application/zip")
        blobs.get_file("large", back)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert back.stat().st_size == FILE
    assert most < FILE / 4
