"""Tiny child processes that stand for servers and workers where their work does not matter."""

import os
import sys
from pathlib import Path

from deploy.local.children import ChildSpec

WAITING = "import signal\nwhile True: signal.pause()\n"
"""Python code that does nothing until a signal ends it."""


def announced(pid_file: Path) -> str:
    """Python code that writes its process id to `pid_file`, whole or not at all."""
    return (
        "import os\n"
        f"open({str(pid_file) + '.new'!r}, 'w').write(f'{{os.getpid()}}\\n')\n"
        f"os.rename({str(pid_file) + '.new'!r}, {str(pid_file)!r})\n"
    )


def python_child(name: str, code: str, folder: Path, *, grace: float = 10.0) -> ChildSpec:
    """A child that runs `code`."""
    return ChildSpec(
        name=name,
        command=(sys.executable, "-I", "-S", "-c", code),
        environment={"PATH": os.environ.get("PATH", "")},
        folder=folder,
        grace=grace,
    )


def waiting_child(name: str, folder: Path) -> ChildSpec:
    """A child that writes its process id to `<name>.pid` in `folder` and waits."""
    return python_child(name, announced(folder / f"{name}.pid") + WAITING, folder)
