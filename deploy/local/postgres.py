"""An embedded PostgreSQL 18: made once, started as a supervised child, stopped with everything else."""

import os
import secrets
import shutil
import signal
import subprocess
from pathlib import Path

import msgspec

from deploy.local import postmaster
from deploy.local.children import ChildSpec
from deploy.local.ports import LOOPBACK
from deploy.local.postmaster import PostgresError
from deploy.local.system_user import SystemUser

USER = "parlance"
DATABASE = "postgres"
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
    "log_error_verbosity": "terse",  # the details of an error quote rows: texts, e-mail addresses
}
HURRY = {"fsync": "off", "full_page_writes": "off"}
"""For data that is thrown away: nothing waits for the disk. A commit is still handed to the system before it is
answered, so that a server which is killed, and not the whole machine, keeps its word."""


class Postgres(msgspec.Struct, frozen=True, kw_only=True):
    """One cluster of ours. `binaries` and `data` must be reachable for `user` (None: our own)."""

    binaries: Path
    data: Path
    port: int
    password: str
    user: SystemUser | None = None
    disposable: bool = False

    @property
    def url(self) -> str:
        """What clients connect to, the password included."""
        return url_of(self.password, self.port)

    def child(self, name: str = "postgres") -> ChildSpec:
        """How the supervisor runs it. `SIGINT` is Postgres's word for: end the sessions, write out, go."""
        settings = SETTINGS | {"port": str(self.port)} | (HURRY if self.disposable else {})
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        return ChildSpec(
            name=name,
            command=(str(self.binaries / "postgres"), "-D", str(self.data), *options),
            environment=_environment(),
            folder=self.data,
            user=self.user,
            stop_signal=signal.SIGINT,
            death_signal=signal.SIGINT,
        )

    def is_ready(self) -> bool:
        """True once the server says in its own file that it accepts connections."""
        return postmaster.is_ready(self.data)


def url_of(password: str, port: int) -> str:
    """What clients of the embedded server connect to."""
    return f"postgresql://{USER}:{password}@{LOOPBACK}:{port}/{DATABASE}"


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
    _hand_over(postgres.user, postgres.data, password)
    _initdb(postgres, password)
    if postgres.user is not None:
        os.chown(password, os.geteuid(), os.getegid())
    _draft_mark(postgres.data).unlink()


def _is_made(data: Path) -> bool:
    return (data / "PG_VERSION").exists() and not _draft_mark(data).exists()


def _password_file(data: Path) -> Path:
    return data.with_name(data.name + ".password")


def _draft_mark(data: Path) -> Path:
    return data.with_name(data.name + ".unfinished")


def _hand_over(user: SystemUser | None, *paths: Path) -> None:
    if user is not None:
        for path in paths:
            os.chown(path, user.uid, user.gid)


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
    who = postgres.user
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
