"""Where the embedded stack keeps what it keeps, and how that is thrown away again. Standard library only."""

import hashlib
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from deploy.local.errors import LocalError

CHECKOUT = Path(__file__).resolve().parents[2]
FOLDER = ".parlance"
ROOTS_STATE = Path("/var/lib/parlance")
MARK = "parlance-state"
"""A file that says: this folder was made here and may be deleted."""


class UnreachableStateError(LocalError):
    """Root's state folder lies where Postgres's user cannot go."""


def local_folder(checkout: Path = CHECKOUT) -> Path:
    """`.parlance` in the checkout: logs, data, the lock."""
    return checkout / FOLDER


def server_folder(checkout: Path, environ: Mapping[str, str], *, root: bool) -> Path:
    """Where Postgres's binaries and clusters belong; made if needed.

    Postgres refuses root and its stand-in cannot enter a home of mode 700, so root's are outside the checkout, in a
    folder named for it below `PARLANCE_STATE` or `/var/lib/parlance`; `.parlance/state` notes which.
    """
    local = local_folder(checkout)
    local.mkdir(parents=True, exist_ok=True)
    if not root:
        return local
    above = Path(environ.get("PARLANCE_STATE") or ROOTS_STATE).absolute()
    folder = above / hashlib.sha256(str(checkout.resolve()).encode()).hexdigest()[:12]
    _make_readable(folder)
    _check_reachable(folder)
    (folder / MARK).write_text(f"{checkout.resolve()}\n")
    (local / "state").write_text(f"{folder}\n")
    return folder


def _make_readable(folder: Path) -> None:
    """Make the missing folders of the path with mode 755, whatever the umask; existing ones stay as they are."""
    missing = [path for path in [folder, *folder.parents] if not path.exists()]
    for path in reversed(missing):
        path.mkdir(exist_ok=True)
        path.chmod(0o755)


def _check_reachable(folder: Path) -> None:
    for path in folder.parents:
        if not path.stat().st_mode & 0o001:
            message = (
                f"Postgres does not run as root, and the user it runs as instead cannot enter {path}. "
                "Set PARLANCE_STATE to a folder that every user can reach."
            )
            raise UnreachableStateError(message)


def remove(checkout: Path = CHECKOUT) -> None:
    """Delete `.parlance` and the folder that it notes; only a folder that carries our mark is touched."""
    local = local_folder(checkout)
    note = local / "state"
    if note.exists():
        folder = Path(note.read_text().strip())
        if (folder / MARK).is_file():
            shutil.rmtree(folder)
    if local.exists():
        shutil.rmtree(local)


def is_root() -> bool:
    """True if we are the user that Postgres refuses."""
    return os.geteuid() == 0
