"""`make down` and `make clean`. Standard library only: they must work when nothing is installed."""

import os
import signal
from pathlib import Path

from deploy.local import state
from deploy.local.errors import LocalError
from deploy.local.lock import holder
from deploy.local.waiting import wait_until

DOWN_TIMEOUT = 60.0  # seconds for a stack to stop in order


class ForeignStackError(LocalError):
    """The stack belongs to another user."""


def locks(checkout: Path) -> list[Path]:
    """The lock files of this checkout's stack and demo."""
    local = state.local_folder(checkout)
    return [local / "demo" / "lock", local / "lock"]


def stop_everything(checkout: Path) -> list[int]:
    """End this checkout's demo and stack and wait for their end; the process ids of those that ran.

    Raises:
        ForeignStackError: One runs as another user.
    """
    return [pid for lock in locks(checkout) if (pid := _stop(lock)) is not None]


def _stop(lock: Path) -> int | None:
    wait_until(lambda: holder(lock) != 0, 1.0)  # it is about to write its number
    pid = holder(lock)
    if not pid:
        return None
    try:
        os.kill(pid, signal.SIGTERM)
        if not wait_until(lambda: holder(lock) is None, DOWN_TIMEOUT):
            os.kill(pid, signal.SIGKILL)  # its guard ends the rest
            wait_until(lambda: holder(lock) is None, DOWN_TIMEOUT)
    except ProcessLookupError:
        return pid
    except PermissionError as error:
        message = f"Process {pid} belongs to another user, who has to end it."
        raise ForeignStackError(message) from error
    return pid


def clean(checkout: Path) -> None:
    """End what runs and delete `.parlance` and root's state folder."""
    stop_everything(checkout)
    state.remove(checkout)
