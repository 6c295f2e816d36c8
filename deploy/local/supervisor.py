"""Runs the stack's processes: restarts the dead, remembers what happened, stops them in order, leaves none behind."""

import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.local.children import ChildSpec
from deploy.local.events import SupervisorEvent
from deploy.local.guard import Guard
from deploy.local.keeper import Backoff, Keeper

TAIL = 4000  # bytes of a log that are shown


class Supervisor:
    """Supervised children with their logs in `logs`. Leaving the `with` block stops what still runs, last first."""

    def __init__(self, logs: Path, backoff: Backoff = Backoff()) -> None:  # noqa: B008  frozen
        self.logs = logs
        self._backoff = backoff
        self._keepers: dict[str, Keeper] = {}
        self._events: list[SupervisorEvent] = []
        self._changed = threading.Condition()

    def __enter__(self) -> Self:
        self.logs.mkdir(parents=True, exist_ok=True)
        self._guard = Guard()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            for name in reversed(list(self._keepers)):
                self.stop([name])
        finally:
            self._guard.close()

    def start(self, spec: ChildSpec) -> None:
        """Start a child and keep it running. Its earlier log is kept once, as `<name>.log.1`."""
        log = self.log(spec.name)
        if log.exists():
            log.replace(log.with_name(log.name + ".1"))
        keeper = Keeper(spec, log, self._guard, self._record, self._backoff)
        self._keepers[spec.name] = keeper
        keeper.start()

    def stop(self, names: Sequence[str]) -> None:
        """Stop these children, all at the same time, and wait for their end."""
        keepers = [self._keepers.pop(name) for name in names if name in self._keepers]
        for keeper in keepers:
            keeper.ask_to_stop()
        for keeper in keepers:
            keeper.finish()

    def pid(self, name: str) -> int | None:
        """The process id of a child, or None while it does not run."""
        return self._keepers[name].pid

    def spec(self, name: str) -> ChildSpec:
        """How a child is run."""
        return self._keepers[name].spec

    @property
    def guard_pid(self) -> int:
        """The process id of the guard."""
        return self._guard.pid

    def events(self) -> list[SupervisorEvent]:
        """Every death and restart since the start, oldest first."""
        with self._changed:
            return list(self._events)

    def deaths(self, name: str) -> int:
        """How often the child `name` has died."""
        return sum(event.name == name and event.what == "died" for event in self.events())

    def wait_for(self, name: str, what: str, timeout: float) -> bool:
        """Wait until the child `name` has `died` or been `restarted`; False after `timeout` seconds."""
        with self._changed:
            return self._changed.wait_for(
                lambda: any(event.name == name and event.what == what for event in self._events), timeout
            )

    def log(self, name: str) -> Path:
        """The log file of a child."""
        return self.logs / f"{name}.log"

    def log_tail(self, name: str) -> str:
        """The last lines of a child's log."""
        path = self.log(name)
        data = path.read_bytes()[-TAIL:] if path.exists() else b""
        return data.decode(errors="replace").strip()

    def _record(self, event: SupervisorEvent) -> None:
        with self._changed:
            self._events.append(event)
            self._changed.notify_all()
