"""The servers under the stack: Postgres, Redis and the sandbox, started together and waited for."""

import sys
from collections.abc import Callable, Mapping, Sequence

import msgspec

from deploy.local import postgres, redis
from deploy.local.children import ChildSpec
from deploy.local.environment import sandbox_environment
from deploy.local.errors import LocalError
from deploy.local.health import is_healthy
from deploy.local.memory import Memory
from deploy.local.places import Places
from deploy.local.ports import is_open
from deploy.local.postgres_binaries import binaries
from deploy.local.postmaster import stop_left_over
from deploy.local.state import CHECKOUT
from deploy.local.supervisor import Supervisor
from deploy.local.system_user import postgres_user
from deploy.local.waiting import wait_until

PATIENCE = 60.0  # seconds; far more than any start takes
LOOK = 0.05  # seconds between two looks whether a server is ready
HOPELESS = 3  # deaths of one child before its start is given up


class StartError(LocalError):
    """The stack could not be started; the message is for people and holds the end of the log concerned."""


class Servers(msgspec.Struct, frozen=True):
    """The addresses of the running servers."""

    database_url: str
    redis_url: str


def start_servers(
    supervisor: Supervisor,
    places: Places,
    memory: Memory,
    *,
    base: Mapping[str, str],
    given: Mapping[str, str],
    disposable: bool = False,
) -> Servers:
    """Start all three and return when each answers.

    Raises:
        StartError: One of them does not.
    """
    store = redis.Redis(
        binary=redis.binary(),
        data=places.redis,
        port=memory.ports["redis"],
        password=memory.redis_password,
        disposable=disposable,
    )
    supervisor.start(store.child())
    supervisor.start(_sandbox(places, memory, base, given))
    database = _start_postgres(supervisor, places, memory, disposable=disposable)
    await_children(supervisor, ["postgres"], database.is_ready)
    await_children(supervisor, ["redis"], lambda: is_open(store.port))
    await_children(supervisor, ["sandbox"], lambda: is_healthy(memory.ports["sandbox"], "/healthz"))
    return Servers(database.url, store.url)


def _start_postgres(supervisor: Supervisor, places: Places, memory: Memory, *, disposable: bool) -> postgres.Postgres:
    user = postgres_user()
    database = postgres.Postgres(
        binaries=binaries(places.servers, user),
        data=places.postgres,
        port=memory.ports["postgres"],
        password=postgres.password_of(places.postgres),
        user=user,
        disposable=disposable,
    )
    stop_left_over(database.data)
    postgres.create(database)
    supervisor.start(database.child())
    return database


def _sandbox(places: Places, memory: Memory, base: Mapping[str, str], given: Mapping[str, str]) -> ChildSpec:
    return ChildSpec(
        name="sandbox",
        command=(sys.executable, "-m", "services.sandbox.app"),
        environment=sandbox_environment(places, base=base, given=given, memory=memory),
        folder=CHECKOUT,
    )


def await_children(
    supervisor: Supervisor,
    names: Sequence[str],
    ready: Callable[[], bool],
    why_not: Callable[[], str] = lambda: "no answer",
    patience: float = PATIENCE,
) -> None:
    """Wait until the children `names` are `ready`.

    Raises:
        StartError: One of them died `HOPELESS` times, or they are not ready after `patience` seconds. It tells
            `why_not` and shows the end of the log of the one that died, else of the first.
    """

    def hopeless() -> list[str]:
        return [name for name in names if supervisor.deaths(name) >= HOPELESS]

    if wait_until(lambda: ready() or bool(hopeless()), patience, step=LOOK) and ready():
        return
    message = obituary(supervisor, [*hopeless(), *names][0], f"is not ready after {patience:.0f} s: {why_not()}")
    raise StartError(message)


def obituary(supervisor: Supervisor, name: str, otherwise: str) -> str:
    """What became of the child `name`: how it ended, or `otherwise` if it never did, and the end of its log."""
    ends = [event.detail for event in supervisor.events() if event.name == name and event.what == "died"]
    what = f"ended {len(ends)} times, at last with {ends[-1]}" if ends else otherwise
    tail = supervisor.log_tail(name) or "(it wrote nothing)"
    return f"{name} {what}. The end of {supervisor.log(name)}:\n{tail}"
