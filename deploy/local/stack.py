"""The whole of Parlance on one machine: servers, schema, API, dispatcher and workers as supervised child processes."""

import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import msgspec

from deploy.local import health
from deploy.local.children import ChildSpec
from deploy.local.environment import WORKER_GRACE, flower_environment, inherited, service_environment
from deploy.local.events import SupervisorEvent
from deploy.local.memory import METRICS, Memory
from deploy.local.modules import run_module
from deploy.local.places import Places
from deploy.local.ports import LOOPBACK, is_open
from deploy.local.providers import who_answers
from deploy.local.servers import Servers, await_children, start_servers
from deploy.local.state import CHECKOUT
from deploy.local.supervisor import Supervisor

WORKERS = ("generation", "tts", "stt", "nlp")
SERVICES = ("api", "dispatcher", *WORKERS)
STOPPING = (("flower", "api"), ("dispatcher", *WORKERS), ("sandbox",), ("redis",), ("postgres",))
"""Who stops together, first to last: no new work, no more work, then what the work needed."""


class RunningStack(msgspec.Struct, frozen=True, kw_only=True):
    """A stack that answers. `providers` says `sandbox` or `real` of each; `flower_url` is None without Flower."""

    api_url: str
    api_key: str
    providers: dict[str, str]
    log_folder: Path
    supervisor: Supervisor
    flower_url: str | None = None
    metrics_urls: dict[str, str] = {}
    """Where each service shows its metrics, by name."""

    def events(self) -> list[SupervisorEvent]:
        """Every death and restart of a process since the start, oldest first."""
        return self.supervisor.events()


@contextmanager
def running_stack(
    places: Places,
    memory: Memory,
    *,
    given: Mapping[str, str],
    environ: Mapping[str, str],
    flower: bool = False,
    disposable: bool = False,
    tell: Callable[[str], None] = lambda _: None,
) -> Iterator[RunningStack]:
    """Start everything in `places`, give it away once the API is ready, and stop it in order.

    Args:
        places: The folders to use; nobody else may use them.
        memory: Ports and secrets; with an API key if there is one already.
        given: Provider keys and tuning of the user's; a provider without a key is the sandbox.
        environ: Our own environment, of which children get the few variables that name no server.
        flower: Whether to start Flower too.
        disposable: Whether the data is thrown away afterwards, so that Postgres need not wait for the disk and nobody
            needs the starter content.
        tell: Called with one plain sentence at each stage.

    Raises:
        StartError: Something does not start; the message is for people.
    """
    base = inherited(environ)
    with Supervisor(places.logs) as supervisor:
        try:
            tell("Starting Postgres, Redis and the sandbox ...")
            servers = start_servers(supervisor, places, memory, base=base, given=given, disposable=disposable)
            api_key = _start_services(
                supervisor,
                memory,
                servers,
                base=base,
                given=given,
                flower=flower,
                starter_content=not disposable,
                tell=tell,
            )
            yield RunningStack(
                api_url=f"http://{LOOPBACK}:{memory.ports['api']}",
                api_key=api_key,
                providers=who_answers(given),
                log_folder=places.logs,
                supervisor=supervisor,
                flower_url=f"http://{LOOPBACK}:{memory.ports['flower']}" if flower else None,
                metrics_urls={name: f"http://{LOOPBACK}:{memory.ports[name]}/metrics" for name in ("api", *METRICS)},
            )
        finally:
            for together in STOPPING:
                supervisor.stop(together)


def _start_services(
    supervisor: Supervisor,
    memory: Memory,
    servers: Servers,
    *,
    base: Mapping[str, str],
    given: Mapping[str, str],
    flower: bool,
    starter_content: bool,
    tell: Callable[[str], None],
) -> str:
    """Migrate, start what is ours, wait for the API; returns an API key."""

    def environment(service: str) -> dict[str, str]:
        return service_environment(
            service,
            base=base,
            given=given,
            memory=memory,
            database_url=servers.database_url,
            redis_url=servers.redis_url,
        )

    tell("Bringing the database up to date ...")
    with ThreadPoolExecutor(1) as beside:
        bucket = beside.submit(run_module, ("deploy.local.bucket",), environment("bucket"))
        run_module(("migrations.run",), environment("migrations"))
        bucket.result()
    tell("Starting the API, the dispatcher and the workers ...")
    for service in SERVICES:
        supervisor.start(_service(service, environment(service)))
    key = memory.api_key or _new_key(environment("api"))
    if starter_content:  # while the services start: the next time it has nothing to do
        run_module(("services.api.catalogue",), environment("api"))
    _await_readiness(supervisor, memory)
    if flower:
        _start_flower(supervisor, memory, flower_environment(base=base, memory=memory, redis_url=servers.redis_url))
    return key


def _new_key(environment: Mapping[str, str]) -> str:
    """Whoever runs the stack is its operator."""
    return run_module(("services.api.keys", "create", "--name", "local", "--admin"), environment).strip()


def _service(name: str, environment: Mapping[str, str]) -> ChildSpec:
    return ChildSpec(
        name=name,
        command=(sys.executable, "-m", f"services.{name}.app"),
        environment=environment,
        folder=CHECKOUT,
        grace=WORKER_GRACE + 5.0,
    )


def _start_flower(supervisor: Supervisor, memory: Memory, environment: Mapping[str, str]) -> None:
    """After the workers: it asks once, when it starts, who is there and which queues they read."""
    supervisor.start(
        ChildSpec(
            name="flower",
            command=(sys.executable, "-m", "deploy.local.flower"),
            environment=environment,
            folder=CHECKOUT,
            grace=2.0,
        )
    )
    await_children(supervisor, ("flower",), lambda: is_open(memory.ports["flower"]))


def _await_readiness(supervisor: Supervisor, memory: Memory) -> None:
    """The API says whether all others are there."""
    port = memory.ports["api"]
    await_children(
        supervisor, SERVICES, lambda: health.is_healthy(port, "/readyz"), lambda: health.answer(port, "/readyz")[1]
    )
