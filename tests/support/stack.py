"""The whole embedded stack for one test process: every service a real process, the sandbox for every provider."""

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from deploy.local import state
from deploy.local.memory import Memory, new_memory
from deploy.local.places import Places
from deploy.local.scratch import POSTGRES, private_folder, scratch_folder
from deploy.local.stack import RunningStack, running_stack
from tests.support.processes import start_python

COMMAND = """
import sys
from pathlib import Path
from deploy.local.__main__ import main
sys.exit(main([sys.argv[1], *sys.argv[3:]], Path(sys.argv[2])))
"""
"""What `python -m deploy.local COMMAND` does, for a folder that takes the checkout's place."""


def start_command(command: str, checkout: Path, *arguments: str, **options: Any) -> subprocess.Popen[bytes]:
    """Start `up`, `demo`, `keys` ... with its data in `checkout`; `options` as for `Popen`."""
    return start_python(COMMAND, command, str(checkout), *arguments, **options)


@contextmanager
def embedded_stack(
    logs: Path, given: Mapping[str, str] | None = None, *, memory: Memory | None = None, flower: bool = False
) -> Iterator[RunningStack]:
    """A ready stack with data of its own, deleted afterwards; logs go to `logs`, which failures should show.

    Args:
        logs: A folder for one log file a process.
        given: Tuning such as `WORKER_SLOTS`, `SANDBOX_LATENCY` or `SANDBOX_FAULTS`, as `.env` may hold it.
        memory: Ports and passwords, for a test that must know them before.
        flower: Whether to start Flower too.
    """
    servers = state.server_folder(state.CHECKOUT, os.environ, root=state.is_root())
    with scratch_folder(servers / "tests") as scratch:
        places = Places(
            home=private_folder(scratch),
            servers=servers,
            postgres=scratch / POSTGRES,
            lock=scratch / "lock",
            logs=logs,
        )
        with running_stack(
            places,
            memory or new_memory(),
            given=given or {},
            environ=os.environ,
            disposable=True,
            flower=flower,
        ) as stack:
            yield stack
