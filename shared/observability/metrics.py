"""What workers and the dispatcher count, for Prometheus. The API's own metrics are in `services/api/metrics`.

Each process has one registry. Every label has a bounded set of values: queues, tasks, loops, codes, providers and the
models we ask for; never an id, and nothing that a client or a provider may word as it likes.

| metric | labels | unit and meaning |
|---|---|---|
| `parlance_wakeups_sent_total` | result | wake-ups: `sent`, `failed` (Redis away), `dropped` (too many waited) |
| `parlance_claims_total` | queue, result | wake-ups that arrived: `claimed`, `duplicate`, `paused`, `unknown` (no such step), `pushed_back` (the process drains) |
| `parlance_steps_total` | task, outcome | attempts, as Postgres took them: see `Outcome` |
| `parlance_step_seconds` | task | seconds from the claim until Postgres knew how the attempt ended, as a histogram |
| `parlance_heartbeats_missed_total` | | heartbeats that could not be written; leases run out after several |
| `parlance_provider_calls_total` | provider, model, result | calls by the model asked for: `answered`, `memo` (paid before), `stopped`, or the error's code |
| `parlance_provider_seconds` | provider | seconds of a call that was really made, as a histogram |
| `parlance_provider_cost_micro_usd_total` | provider, model, sandbox | millionths of a dollar; with sandbox `true` what it would have cost; calls without a known price are not in it |
| `parlance_database_pool_connections` | state | connections to Postgres that are `in_use` or `idle` |
| `parlance_database_pool_waiting` | | threads that wait for one |
| `parlance_leases_expired_total` | queue | steps taken from a worker that no longer beat |
| `parlance_jobs_expired_total` | | jobs cancelled at their deadline |
| `parlance_relayed_steps_total` | queue, reason | steps the relay published: `due` (nobody had), `lost` (published, and claimed by nobody) |
| `parlance_relay_lag_seconds` | queue | seconds from the moment a step was due until the relay published it, as a histogram |
| `parlance_rounds_failed_total` | loop | rounds of `leases`, `relay` or `housekeeping` that broke off |

A process that is killed takes its numbers with it, and one that performs a single step alone after a crash is never
asked for its own: of that step the parent counts a further crash, and the ledger's rows hold what was paid.
"""  # noqa: E501 - a table's row is one line

from collections.abc import Callable, Iterable, Iterator
from typing import Literal, Protocol

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

Sent = Literal["sent", "failed", "dropped"]
Outcome = Literal["succeeded", "failed", "retried", "snoozed", "stopped", "fenced", "released", "crashed"]
"""What became of an attempt.

`retried` and `failed` after an error, `snoozed` because the provider asked everybody to wait, `stopped` by a cancel,
`fenced` because the lease had gone to somebody else, `released` at a shutdown, `crashed` if the process that performed
it alone died.
"""
SENT: tuple[Sent, ...] = ("sent", "failed", "dropped")
OUTCOMES: tuple[Outcome, ...] = (
    "succeeded",
    "failed",
    "retried",
    "snoozed",
    "stopped",
    "fenced",
    "released",
    "crashed",
)
STEP_BUCKETS = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0)  # seconds
CALL_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 40.0, 80.0, 160.0, 320.0)  # seconds
LAG_BUCKETS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0, 7200.0)  # seconds


class WakeUpMetrics:
    """Wake-ups that this process sent."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._sent = Counter(
            "parlance_wakeups_sent", "Wake-ups by what became of them.", ("result",), registry=registry
        )
        for result in SENT:
            self._sent.labels(result)

    def count(self, result: Sent) -> None:
        """One wake-up more."""
        self._sent.labels(result).inc()


class ProviderMetrics:
    """Calls to providers and what they cost."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._calls = Counter(
            "parlance_provider_calls", "Calls by result.", ("provider", "model", "result"), registry=registry
        )
        self._seconds = Histogram(
            "parlance_provider_seconds",
            "Seconds of a call, failed ones too.",
            ("provider",),
            buckets=CALL_BUCKETS,
            registry=registry,
        )
        self._cost = Counter(
            "parlance_provider_cost_micro_usd",
            "Millionths of a dollar.",
            ("provider", "model", "sandbox"),
            registry=registry,
        )

    def called(self, provider: str, model: str, result: str, seconds: float) -> None:
        """A call was made; `result` is `answered`, `stopped` or the error's code."""
        self._calls.labels(provider, model, result).inc()
        self._seconds.labels(provider).observe(seconds)

    def remembered(self, provider: str, model: str) -> None:
        """A call was saved: the answer had been paid before."""
        self._calls.labels(provider, model, "memo").inc()

    def paid(self, provider: str, model: str, micro_usd: int | None, *, sandbox: bool) -> None:
        """An answer has its price, if that is known; the sandbox's are not charged."""
        if micro_usd is not None:
            self._cost.labels(provider, model, str(sandbox).lower()).inc(micro_usd)


