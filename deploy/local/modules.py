"""Running one of our modules to its end."""

import subprocess
import sys
from collections.abc import Mapping

from deploy.local.servers import StartError
from deploy.local.state import CHECKOUT

COMMAND_TIMEOUT = 60.0  # seconds for a migration or a new key


def run_module(arguments: tuple[str, ...], environment: Mapping[str, str]) -> str:
    """Run `python -m arguments...` and return what it printed.

    Raises:
        StartError: It failed or took longer than `COMMAND_TIMEOUT`; the message holds its last words.
    """
    try:
        done = subprocess.run(  # noqa: S603  our own modules, no shell
            [sys.executable, "-m", *arguments],
            env=dict(environment),
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=COMMAND_TIMEOUT,
        )
    except subprocess.TimeoutExpired as error:
        message = f"{arguments[0]} has not ended after {COMMAND_TIMEOUT:.0f} s."
        raise StartError(message) from error
    if done.returncode != 0:
        message = f"{arguments[0]} failed:\n{(done.stderr or done.stdout).strip()}"
        raise StartError(message)
    return done.stdout
