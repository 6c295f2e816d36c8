"""The real stack as processes that can be killed, frozen and told to end: what a rehearsal plays on."""

import os
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import msgspec
import psycopg
import redis

from deploy.local import health, state
from deploy.local.children import ChildSpec
from deploy.local.environment import inherited, service_environment
from deploy.local.keeper import Backoff
from deploy.local.memory import new_memory
from deploy.local.modules import run_module
from deploy.local.places import Places
from deploy.local.ports import LOOPBACK
from deploy.local.scratch import POSTGRES, private_folder, scratch_folder
from deploy.local.servers import Servers, await_children, start_servers
from deploy.local.state import CHECKOUT
from deploy.local.supervisor import Supervisor
from services.api.accounts.operators import create_key
from shared.db.session import Connection, connect
from tests.chaos.wire import Wire
from tests.support.processes import eventually

EVIDENCE = Path(__file__).with_name("evidence.sql").read_text(encoding="utf-8")
WORKERS = {"generation": "generation", "nlp": "nlp", "tts-1": "tts", "tts-2": "tts", "stt": "stt"}
"""Name of a process to its service; `tts-2` speaks to Postgres over a wire that can be cut."""
WIRED = "tts-2"
DISPATCHERS = ("dispatcher-1", "dispatcher-2")
PLAYERS = {"api": "api", **dict.fromkeys(DISPATCHERS, "dispatcher"), **WORKERS}
SLOTS = {"generation": 64}
"""So many that a poisoned step has 63 neighbours."""
FEW_SLOTS = 8
SHORT_GRACE = 6  # seconds; five of them are kept for giving back
QUICK = Backoff(longest=1.0)


class Clocks(msgspec.Struct, frozen=True):
    """How fast a rehearsal goes."""

    lease: float
    """Seconds."""
    latency: float
    """Of the providers: a multiple of the real ones'."""
    many: int
    """Articles queued while a provider throttles."""
    throttled: float
    """Seconds for which it does."""


SHORT = Clocks(lease=7.0, latency=0.3, many=1000, throttled=6.0)
LONG = Clocks(lease=30.0, latency=0.3, many=10_000, throttled=120.0)


class Stage:
    """Processes by name.

    Args:
        supervisor: Restarts what dies.
        servers: Postgres, Redis and the sandbox, running.
        specs: How each process is started, servers included.
        wire: Between `tts-2` and Postgres.
        clocks: How fast all goes.
        ports: Of the API and the sandbox.
    """

    def __init__(
        self,
        supervisor: Supervisor,
        servers: Servers,
        specs: Mapping[str, ChildSpec],
        wire: Wire,
        clocks: Clocks,
        ports: Mapping[str, int],
    ) -> None:
        self.supervisor = supervisor
        self.servers = servers
        self.specs = specs
        self.wire = wire
        self.clocks = clocks
        self.api_url = f"http://{LOOPBACK}:{ports['api']}"
        self.sandbox_url = f"http://{LOOPBACK}:{ports['sandbox']}"
        self.redis = redis.Redis.from_url(servers.redis_url, socket_timeout=2.0)

    def start(self, name: str) -> None:
        """Start it, or what was stopped again."""
        self.supervisor.start(self.specs[name])

    def start_older(self, name: str, *, forgets: str) -> str:
        """Start a worker beside `name` that does not know the task `forgets`; what it is called."""
        spec, older = self.specs[name], f"{name}-old"
        environment = {**spec.environment, "CHAOS_FORGETS": forgets}
        self.supervisor.start(msgspec.structs.replace(spec, name=older, environment=environment))
        return older

    def signal(self, name: str, number: signal.Signals) -> None:
        """Send a signal to a process; SIGSTOP and SIGCONT also to the children that it has."""
        pid = self.supervisor.pid(name)
        assert pid is not None, f"{name} does not run"
        if number in {signal.SIGSTOP, signal.SIGCONT}:
            os.killpg(pid, number)
        else:
            os.kill(pid, number)

    def freeze(self, name: str) -> bool:
        """Let a process stand still, and pass on what arrives for it: what a trap of the wire may spring."""
        self.signal(name, signal.SIGSTOP)
        return True

    def kill(self, name: str) -> None:
        """`kill -9`; the supervisor starts it anew."""
        deaths = self.supervisor.deaths(name)
        self.signal(name, signal.SIGKILL)
        assert eventually(lambda: self.supervisor.deaths(name) > deaths)

    def returns(self, name: str, before: int | None) -> None:
        """Wait until another process than `before` bears the name."""
        assert eventually(lambda: self.supervisor.pid(name) not in {None, before})

    def worker_name(self, name: str) -> str:
        """What leases of that process say."""
        return f"{WORKERS[name]}@{os.uname().nodename}-{self.supervisor.pid(name)}"

    def new_key(self, name: str) -> str:
        """An API key of a new account with the highest limits."""
        with self.connection() as connection:
            new = create_key(connection, name)
            connection.execute("UPDATE accounts SET plan = 'premium' WHERE id = $1", (new.owner_id,))
        return new.key

    def connection(self) -> Connection:
        """A connection of the rehearsal's own."""
        return connect(self.servers.database_url, "chaos")

    def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        """Ask Postgres, on a connection of its own: others come and go with the server."""
        with self.connection() as connection:
            return connection.execute(query, values).fetchall()

    def one(self, query: str, *values: object) -> Any:
        """The only column of the only row."""
        (row,) = self.rows(query, *values)
        (value,) = row.values()
        return value

    def postgres_answers(self) -> bool:
        """True if it takes connections."""
        try:
            self.rows("SELECT 1 AS one")
        except psycopg.OperationalError:
            return False
        return True

    def redis_answers(self) -> bool:
        """True if it does."""
        try:
            return bool(self.redis.ping())
        except redis.RedisError:
            return False

    def logs(self) -> Iterator[Path]:
        """All log files."""
        return self.supervisor.logs.glob("*.log*")


