"""Files on their way to the server and back: piece by piece, with a bar in a terminal."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import httpx
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TransferSpeedColumn

from services.cli.board import BAR_WIDTH, moves
from services.cli.exits import WRONG, StopError
from services.cli.files import replacing

if TYPE_CHECKING:
    from services.cli.api import Api

PIECE: Final = 256 * 1024  # bytes


class Pieces:
    """A file in pieces, from its begin each time: an upload may have to be repeated.

    Args:
        path: The file.
        told: Gets how many bytes were read so far.
    """

    def __init__(self, path: Path, told: Callable[[int], None]) -> None:
        self._path = path
        self._told = told

    def __iter__(self) -> Iterator[bytes]:
        read = 0
        with self._path.open("rb") as file:
            while piece := file.read(PIECE):
                yield piece
                read += len(piece)
                self._told(read)


def send_file(
    api: "Api", console: Console, path: Path, to: str, params: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Upload a file and show how far it is; the server's answer.

    Raises:
        StopError: It cannot be read, is empty, or is refused.
    """
    try:
        size = path.stat().st_size if path.is_file() else 0
    except (OSError, ValueError) as error:
        raise StopError(WRONG, f"{path} cannot be read: {getattr(error, 'strerror', None) or error}.") from None
    if not size:
        raise StopError(WRONG, f"{path} is no file, or is empty.")
    with _bar(console) as bar:
        task = bar.add_task("", total=size)
        return api.upload(to, Pieces(path, lambda read: bar.update(task, completed=read)), size, params)


def fetch_file(api: "Api", console: Console, url: str, path: Path) -> None:
    """Download to a file and show how far it is; the file is there when all of it is, and not before.

    Raises:
        StopError: It cannot be had.
        OSError: The file cannot be written.
    """
    with _bar(console) as bar, replacing(path) as file:
        task = bar.add_task("", total=None)
        api.fetch(url, lambda answer: _receive(answer, file, lambda *far: _show(bar, task, *far)))


def _receive(answer: httpx.Response, file: BinaryIO, told: Callable[[int, int | None], None]) -> None:
    """Write a body from its begin: what an attempt before has left is gone."""
    file.seek(0)
    file.truncate()
    length = answer.headers.get("Content-Length", "")
    for piece in answer.iter_bytes(PIECE):
        file.write(piece)
        told(file.tell(), int(length) if length.isdecimal() else None)


def _show(bar: Progress, task: TaskID, done: int, total: int | None) -> None:
    bar.update(task, completed=done, total=total)


def _bar(console: Console) -> Progress:
    columns = (BarColumn(BAR_WIDTH), DownloadColumn(), TransferSpeedColumn())
    return Progress(*columns, console=console, disable=not moves(console))
