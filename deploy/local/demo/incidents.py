"""What went wrong on the way and how the stack got over it, in sentences."""

from collections.abc import Iterator, Sequence

from deploy.local.events import SupervisorEvent
from services.cli.answers import Step
from shared.jobs.kinds import SERVICES


def news(event: SupervisorEvent) -> str:
    """An event at the moment it happens."""
    if event.what == "restarted":
        return f"{who(event.name)} was restarted."
    hope = "; a step it was working on is taken over when its lease runs out" if event.name in SERVICES else ""
    return f"{who(event.name)} died ({event.detail}){hope}."


def who(name: str) -> str:
    """A process as people call it."""
    return f"The {name} worker" if name in SERVICES else f"The process {name}"


def incidents(events: Sequence[SupervisorEvent], steps: Sequence[Step]) -> list[str]:
    """One sentence for each death, each step that was taken over, and each step that needed several attempts."""
    return [*_deaths(events, steps), *_losses(events, steps), *_retries(steps)]


def _deaths(events: Sequence[SupervisorEvent], steps: Sequence[Step]) -> Iterator[str]:
    for place, event in enumerate(events):
        if event.what != "died":
            continue
        later = [after.what for after in events[place + 1 :] if after.name == event.name]
        back = "and was restarted" if later[:1] == ["restarted"] else "and has not been restarted"
        consequence = "" if "died" in later else _consequence(event.name, steps)
        yield f"{who(event.name)} died ({event.detail}) {back}{consequence}."


def _consequence(name: str, steps: Sequence[Step]) -> str:
    if name not in SERVICES:
        return ""
    lost = [step for step in steps if step.service == name and step.crashes]
    if not lost:
        return "; it was in the middle of no step"
    return "".join(f"; {_taken_over(step)}" for step in lost)


def _taken_over(step: Step) -> str:
    if step.status in {"failed", "cancelled", "skipped"}:
        return f"{step.name} was given up after attempt {step.attempt}"
    return f"{step.name} was taken over after its lease ran out, attempt {step.attempt}"


def _losses(events: Sequence[SupervisorEvent], steps: Sequence[Step]) -> Iterator[str]:
    died = {event.name for event in events if event.what == "died"}
    for step in steps:
        if step.crashes and step.service not in died:
            yield f"The {step.service} worker lost its lease; {_taken_over(step)}."


def _retries(steps: Sequence[Step]) -> Iterator[str]:
    for step in steps:
        if step.failures and step.status == "succeeded":
            times = "once" if step.failures == 1 else f"{step.failures} times"
            yield f"{step.name} failed {times} and was tried again: attempt {step.attempt} succeeded."
