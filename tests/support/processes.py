"""Looking at processes from outside."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from deploy.local.state import CHECKOUT

PATIENCE = 20.0  # seconds, on a busy machine


def eventually(holds: Callable[[], bool], timeout: float = PATIENCE) -> bool:
    """Wait until `holds()`; False after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while not holds():
        if time.monotonic() > deadline:
            return False
        threading.Event().wait(0.01)
    return True


def runs(pid: int) -> bool:
    """True while the process does something; one that has ended and was not collected yet does not."""
    if sys.platform == "linux":
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
        except (FileNotFoundError, ProcessLookupError):
            return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def written_pid(path: Path) -> int:
    """The number that a child writes to `path`, once it is there, newline included."""
    assert eventually(lambda: path.exists() and path.read_text().endswith("\n")), f"nothing was written to {path}"
    return int(path.read_text())


def start(*command: str, **options: Any) -> subprocess.Popen[bytes]:
    """Start a command of the test's own; `options` as for `Popen`."""
    return subprocess.Popen(command, **options)  # noqa: S603  tests run what they wrote themselves


def start_python(code: str, *arguments: str, **options: Any) -> subprocess.Popen[bytes]:
    """Start Python code that may import from the checkout."""
    return start(sys.executable, "-c", code, *arguments, cwd=CHECKOUT, **options)


def sleeper(**options: Any) -> subprocess.Popen[bytes]:
    """Start a process that does nothing for longer than any test lasts."""
    return start("/bin/sleep", "600", **options)


def children(pid: int) -> set[int]:
    """Every process whose parent is `pid`."""
    return {child for child, parent in _parents() if parent == pid}


def descendants(pid: int) -> set[int]:
    """Every process below `pid`."""
    pairs = _parents()
    found = {pid}
    while more := {child for child, parent in pairs if parent in found} - found:
        found |= more
    return found - {pid}


def _parents() -> list[tuple[int, int]]:
    """Every process of the machine and its parent."""
    if sys.platform == "linux":
        # No `ps`: small images have none. A process may end while we look.
        found = [_parent_of(path) for path in Path("/proc").iterdir() if path.name.isdigit()]
        return [pair for pair in found if pair is not None]
    listed = subprocess.run(["/bin/ps", "-axo", "pid=,ppid="], capture_output=True, text=True, check=True)
    return [(int(child), int(parent)) for child, parent in (line.split() for line in listed.stdout.splitlines())]


def _parent_of(folder: Path) -> tuple[int, int] | None:
    try:
        return int(folder.name), int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return None
