"""How an attempt is counted, from what was told and what Postgres made of it."""

from shared.jobs.errors import SNOOZING_CODES
from shared.jobs.model import Crashed, Failed, Released, StepEvent, Succeeded
from shared.jobs.store import Outcome as Transition
from shared.observability.metrics import Outcome


def outcome_of(event: StepEvent, transition: Transition) -> Outcome | None:
    """What became of the attempt; null if it had been told before: it was counted then, or its reply was lost."""
    if transition.verdict == "fenced":
        return "fenced"
    return _applied(event, transition.steps.get(event.step)) if transition.verdict == "applied" else None


def _applied(event: StepEvent, state: str | None) -> Outcome:
    """By the step's new `state`: one that fails after a cancel was asked is cancelled."""
    match event:
        case Succeeded():
            return "succeeded"
        case Crashed():
            return "crashed"
        case Released():
            return "stopped" if state == "cancelled" else "released"
        case Failed(failure=failure) if state == "ready":
            return "snoozed" if failure.code in SNOOZING_CODES else "retried"
        case _:
            return "stopped" if state == "cancelled" else "failed"
