"""Starting one child process that cannot outlive this one, with its output in a log file."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec

from deploy.local.guard import Guard
from deploy.local.system_user import SystemUser

LAUNCHER = Path(__file__).with_name("launch.py").resolve()


class ChildSpec(msgspec.Struct, frozen=True, kw_only=True):
    """What to run and how to end it.

    `stop_signal` asks it to end by itself within `grace` seconds. `death_signal` is what it gets when the supervisor
    has died. `user` None means ours.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    folder: Path
    user: SystemUser | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    death_signal: signal.Signals = signal.SIGKILL
    grace: float = 10.0


def spawn(spec: ChildSpec, log: Path, guard: Guard | None = None) -> subprocess.Popen[bytes]:
    """Start `spec` as the leader of its own session, its output appended to `log`.

    Its own session keeps the terminal's Ctrl-C away from it: the supervisor ends children in their order. The kernel
    ties a child to the *thread* that started it, so that thread must live as long as the child.
    """
    user = f"{spec.user.uid}:{spec.user.gid}" if spec.user else "-"
    descriptor = guard.descriptor if guard else -1
    arguments = [str(os.getpid()), str(descriptor), str(int(spec.death_signal)), user, "--", *spec.command]
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603  commands are ours, no shell
            [sys.executable, "-I", "-S", str(LAUNCHER), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(spec.environment),
            cwd=spec.folder,
            start_new_session=True,
            pass_fds=(descriptor,) if guard else (),
        )
