"""A step's watch that a test holds in its hand."""

import time

from shared.jobs.errors import StepStoppedError, TransientError


class HandWatch:
    """Implements `shared.jobs.steps.Watch`.

    Args:
        seconds: Until the deadline, from now.
        stop_after: Checks that pass before the step must stop; null if it never must.
        stop_in: Seconds after which the step must stop, from now; null if it never must.
    """

    def __init__(self, seconds: float = 60.0, *, stop_after: int | None = None, stop_in: float | None = None) -> None:
        self.reports: list[tuple[int, int, str]] = []
        """Everything that was told, in order."""
        self._deadline = time.monotonic() + seconds
        self._checks_left = stop_after
        self._stop_at = None if stop_in is None else time.monotonic() + stop_in

    def left(self) -> float:
        """Seconds until the deadline."""
        return max(0.0, self._deadline - time.monotonic())

    def check(self) -> None:
        """Raise if the step must stop."""
        if self._checks_left is not None:
            self._checks_left -= 1
            if self._checks_left < 0:
                raise StepStoppedError
        if self._stop_at is not None and time.monotonic() >= self._stop_at:
            raise StepStoppedError
        if self.left() == 0.0:
            code = "provider_timeout"
            raise TransientError(code, "the step's time was over")

    def progress(self, done: int, total: int, message: str = "") -> None:
        """Remember a report."""
        self.reports.append((done, total, message))
