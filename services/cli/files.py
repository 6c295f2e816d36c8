"""Files that are there whole or not at all, and that a crash of the machine does not take back."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


def write_whole(path: Path, content: bytes, *, secret: bool = False) -> None:
    """Replace the file at once; with `secret` only its owner may read it.

    Raises:
        OSError: The disk is full, the folder cannot be written to ...
    """
    with replacing(path, secret=secret) as file:
        file.write(content)


def create_whole(path: Path, content: bytes) -> bool:
    """Create the file at once, for its owner only; False if there is one already, which stays as it is.

    Raises:
        OSError: The disk is full, the folder cannot be written to ...
    """
    with _beside(path) as (file, made):
        file.write(content)
        _keep(file)
        try:
            os.link(made, path)
        except FileExistsError:
            return False
    _sync_folder(path.parent)
    return True


@contextmanager
def replacing(path: Path, *, secret: bool = False) -> Iterator[BinaryIO]:
    """A file to write that replaces `path` at once when it is complete; after an error `path` is as it was.

    Raises:
        OSError: The disk is full, the folder cannot be written to ...
    """
    with _beside(path) as (file, made):
        yield file
        _keep(file)
        if not secret:
            made.chmod(0o644)
        made.replace(path)
    _sync_folder(path.parent)


@contextmanager
def _beside(path: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """An empty file under another name in the same folder; that name is gone afterwards."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 600
    made = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file, made
    finally:
        made.unlink(missing_ok=True)


def _keep(file: BinaryIO) -> None:
    """Have on disk what was written."""
    file.flush()
    os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
