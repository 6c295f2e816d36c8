"""What a Postgres says of itself in its data folder: whether it is ready, and whether an old one still runs there."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

from deploy.local.errors import LocalError
from deploy.local.waiting import wait_until

STOP_TIMEOUT = 15.0  # seconds for a left-over server to write its data out and end
STATUS_LINE = 7  # from 0: LOCK_FILE_LINE_PM_STATUS - 1 of Postgres's utils/pidfile.h


class PostgresError(LocalError):
    """The embedded Postgres cannot be made or ended; the message is for people."""


def is_ready(data: Path) -> bool:
    """True once the server on `data` says that it accepts connections."""
    lines = _postmaster_lines(data)
    return len(lines) > STATUS_LINE and lines[STATUS_LINE].strip() == "ready"


def _postmaster_lines(data: Path) -> list[str]:
    """Process id, data folder, start, port, socket folder, address, shared memory, status; [] if there is no file."""
    try:
        return (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []


def left_over(data: Path) -> int | None:
    """The process id of a Postgres that still runs on `data`, or None.

    The file it leaves behind after a power cut names a process that may be anybody by now, so that process must
    itself name the folder on its command line.
    """
    lines = _postmaster_lines(data)
    if not lines or not re.fullmatch(r"[1-9]\d*", lines[0].strip()):
        return None
    pid = int(lines[0])
    return pid if str(data) in _command_line(pid) else None


def _command_line(pid: int) -> list[str]:
    if sys.platform == "linux":
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
        except (FileNotFoundError, ProcessLookupError):
            return []
    shown = subprocess.run(  # noqa: S603  a number is the only argument that varies
        ["/bin/ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return shown.stdout.split()


def stop_left_over(data: Path) -> bool:
    """End a Postgres of an earlier stack that still runs on `data`; True if there was one.

    Raises:
        PostgresError: It does not end within `STOP_TIMEOUT`.
    """
    pid = left_over(data)
    if pid is None:
        return False
    try:
        os.kill(pid, signal.SIGINT)
    except ProcessLookupError:
        return True
    if not wait_until(lambda: left_over(data) is None, STOP_TIMEOUT):
        message = f"A Postgres of an earlier run (process {pid}) does not end; stop it and try again."
        raise PostgresError(message)
    return True
