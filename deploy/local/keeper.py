"""Keeps one child running: starts it, waits for its end, starts it again a little later."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from subprocess import Popen
from typing import Literal

import msgspec

from deploy.local.children import ChildSpec, spawn
from deploy.local.events import SupervisorEvent, ending
from deploy.local.guard import Guard


class Backoff(msgspec.Struct, frozen=True):
    """Pauses before a restart in seconds: `first`, doubled up to `longest`; `first` again after `steady` seconds."""

    first: float = 0.2
    longest: float = 10.0
    steady: float = 10.0


class Keeper(threading.Thread):
    """The thread of one child. It lives as long as the child is wanted: the kernel ties the child to it.

    Args:
        spec: What to run.
        log: Where its output goes.
        guard: Who ends the child if we die.
        record: Called with each death and each restart, from this thread.
        backoff: How long to wait before a restart.
    """

    def __init__(
        self, spec: ChildSpec, log: Path, guard: Guard, record: Callable[[SupervisorEvent], None], backoff: Backoff
    ) -> None:
        super().__init__(name=f"keeper of {spec.name}", daemon=True)
        self.spec = spec
        self._log = log
        self._guard = guard
        self._record = record
        self._backoff = backoff
        self._stopping = threading.Event()
        self._held = threading.Lock()  # guards _pid: no signal ever goes to a reaped, reused number
        self._pid: int | None = None

    def run(self) -> None:
        """Start, wait, start again, until asked to stop."""
        pause = self._backoff.first
        process = self._start()
        while process is not None:
            began = time.monotonic()
            code = self._await_end(process)
            if self._stopping.is_set():
                return
            self._note("died", ending(code))
            if time.monotonic() - began >= self._backoff.steady:
                pause = self._backoff.first
            self._stopping.wait(pause)
            process = self._start()
            if process is not None:
                self._note("restarted", f"after {pause:.3g} s")
            pause = min(pause * 2, self._backoff.longest)

    def ask_to_stop(self) -> None:
        """Send the child its stop signal and start it no more; returns at once."""
        self._stopping.set()
        self._send(self.spec.stop_signal)

    def finish(self, grace: float | None = None) -> None:
        """Wait for the child's end after `ask_to_stop`; after `grace` seconds (default: its own) kill its group."""
        self.join(self.spec.grace if grace is None else grace)
        if self.is_alive():
            self._send(signal.SIGKILL)
            self.join()

    @property
    def pid(self) -> int | None:
        """The child's process id, while it runs."""
        with self._held:
            return self._pid

    def _start(self) -> Popen[bytes] | None:
        with self._held:
            if self._stopping.is_set():
                return None
            process = spawn(self.spec, self._log, self._guard)
            self._pid = process.pid
            return process

    def _await_end(self, process: Popen[bytes]) -> int:
        if sys.platform != "darwin":
            # Not reaped yet: its number stays ours until its group is dead.
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        else:
            process.wait()
        with self._held:
            _signal_group(process.pid, signal.SIGKILL)
            code = process.wait()
            self._pid = None
        self._guard.forget(process.pid)
        return code

    def _send(self, number: signal.Signals) -> None:
        with self._held:
            if self._pid is None:
                return
            if number is signal.SIGKILL:
                _signal_group(self._pid, number)
            else:
                os.kill(self._pid, number)

    def _note(self, what: Literal["died", "restarted"], detail: str) -> None:
        self._record(SupervisorEvent(time.monotonic(), self.spec.name, what, detail))


def _signal_group(leader: int, number: signal.Signals) -> None:
    try:
        os.killpg(leader, number)
    except (ProcessLookupError, PermissionError):  # nobody is left (macOS says EPERM of a dead leader)
        return