class StepMetrics:
    """Claims and attempts.

    Args:
        registry: Where they are shown.
        tasks: Those of the process, shown from the start: who alerts on growth would not see the first of a kind.
    """

    def __init__(self, registry: CollectorRegistry, tasks: Iterable[str] = ()) -> None:
        self._claims = Counter("parlance_claims", "Wake-ups that arrived.", ("queue", "result"), registry=registry)
        self._steps = Counter("parlance_steps", "Attempts by outcome.", ("task", "outcome"), registry=registry)
        self._seconds = Histogram(
            "parlance_step_seconds", "Seconds of an attempt.", ("task",), buckets=STEP_BUCKETS, registry=registry
        )
        self._missed = Counter("parlance_heartbeats_missed", "Heartbeats that were not written.", registry=registry)
        for task in tasks:
            for outcome in OUTCOMES:
                self._steps.labels(task, outcome)

    def claimed(self, queue: str, result: str) -> None:
        """A wake-up arrived, and this is what came of it."""
        self._claims.labels(queue, result).inc()

    def ended(self, task: str, outcome: Outcome) -> None:
        """Postgres knows how an attempt ended."""
        self._steps.labels(task, outcome).inc()

    def took(self, task: str, seconds: float) -> None:
        """An attempt took so long."""
        self._seconds.labels(task).observe(seconds)

    def missed_heartbeat(self) -> None:
        """The heart could not write."""
        self._missed.inc()


class PoolUse(Protocol):
    """A pool of connections at this moment; `shared.db.session.pool_use` gives it."""

    @property
    def in_use(self) -> int:
        """Connections that somebody has."""

    @property
    def idle(self) -> int:
        """Connections that nobody has."""

    @property
    def waiting(self) -> int:
        """Who would like one."""


class PoolMetrics(Collector):
    """A pool of connections, looked at when somebody asks."""

    def __init__(self, registry: CollectorRegistry, look: Callable[[], PoolUse]) -> None:
        self._look = look
        registry.register(self)

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The pool now."""
        use = self._look()
        connections = GaugeMetricFamily(
            "parlance_database_pool_connections", "Connections to Postgres.", labels=("state",)
        )
        connections.add_metric(("in_use",), use.in_use)
        connections.add_metric(("idle",), use.idle)
        yield connections
        yield GaugeMetricFamily("parlance_database_pool_waiting", "Threads that wait for a connection.", use.waiting)


class WorkerMetrics:
    """All that a worker counts; `tasks` are those it performs."""

    def __init__(self, tasks: Iterable[str] = ()) -> None:
        self.registry = CollectorRegistry()
        self.wakeups = WakeUpMetrics(self.registry)
        self.providers = ProviderMetrics(self.registry)
        self.steps = StepMetrics(self.registry, tasks)

    def watch_pool(self, look: Callable[[], PoolUse]) -> None:
        """Show the process's pool too."""
        PoolMetrics(self.registry, look)


class DispatcherMetrics:
    """All that the dispatcher counts; `loops` are its loops."""

    def __init__(self, loops: Iterable[str] = ()) -> None:
        self.registry = CollectorRegistry()
        self.wakeups = WakeUpMetrics(self.registry)
        self._leases = Counter("parlance_leases_expired", "Leases that ran out.", ("queue",), registry=self.registry)
        self._jobs = Counter("parlance_jobs_expired", "Jobs past their deadline.", registry=self.registry)
        self._relayed = Counter(
            "parlance_relayed_steps", "Steps the relay published.", ("queue", "reason"), registry=self.registry
        )
        self._lag = Histogram(
            "parlance_relay_lag_seconds",
            "Seconds from due to published.",
            ("queue",),
            buckets=LAG_BUCKETS,
            registry=self.registry,
        )
        self._failed = Counter("parlance_rounds_failed", "Rounds that broke off.", ("loop",), registry=self.registry)
        for loop in loops:
            self._failed.labels(loop)

    def lease_expired(self, queue: str) -> None:
        """A step was taken from its worker."""
        self._leases.labels(queue).inc()

    def job_expired(self) -> None:
        """A job was cancelled at its deadline."""
        self._jobs.inc()

    def relayed_due(self, queue: str, lag: float) -> None:
        """A step was published that nobody had published, `lag` seconds after it was due."""
        self._relayed.labels(queue, "due").inc()
        self._lag.labels(queue).observe(max(lag, 0.0))

    def relayed_lost(self, queue: str, steps: int) -> None:
        """So many steps were published again."""
        self._relayed.labels(queue, "lost").inc(steps)

    def round_failed(self, loop: str) -> None:
        """A loop's round broke off."""
        self._failed.labels(loop).inc()
