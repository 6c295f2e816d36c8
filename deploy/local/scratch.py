"""Folders for servers whose data is thrown away, and the sweeping of those that a killed run left."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from deploy.local.lock import Lock, StackRunsError
from deploy.local.postmaster import stop_left_over

LOCK = "lock"
POSTGRES = "postgres"
"""The cluster's folder inside a scratch folder."""


@contextmanager
def scratch_folder(above: Path) -> Iterator[Path]:
    """A fresh folder below `above`, locked while it is used and deleted afterwards; left-over ones go first."""
    above.mkdir(parents=True, exist_ok=True)
    above.chmod(0o755)
    sweep(above)
    folder = above / f"{os.getpid()}-{uuid4().hex[:8]}"
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    with Lock(folder / LOCK):
        try:
            yield folder
        finally:
            shutil.rmtree(folder)


def private_folder(scratch: Path) -> Path:
    """A folder inside `scratch` that no other user may enter; Postgres's must, so `scratch` itself is open."""
    folder = scratch / "private"
    folder.mkdir(mode=0o700)
    return folder


def sweep(above: Path) -> list[Path]:
    """Delete the scratch folders below `above` that nobody holds any more, their Postgres stopped; says which."""
    return [folder for folder in above.iterdir() if (folder / LOCK).is_file() and _swept(folder)]


def _swept(folder: Path) -> bool:
    try:
        with Lock(folder / LOCK):
            stop_left_over(folder / POSTGRES)
            shutil.rmtree(folder)
    except (StackRunsError, FileNotFoundError):  # in use, or another process was faster
        return False
    return True
