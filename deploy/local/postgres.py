"""An embedded PostgreSQL 18: made once, started as a supervised child, stopped with everything else."""

import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import msgspec

from deploy.local.accounts import Account
from deploy.local.children import ChildSpec
from deploy.local.errors import LocalError
from deploy.local.ports import LOOPBACK
from deploy.local.waiting import wait_until

USER = "parlance"
DATABASE = "postgres"
STOP_TIMEOUT = 15.0  # seconds for a left-over server to write its data out and end
MAX_CONNECTIONS = 100
"""Four workers of 8 + 1, the API's 10, the dispatcher's 3, half as many again during a restart, and room to look in."""

SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": str(MAX_CONNECTIONS),
    "shared_buffers": "64MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
}
HURRY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""For data that is thrown away: nothing waits for the disk."""


class PostgresError(LocalError):
    """The embedded Postgres cannot be made or ended; the message is for people."""


class Postgres(msgspec.Struct, frozen=True, kw_only=True):
    """One cluster of ours. `binaries` and `data` must be reachable for `account` (None: our own)."""

    binaries: Path
    data: Path
    port: int
    password: str
    account: Account | None = None
    disposable: bool = False

    @property
    def url(self) -> str:
        """What clients connect to, the password included."""
        return f"postgresql://{USER}:{self.password}@{LOOPBACK}:{self.port}/{DATABASE}"

    def child(self, name: str = "postgres") -> ChildSpec:
        """How the supervisor runs it. `SIGINT` is Postgres's word for: end the sessions, write out, go."""
        settings = SETTINGS | {"port": str(self.port)} | (HURRY if self.disposable else {})
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        return ChildSpec(
            name=name,
            command=(str(self.binaries / "postgres"), "-D", str(self.data), *options),
            environment=_environment(),
            folder=self.data,
            account=self.account,
            stop_signal=signal.SIGINT,
            death_signal=signal.SIGINT,
        )

    def is_ready(self) -> bool:
        """True once the server says in its own file that it accepts connections."""
        lines = _postmaster_lines(self.data)
        return len(lines) >= 8 and lines[7].strip() == "ready"  # noqa: PLR2004  line 8: utils/pidfile.h


def password_of(data: Path) -> str:
    """The password of the cluster at `data`, kept beside it; a new one if there is no cluster yet.

    Raises:
        PostgresError: There is a cluster whose password is lost.
    """
    file = _password_file(data)
    if file.exists():
        return file.read_text().strip()
    if _is_made(data):
        message = (
            f"The password of the database in {data} is lost ({file} is gone). `make clean` deletes that database."
        )
        raise PostgresError(message)
    return secrets.token_urlsafe(18)


def create(postgres: Postgres) -> None:
    """Make the cluster, unless it exists. Half a cluster of an interrupted attempt is made again.

    Raises:
        PostgresError: `initdb` refused, with its words.
    """
    if _is_made(postgres.data):
        return
    shutil.rmtree(postgres.data, ignore_errors=True)
    postgres.data.parent.mkdir(parents=True, exist_ok=True)
    _draft_mark(postgres.data).touch()
    postgres.data.mkdir(mode=0o700)
    password = _password_file(postgres.data)
    password.touch(mode=0o600)
    password.write_text(postgres.password + "\n")
    _hand_over(postgres.account, postgres.data, password)
    _initdb(postgres, password)
    if postgres.account is not None:
        os.chown(password, os.geteuid(), os.getegid())
    _draft_mark(postgres.data).unlink()


def _is_made(data: Path) -> bool:
    return (data / "PG_VERSION").exists() and not _draft_mark(data).exists()


def _password_file(data: Path) -> Path:
    return data.with_name(data.name + ".password")


def _draft_mark(data: Path) -> Path:
    return data.with_name(data.name + ".unfinished")


def _hand_over(account: Account | None, *paths: Path) -> None:
    if account is not None:
        for path in paths:
            os.chown(path, account.uid, account.gid)


def _initdb(postgres: Postgres, password_file: Path) -> None:
    command = [
        str(postgres.binaries / "initdb"),
        f"--pgdata={postgres.data}",
        f"--username={USER}",
        f"--pwfile={password_file}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        *(["--no-sync"] if postgres.disposable else []),
    ]
    who = postgres.account
    done = subprocess.run(  # noqa: S603  our own binary, no shell
        command,
        user=who.uid if who else None,
        group=who.gid if who else None,
        extra_groups=[] if who else None,
        cwd=postgres.data,
        env=_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if done.returncode != 0:
        words = (done.stderr + done.stdout).decode(errors="replace").strip()
        message = f"initdb could not make a cluster in {postgres.data}: {words}"
        raise PostgresError(message)


def _environment() -> dict[str, str]:
    """No locale but C, no HOME, and none of libpq's variables."""
    return {"LC_ALL": "C", "PATH": "/usr/local/bin:/usr/bin:/bin", "TZ": "UTC"}


def _postmaster_lines(data: Path) -> list[str]:
    """Process id, data folder, start, port, socket folder, address, shared memory, status; [] if there is no file."""
    try:
        return (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []


def left_over(data: Path) -> int | None:
    """The process id of a Postgres that still runs on `data`, or None.

    The file it leaves behind after a power cut names a process that may be anybody by now, so that process must
    itself name the folder on its command line.
    """
    lines = _postmaster_lines(data)
    if not lines or not re.fullmatch(r"[1-9]\d*", lines[0].strip()):
        return None
    pid = int(lines[0])
    return pid if str(data) in _command_line(pid) else None


def _command_line(pid: int) -> list[str]:
    if sys.platform == "linux":
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
        except (FileNotFoundError, ProcessLookupError):
            return []
    shown = subprocess.run(  # noqa: S603  a number is the only argument that varies
        ["/bin/ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return shown.stdout.split()


def stop_left_over(data: Path) -> bool:
    """End a Postgres of an earlier stack that still runs on `data`; True if there was one.

    Raises:
        PostgresError: It does not end within `STOP_TIMEOUT`.
    """
    pid = left_over(data)
    if pid is None:
        return False
    try:
        os.kill(pid, signal.SIGINT)
    except ProcessLookupError:
        return True
    if not wait_until(lambda: left_over(data) is None, STOP_TIMEOUT):
        message = f"A Postgres of an earlier run (process {pid}) does not end; stop it and try again."
        raise PostgresError(message)
    return True
