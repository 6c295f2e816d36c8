"""Due steps become wake-ups: in fair order, never more than workers can soon take, and again when one was lost."""

from collections.abc import Callable, Mapping
from math import inf
from typing import Any

import msgspec
import structlog

from shared.db.session import Connection
from shared.jobs.kinds import QUEUES
from shared.jobs.statements import SQL
from shared.jobs.submission import WakeUp
from shared.observability.metrics import DispatcherMetrics

Turn = tuple[int, float]
"""Priority and virtual finish time: where in its queue a step stands."""
END: Turn = (2**15 - 1, inf)
"""After everybody."""
LEAST_TARGET = 16  # wake-ups kept in a queue even while nothing of it runs
BULK_SHARE = 0.75  # of a service's slots, at most, work on bulk
LOST_AFTER = 1.0  # seconds: published, unclaimed, and the queue is empty
SLOW_AFTER = 10.0  # seconds: the queue is shorter than the target
STALE_AFTER = 30.0  # seconds: whatever the queue's length
log = structlog.get_logger(__name__)


class QueueLoad(msgspec.Struct, frozen=True):
    """A queue as Postgres sees it."""

    name: str
    due: bool
    running: int
    published: int
    """Steps that were published and that nobody has claimed: in Redis, in a worker's hands, or lost."""
    last_turn: Turn | None
    """The last turn among these."""
    slots: int
    """Of the service's live workers, both queues together."""
    paused: bool

    @property
    def bulk(self) -> bool:
        """True for batch work."""
        return self.name.endswith(".bulk")


class Plan(msgspec.Struct, frozen=True):
    """What the relay does for one queue now."""

    fresh: int
    """How many unpublished steps to publish, at most."""
    before: Turn
    """Only such whose turn comes before this one."""
    again: int
    """How many published steps to publish again."""
    again_after_s: float
    """How long ago they must have been published."""


def plan(load: QueueLoad, length: int) -> Plan:
    """What to publish into a queue of `length` waiting messages.

    A short queue is what keeps the order fair: what Redis holds is first come, first served. Where others filled it by
    publishing for themselves, a step whose turn comes before theirs, such as a retry, is not held back: it would wait
    for ever.
    """
    target = max(LEAST_TARGET, load.running)
    room, before = target - load.published, END
    if load.bulk:
        bulk_slots = max(1, int(load.slots * BULK_SHARE)) if load.slots else 0
        room = min(room, bulk_slots - load.running - load.published)
    elif room <= 0:
        room, before = LEAST_TARGET, load.last_turn or END
    return Plan(max(0, room), before, target, _patience(length, target))


def _patience(length: int, target: int) -> float:
    """Seconds after which an unclaimed step is published again: an empty queue means that its wake-up was lost."""
    if length == 0:
        return LOST_AFTER
    return SLOW_AFTER if length < target else STALE_AFTER


class Relay:
    """One round: look at the queues, mark what to publish, commit, publish.

    Args:
        lengths: Redis's length of each queue; raises what `publish` raises while Redis is away.
        publish: Sends wake-ups.
        metrics: Counts what was marked to be published.
    """

    def __init__(
        self,
        lengths: Callable[[list[str]], Mapping[str, int]],
        publish: Callable[[list[WakeUp]], None],
        metrics: DispatcherMetrics | None = None,
    ) -> None:
        self._metrics = metrics or DispatcherMetrics()
        self._lengths = lengths
        self._publish = publish

    def round(self, connection: Connection) -> int:
        """Publish what is due; returns how many wake-ups went out. While Redis is away nothing is marked."""
        rows = connection.execute(SQL["queue_loads"], (QUEUES,)).fetchall()
        loads = [msgspec.convert(row, QueueLoad) for row in rows if row["due"] and not row["paused"]]
        if not loads:
            return 0
        lengths = self._lengths([load.name for load in loads])
        wakeups = [
            wakeup for load in loads for wakeup in self._marked(connection, load.name, plan(load, lengths[load.name]))
        ]
        if wakeups:
            self._publish(wakeups)
        return len(wakeups)

    def _marked(self, connection: Connection, queue: str, todo: Plan) -> list[WakeUp]:
        again = connection.execute(SQL["relay_lost"], (queue, todo.again, todo.again_after_s)).fetchall()
        fresh = connection.execute(SQL["relay_due"], (queue, todo.fresh, *todo.before)).fetchall() if todo.fresh else []
        self._metrics.relayed_lost(queue, len(again))
        for row in fresh:
            self._metrics.relayed_due(queue, row["lag_s"])
        if again:
            log.info("published again", queue=queue, steps=len(again))
        return [_wake_up(row) for row in sorted([*again, *fresh], key=_turn)]


def _turn(row: dict[str, Any]) -> Turn:
    return row["priority"], row["fair"]


def _wake_up(row: dict[str, Any]) -> WakeUp:
    return WakeUp(row["job_id"], row["name"], row["task"], row["queue"])
