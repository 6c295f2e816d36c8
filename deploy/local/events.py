"""What happened to supervised processes."""

import signal
from typing import Literal

import msgspec


class SupervisorEvent(msgspec.Struct, frozen=True):
    """A child died or was started again. `at` is in seconds of the monotonic clock, `detail` words for people."""

    at: float
    name: str
    what: Literal["died", "restarted"]
    detail: str


def ending(returncode: int) -> str:
    """How a process ended, from its return code: `exit code 3`, `signal 9 (SIGKILL)`."""
    if returncode >= 0:
        return f"exit code {returncode}"
    names = {each.value: each.name for each in signal.Signals}
    return f"signal {-returncode} ({names.get(-returncode, 'unknown')})"
