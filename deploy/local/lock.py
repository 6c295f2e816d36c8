"""A lock that says: a stack runs on this data, and which process it is. It falls open when that process ends."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.local.errors import LocalError


class StackRunsError(LocalError):
    """Another process holds the lock; `pid` is it, or None if it has not written its number yet."""

    def __init__(self, pid: int | None) -> None:
        super().__init__(f"It runs already here (process {pid or 'unknown'}); `make down` ends it.")
        self.pid = pid


class Lock:
    """`flock` on a file that holds the process id. Children do not inherit it.

    Raises:
        StackRunsError: On entering, if another process holds it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor = -1

    def __enter__(self) -> Self:
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise StackRunsError(_pid_in(self._path)) from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, b"%d\n" % os.getpid())
        self._descriptor = descriptor
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # The file stays: deleting it would let two processes lock two files of one name.
        os.ftruncate(self._descriptor, 0)
        os.close(self._descriptor)


def holder(path: Path) -> int | None:
    """The process id that holds the lock at `path`; None if nobody does, 0 if it has not written its number yet."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _pid_in(path) or 0
    finally:
        os.close(descriptor)
    return None


def _pid_in(path: Path) -> int | None:
    words = path.read_text().split()
    return int(words[0]) if words and words[0].isdigit() else None
