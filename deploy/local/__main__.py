"""The embedded stack's commands: `python -m deploy.local demo|up|down|clean`, beside it `accounts|keys|catalogue`."""

import os
import sys
from pathlib import Path

from deploy.local import ending
from deploy.local.errors import LocalError
from deploy.local.state import CHECKOUT

INTERRUPTED = 130
"""The exit code of a command that Ctrl-C ended: 128 + SIGINT."""


def _demo(checkout: Path) -> int:
    from deploy.local.demonstration import run_demo  # noqa: PLC0415  `down` and `clean` run without any package

    return run_demo(checkout, os.environ)


def _up(checkout: Path) -> int:
    from deploy.local.foreground import run_up  # noqa: PLC0415  `down` and `clean` run without any package

    return run_up(checkout, os.environ)


def _down(checkout: Path) -> int:
    ended = ending.stop_everything(checkout)
    sys.stdout.write("Stopped.\n" if ended else "Nothing runs.\n")
    return 0


def _clean(checkout: Path) -> int:
    ending.clean(checkout)
    return 0


def _operate(arguments: list[str], checkout: Path) -> int:
    from deploy.local.operating import run_operators_command  # noqa: PLC0415  as above

    return run_operators_command(arguments[0], arguments[1:], checkout, os.environ)


OPERATORS = ("accounts", "keys", "catalogue")
COMMANDS = {"demo": _demo, "up": _up, "down": _down, "clean": _clean}


def main(arguments: list[str], checkout: Path = CHECKOUT) -> int:
    """Run one command; returns the exit code."""
    operates = arguments[:1] and arguments[0] in OPERATORS
    if not operates and (len(arguments) != 1 or arguments[0] not in COMMANDS):
        sys.stderr.write(f"usage: python -m deploy.local {'|'.join(COMMANDS)} | {'|'.join(OPERATORS)} ...\n")
        return 2
    try:
        if operates:
            return _operate(arguments, checkout)
        return COMMANDS[arguments[0]](checkout)
    except LocalError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except PermissionError as error:
        sys.stderr.write(f"{error.filename}: no permission. Did another user, perhaps root, run make here before?\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("Stopped.\n")
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
