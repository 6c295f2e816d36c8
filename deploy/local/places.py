"""Which folders one stack uses: `make up` keeps its data, `make demo` has some of its own beside it."""

from pathlib import Path

import msgspec

from deploy.local.state import local_folder

DOTENV = ".env"
"""The file in the checkout with the user's own keys."""


class Places(msgspec.Struct, frozen=True, kw_only=True):
    """Folders and files of one stack.

    `home` holds Redis's file, the sandbox's objects and what is remembered; `postgres` is the cluster; `servers` has
    Postgres's binaries where they had to be copied.
    """

    home: Path
    servers: Path
    postgres: Path
    lock: Path
    logs: Path

    @property
    def redis(self) -> Path:
        """Redis's folder."""
        return self.home / "redis"

    @property
    def memory(self) -> Path:
        """The file of what `make up` remembers from run to run."""
        return self.home / "stack.json"


def places_of_up(checkout: Path, servers: Path) -> Places:
    """Data that stays: `.parlance/{redis,objects,...}` and the cluster `postgres` below `servers`."""
    local = local_folder(checkout)
    return Places(home=local, servers=servers, postgres=servers / "postgres", lock=local / "lock", logs=local / "logs")


def demo_folder(checkout: Path) -> Path:
    """`.parlance/demo`: its lock, its logs and the page it writes."""
    return local_folder(checkout) / "demo"


def places_of_demo(checkout: Path, servers: Path, scratch: Path, postgres: Path) -> Places:
    """Data that goes: everything in `scratch`, the cluster at `postgres`. The logs stay."""
    demo = demo_folder(checkout)
    return Places(home=scratch, servers=servers, postgres=postgres, lock=demo / "lock", logs=demo / "logs")
