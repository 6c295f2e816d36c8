"""An operator's commands on the database of `make up`: `python -m deploy.local accounts|keys|catalogue ...`."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from deploy.local import state
from deploy.local.environment import inherited
from deploy.local.errors import LocalError
from deploy.local.memory import Memory
from deploy.local.places import places_of_up
from deploy.local.postgres import password_of, url_of

MODULES = {
    "accounts": "services.api.accounts",
    "keys": "services.api.keys",
    "catalogue": "services.api.catalogue",
}
"""Modules by the name of the command: they read `DATABASE_URL`, which only the stack knows."""


class NoStackError(LocalError):
    """`make up` was never run here."""


def run_operators_command(name: str, arguments: Sequence[str], checkout: Path, environ: Mapping[str, str]) -> int:
    """Run the module behind `name` on the stack's database; returns its exit code.

    Raises:
        NoStackError: There is no stack in the checkout.
    """
    if not (state.local_folder(checkout) / "stack.json").is_file():
        message = "There is no stack here yet: `make up` starts one."
        raise NoStackError(message)
    places = places_of_up(checkout, state.server_folder(checkout, environ, root=state.is_root()))
    memory = msgspec.json.decode(places.memory.read_bytes(), type=Memory)
    url = url_of(password_of(places.postgres), memory.ports["postgres"])
    done = subprocess.run(  # noqa: S603  our own modules, no shell
        [sys.executable, "-m", MODULES[name], *arguments],
        env={**inherited(environ), "DATABASE_URL": url},
        cwd=state.CHECKOUT,
        check=False,
    )
    return done.returncode
