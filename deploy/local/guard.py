"""Ends the supervisor's children when the supervisor is gone, however it went.

The kernel's death signal (`launch.py`) reaches a child, not the child's children, and exists on Linux only. The guard
is a small process of its own that reads a pipe of which the supervisor holds the other end: children register
themselves there, and the end of the file means that the supervisor has died. Then every registered process group
gets its signal, and after a grace `SIGKILL`.

Run as a file, standard library only: `python -I -S guard.py [GRACE]` with the pipe as standard input.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

GRACE = 5.0  # seconds from a group's own signal to SIGKILL
POLL = 0.02  # seconds


class Guard:
    """The supervisor's end of the pipe, and the process at its other end."""

    def __init__(self) -> None:
        read, self.descriptor = os.pipe()
        try:
            self._process = subprocess.Popen(  # noqa: S603  our own file, run by our own interpreter
                [sys.executable, "-I", "-S", str(Path(__file__).resolve())],
                stdin=read,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                cwd="/",
            )
        finally:
            os.close(read)

    @property
    def pid(self) -> int:
        """The guard's process id."""
        return self._process.pid

    def forget(self, pid: int) -> None:
        """The process group `pid` has ended; its number may be used again by others."""
        try:
            os.write(self.descriptor, b"-%d\n" % pid)
        except BrokenPipeError:
            # Somebody ended the guard. The kernel's death signal still holds.
            return

    def close(self) -> None:
        """End the guard, and with it every group that it still knows."""
        os.close(self.descriptor)
        self._process.wait()


def _read_until_the_end() -> dict[int, int]:
    groups: dict[int, int] = {}
    for line in sys.stdin.buffer:
        if line.startswith(b"+"):
            pid, number = line[1:].split()
            groups[int(pid)] = int(number)
        else:
            groups.pop(int(line[1:]), None)
    return groups


def _signal(group: int, number: int) -> bool:
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def main(grace: float = GRACE) -> None:
    """Wait for the end of the pipe, then end what is still registered, within `grace` seconds."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    groups = _read_until_the_end()
    for group, number in groups.items():
        _signal(group, number)
    deadline = time.monotonic() + grace
    left = {group for group, number in groups.items() if number != signal.SIGKILL}
    while left and time.monotonic() < deadline:
        left = {group for group in left if _signal(group, 0)}
        time.sleep(POLL)
    for group in left:
        _signal(group, signal.SIGKILL)


if __name__ == "__main__":
    main(*(float(argument) for argument in sys.argv[1:2]))
