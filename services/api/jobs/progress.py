"""How far a job is, and how soon it pays to ask again. Pure."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from services.api.jobs.queries import JobRow, StepRow

OPEN = frozenset({"blocked", "ready", "running"})
SOONEST, LATEST = 1, 10  # seconds a client is asked to wait between polls
PATIENCE = 30.0  # seconds of a job's age that lengthen the wait by one second


class Part(Protocol):
    """What of a step tells how far it is."""

    @property
    def state(self) -> str:
        """As in its row."""

    @property
    def progress_done(self) -> int:
        """Units finished in this attempt."""

    @property
    def progress_total(self) -> int:
        """Of so many; 0 if it has none."""


class Whole(Protocol):
    """What of a job tells how far it is."""

    @property
    def state(self) -> str:
        """As in its row."""

    @property
    def finished_at(self) -> datetime | None:
        """Null while it is open."""

    @property
    def steps(self) -> Sequence[Part]:
        """All of them."""


def percent(row: Whole) -> int:
    """0 to 100, each step counting the same; 100 only for a job that ended with a result."""
    if row.state in {"succeeded", "partial"}:
        return 100
    ended = row.finished_at is not None
    share = sum(_succeeded(step) if ended else _fraction(step) for step in row.steps) / len(row.steps)
    return min(int(share * 100), 99)


def current_step(row: JobRow) -> StepRow | None:
    """The step to show: the first that runs, else the first that can run; null once the job has ended."""
    if row.finished_at is not None:
        return None
    running = [step for step in row.steps if step.state == "running"]
    ready = [step for step in row.steps if step.state == "ready"]
    return next(iter(running + ready), None)


def retry_after(created_at: datetime, now: datetime) -> int:
    """Seconds after which to poll again: a young job soon, an old one less often."""
    age = (now - created_at).total_seconds()
    return max(SOONEST, min(LATEST, int(age / PATIENCE)))


def _succeeded(step: Part) -> float:
    return 1.0 if step.state == "succeeded" else 0.0


def _fraction(step: Part) -> float:
    if step.state not in OPEN:
        return 1.0
    if step.state != "running" or not step.progress_total:
        return 0.0
    return min(step.progress_done / step.progress_total, 1.0)
