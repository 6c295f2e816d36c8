"""A child process that must not outlive its parent, also when the parent is killed without a word."""

import ctypes
import os
import signal
import sys
import threading

PR_SET_PDEATHSIG = 1  # prctl(2)


def die_with_parent(parent: int, signal_number: int = signal.SIGKILL) -> None:
    """End this process as soon as process `parent` ends; call it first thing in the child.

    Linux tells the child by a signal. Elsewhere standard input must be a pipe from the parent that nobody writes to:
    its end is the parent's end.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
        if os.getppid() != parent:  # it died before we asked to be told
            os.kill(os.getpid(), signal_number)
        return
    threading.Thread(target=_wait_for_end, args=(signal_number,), name="parent", daemon=True).start()


def _wait_for_end(signal_number: int) -> None:
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal_number)
