"""Everything that somebody keeps becomes a file, or the file stays as it was."""

import io
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import httpx
import msgspec
import pytest
from rich.console import Console

from services.api.imports.schemas import ExportRequest
from services.cli.api import Api
from services.cli.transfers import PIECE, fetch_file
from tests.support.cli_server import URL, CommandLine, FakeServer
from tests.support.cli_transfers import ARCHIVE_URL, TransferRoom, export_answers

PIECES: Final = 64


class BrokenBody(httpx.SyncByteStream):
    """A body that breaks off; by the network if not told otherwise."""

    def __init__(self, begin: bytes, error: BaseException | None = None) -> None:
        self.begin = begin
        self.error = error or httpx.RemoteProtocolError("the connection was closed")
        self.closed = False

    def __iter__(self) -> Iterator[bytes]:
        yield self.begin
        raise self.error

    def close(self) -> None:
        """The connection is given back."""
        self.closed = True


class Zeros(httpx.SyncByteStream):
    """A large body."""

    def __init__(self, pieces: int) -> None:
        self.pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        for _ in range(self.pieces):
            yield bytes(PIECE)


@pytest.fixture(autouse=True)
def _room(server: FakeServer) -> None:
    TransferRoom(server)
    export_answers(server)


@pytest.mark.parametrize("given", [None, "apkg"])
def test_an_export_becomes_a_file(parlance: CommandLine, server: FakeServer, tmp_path: Path, given: str | None) -> None:
    out = tmp_path / "mine.bin"
    result = parlance("export", "--out", str(out), *(["--format", given] if given else []))
    assert result.exit_code == 0, result.stderr
    assert out.read_bytes() == b"PK"
    (request,) = server.asked("/api/exports")
    assert msgspec.json.decode(request.content, type=ExportRequest).format == (given or "json")
    (fetched,) = server.asked("/archive")
    assert "Authorization" not in fetched.headers


def test_an_export_that_failed_leaves_no_file(parlance: CommandLine, server: FakeServer, tmp_path: Path) -> None:
    export_answers(server, "failed")
    out = tmp_path / "mine.zip"
    assert parlance("export", "--out", str(out)).exit_code == 3
    assert not out.exists()


def test_an_export_into_no_folder_is_not_begun(parlance: CommandLine, server: FakeServer, tmp_path: Path) -> None:
    assert parlance("export", "--out", str(tmp_path / "no" / "mine.zip")).exit_code == 2
    assert server.requests == []


def test_a_format_that_there_is_not_is_refused(parlance: CommandLine, server: FakeServer, tmp_path: Path) -> None:
    assert parlance("export", "--format", "xml", "--out", str(tmp_path / "x")).exit_code == 2
    assert server.requests == []


def test_an_export_that_breaks_off_begins_again(parlance: CommandLine, server: FakeServer, tmp_path: Path) -> None:
    bodies = [BrokenBody(bytes(PIECE)), BrokenBody(bytes(3 * PIECE))]
    server.before["/archive"] = [httpx.Response(200, stream=body) for body in bodies]
    out = tmp_path / "mine.zip"
    assert parlance("export", "--out", str(out)).exit_code == 0
    assert out.read_bytes() == b"PK"
    assert all(body.closed for body in bodies)


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_download_that_ends_in_the_middle_leaves_the_file_as_it_was(
    parlance: CommandLine, server: FakeServer, tmp_path: Path, error: BaseException
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "mine.zip").write_bytes(b"of last week")
    server.before["/archive"] = [httpx.Response(200, stream=BrokenBody(b"P", error))]
    result = parlance("export", "--out", str(folder / "mine.zip"))
    assert result.exit_code in {1, 130}
    assert [(path.name, path.read_bytes()) for path in folder.iterdir()] == [("mine.zip", b"of last week")]


def test_a_download_is_never_whole_in_memory(parlance: CommandLine, server: FakeServer, tmp_path: Path) -> None:
    server.before["/archive"] = [httpx.Response(200, stream=Zeros(PIECES))]
    out = tmp_path / "mine.zip"
    tracemalloc.start()
    try:
        assert parlance("export", "--out", str(out)).exit_code == 0
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert out.stat().st_size == PIECE * PIECES
    assert most < PIECE * PIECES / 4


def test_an_archive_that_is_gone_is_said_so(parlance: CommandLine, server: FakeServer, tmp_path: Path) -> None:
    server.before["/archive"] = [httpx.Response(404, stream=httpx.ByteStream(b"<Error/>"))]
    result = parlance("export", "--out", str(tmp_path / "mine.zip"))
    assert result.exit_code == 5
    assert "HTTP 404" in result.stderr
    assert list(tmp_path.glob("*mine*")) == []


def test_a_terminal_shows_how_far_a_download_is(server: FakeServer, tmp_path: Path) -> None:
    server.before["/archive"] = [httpx.Response(200, headers={"Content-Length": str(4 * PIECE)}, stream=Zeros(4))]
    console = Console(file=io.StringIO(), force_terminal=True, width=80)
    with Api(URL, "key", tell=print, pause=lambda _: None, clock=lambda: 0.0, transport=server) as api:
        fetch_file(api, console, ARCHIVE_URL, tmp_path / "mine.zip")
    assert isinstance(console.file, io.StringIO)
    assert "1.0/1.0 MB" in console.file.getvalue()
