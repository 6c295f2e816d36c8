"""Which steps did not succeed, and where their workers' logs are."""

from collections.abc import Sequence
from pathlib import Path

from services.cli.answers import Step
from services.cli.board import task


def failures(steps: Sequence[Step], logs: Path) -> list[str]:
    """Each step that did not succeed, with its code and where its worker's log is."""
    lost = [step for step in steps if step.status in {"failed", "skipped", "cancelled"}]
    return [_failure(step, logs) for step in lost]


def _failure(step: Step, logs: Path) -> str:
    if step.error is None:
        return f"{task(step)} was {step.status}."
    message = f" ({step.error.message})" if step.error.message else ""
    return f"{task(step)} {step.status}: {step.error.code}{message}. Log: {logs / step.service}.log"