def now() -> datetime:
    """Postgres's clock: it runs on this machine."""
    return datetime.now(UTC)


@contextmanager
def opened_stage(clocks: Clocks, logs: Path) -> Iterator[Stage]:
    """A ready stack with data of its own, deleted afterwards: two dispatchers, five workers, Redis without a disk."""
    servers_folder = state.server_folder(CHECKOUT, os.environ, root=state.is_root())
    with scratch_folder(servers_folder / "tests") as scratch, Supervisor(logs, QUICK) as supervisor:
        places = Places(
            home=private_folder(scratch),
            servers=servers_folder,
            postgres=scratch / POSTGRES,
            lock=scratch / "lock",
            logs=logs,
        )
        memory = new_memory()
        base = inherited(os.environ)
        given = {"SANDBOX_LATENCY": str(clocks.latency)}
        servers = start_servers(supervisor, places, memory, base=base, given=given, disposable=True)
        wire = Wire(memory.ports["postgres"])

        def environment(service: str) -> dict[str, str]:
            made = service_environment(
                service,
                base=base,
                given=given,
                memory=memory,
                database_url=servers.database_url,
                redis_url=servers.redis_url,
            )
            return {name: value for name, value in made.items() if not name.startswith("METRICS_")}

        run_module(("deploy.local.bucket",), environment("bucket"))
        run_module(("migrations.run",), environment("migrations"))
        specs = {name: _spec(name, service, environment(service), clocks) for name, service in PLAYERS.items()}
        specs[WIRED] = _wired(specs[WIRED], servers.database_url, wire)
        specs |= {name: supervisor.spec(name) for name in ("postgres", "redis")}
        stage = Stage(supervisor, servers, specs, wire, clocks, memory.ports)
        with stage.connection() as connection:
            _prepare(connection)
        for name in PLAYERS:
            stage.start(name)
        await_children(supervisor, tuple(PLAYERS), lambda: health.is_healthy(memory.ports["api"], "/readyz"))
        try:
            yield stage
        finally:
            supervisor.stop(tuple(PLAYERS))
            wire.close()


def _spec(name: str, service: str, environment: Mapping[str, str], clocks: Clocks) -> ChildSpec:
    return ChildSpec(
        name=name,
        command=(sys.executable, "-m", "tests.chaos.scaled"),
        environment={
            **environment,
            "CHAOS_PROGRAM": f"services.{service}.app",
            "CHAOS_LEASE": str(clocks.lease),
            "WORKER_SLOTS": str(SLOTS.get(service, FEW_SLOTS)),
            "WORKER_GRACE_S": str(SHORT_GRACE),
        },
        folder=CHECKOUT,
        grace=SHORT_GRACE + 4.0,
    )


def _wired(spec: ChildSpec, database_url: str, wire: Wire) -> ChildSpec:
    parts = urlsplit(database_url)
    credentials = parts.netloc.rpartition("@")[0]
    url = urlunsplit(parts._replace(netloc=f"{credentials}@{LOOPBACK}:{wire.port}"))
    return msgspec.structs.replace(spec, environment={**spec.environment, "DATABASE_URL": url})


def _prepare(connection: Connection) -> None:
    psycopg.ClientCursor(connection).execute(EVIDENCE.encode())
