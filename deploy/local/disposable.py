"""A Postgres that is thrown away: for tests, and for drafting a migration."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from deploy.local import postgres, state
from deploy.local.children import spawn
from deploy.local.ports import free_ports
from deploy.local.postgres_binaries import binaries
from deploy.local.scratch import POSTGRES, scratch_folder
from deploy.local.servers import StartError
from deploy.local.system_user import postgres_user
from deploy.local.waiting import wait_until

START_TIMEOUT = 30.0  # seconds, on a busy machine


@contextmanager
def running_postgres(checkout: Path, environ: Mapping[str, str], log: Path) -> Iterator[postgres.Postgres]:
    """A server with an empty database, ended and deleted afterwards; it cannot outlive this process.

    Raises:
        StartError: It does not start; the message holds its log.
    """
    user = postgres_user()
    servers = state.server_folder(checkout, environ, root=state.is_root())
    with scratch_folder(servers / "tests") as folder:
        server = postgres.Postgres(
            binaries=binaries(servers, user),
            data=folder / POSTGRES,
            port=free_ports(1)[0],
            password=postgres.password_of(folder / POSTGRES),
            user=user,
            disposable=True,
        )
        postgres.create(server)
        process = spawn(server.child(), log)
        try:
            if not wait_until(server.is_ready, START_TIMEOUT):
                raise StartError(log.read_text())
            yield server
        finally:
            process.send_signal(server.child().stop_signal)
            process.wait()
