"""What was done to the stack, and how long the work it interrupted stood still."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from tests.chaos.stage import Stage, now

IDLE = 5.0  # seconds: `idle_in_transaction_session_timeout` of `shared.db.session`
Kind = Literal["killed", "frozen", "given back", "server", "other"]

HELD = "SELECT job_id, name FROM job_steps WHERE state = 'running' AND leased_by = $1"
DUE = """
SELECT DISTINCT split_part(queue, '.', 1) AS service FROM job_steps
WHERE state = 'ready' AND run_at <= clock_timestamp() AND queue NOT IN (SELECT name FROM queues)
"""
CLAIMED_AGAIN = """
SELECT min(move.at) AS at FROM chaos.moves AS move
WHERE move.job_id = $1 AND move.step = $2 AND move.became = 'running' AND move.at > $3
"""
TAKEN_BACK = """
SELECT min(move.at) AS at FROM chaos.moves AS move
WHERE move.job_id = $1 AND move.step = $2 AND move.was = 'running' AND move.at > $3
"""
SERVED_AGAIN = """
SELECT min(at) AS at FROM chaos.moves
WHERE split_part(queue, '.', 1) = $1 AND became IN ('running', 'succeeded') AND at > $2
"""
STOOD_STILL = """
SELECT coalesce(max(extract(epoch FROM gap)), 0)::double precision AS seconds
FROM (SELECT at - lag(at, 1, $1) OVER (ORDER BY id) AS gap FROM chaos.moves WHERE at BETWEEN $1 AND $2) AS gaps
"""


class Harm(msgspec.Struct, kw_only=True):
    """One harm: what, to whom, from when to when, and what it interrupted."""

    what: str
    kind: Kind
    began: datetime
    over: datetime | None = None
    """When what was taken away was back."""
    steps: list[tuple[UUID, str]] = []
    """Steps that the process held: each may have had a call under way."""
    services: list[str] = []
    """Services for which work was due when the server was back."""
    note: str = ""

    def bound(self, lease: float) -> float | None:
        """The longest gap allowed, in seconds.

        Who froze may have frozen while it held a job's lock: then Postgres's time-out of idle transactions comes first.
        """
        if self.kind in {"killed", "frozen"}:
            return lease + 2.0 + (IDLE if self.kind == "frozen" else 0.0)
        return 4.0 if self.kind == "server" else None

    def gap(self, stage: Stage) -> float | None:
        """Seconds until the last step was taken back, or the last service with work served; null if there is none.

        For other harms the longest time in which nothing moved at all.
        """
        if self.kind == "server":
            return _longest(
                self.over or self.began, [stage.one(SERVED_AGAIN, name, self.over) for name in self.services]
            )
        if self.steps:
            return _longest(self.began, [stage.one(TAKEN_BACK, *step, self.began) for step in self.steps])
        return None if self.over is None else float(stage.one(STOOD_STILL, self.began, self.over))

    def rerun(self, stage: Stage) -> float | None:
        """Seconds until the last of the interrupted steps ran again: also a matter of free slots and processors."""
        return _longest(self.began, [stage.one(CLAIMED_AGAIN, *step, self.began) for step in self.steps])


def _longest(since: datetime, moments: list[datetime | None]) -> float | None:
    gaps = [(moment - since).total_seconds() for moment in moments if moment is not None]
    return max(gaps, default=None)


def held_by(stage: Stage, worker: str) -> list[tuple[UUID, str]]:
    """The steps whose lease that process has."""
    return [_key(row) for row in stage.rows(HELD, worker)]


def due_services(stage: Stage) -> list[str]:
    """The services for which work is due now; those with a pause are left out."""
    return [row["service"] for row in stage.rows(DUE)]


def taken_over(stage: Stage, harm: Harm) -> bool:
    """True if somebody else has claimed, or something has ended, every step that was interrupted."""
    open_steps = {_key(row) for row in stage.rows("SELECT job_id, name FROM job_steps WHERE finished_at IS NULL")}
    return all(step not in open_steps or stage.one(CLAIMED_AGAIN, *step, harm.began) is not None for step in harm.steps)


def begin(what: str, kind: Kind, **known: Any) -> Harm:
    """A harm that begins now."""
    return Harm(what=what, kind=kind, began=now(), **known)


def _key(row: dict[str, Any]) -> tuple[UUID, str]:
    return row["job_id"], row["name"]
