"""Why a step did not succeed. Who raises picks one of two kinds; the code is stable and public."""

from uuid import UUID

THROTTLING_CODES = frozenset({"provider_rate_limited", "provider_overloaded"})
"""The provider asks everybody to wait: the step is snoozed and its service's queues are paused."""
UNDER_WAY = "work_under_way"
"""Another job is just doing the same for everybody: the step is snoozed until it can have the result."""
SNOOZING_CODES = THROTTLING_CODES | {UNDER_WAY}
"""The step comes back, and no failure is counted."""


class StepError(Exception):
    """A step could not do its work.

    Args:
        code: One of the stable failure codes of the jobs API (``provider_timeout``, ``output_refused`` ...).
        detail: One plain sentence for people; no secret, prompt or text of a learner.
        rejects: Paid calls whose answer a gate refused. They are marked in the transaction that finishes
            the step, so that the retry pays for a new answer instead of being served the same bad one.
    """

    def __init__(self, code: str, detail: str = "", *, rejects: tuple[UUID, ...] = ()) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail
        self.rejects = rejects

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}" if self.detail else self.code


class TransientError(StepError):
    """May succeed when tried again, within the step's bounds.

    Args:
        code: As for `StepError`; a code in `SNOOZING_CODES` snoozes instead of counting a failure.
        detail: As for `StepError`.
        retry_after: Seconds to wait at least, if the provider or the step says so.
        rejects: As for `StepError`.
    """

    def __init__(
        self, code: str, detail: str = "", *, retry_after: float | None = None, rejects: tuple[UUID, ...] = ()
    ) -> None:
        super().__init__(code, detail, rejects=rejects)
        self.retry_after = retry_after

    @property
    def throttles(self) -> bool:
        """True if the provider asks everybody to wait, not this step alone."""
        return self.code in THROTTLING_CODES

    @property
    def snoozes(self) -> bool:
        """True if nothing went wrong: the step only comes too early."""
        return self.code in SNOOZING_CODES


class PermanentError(StepError):
    """Will fail again however often it is tried: bad input, a refusal, a missing capability."""


class StepStoppedError(Exception):
    """The step must stop now and store nothing: a cancel was asked, or another worker holds the lease."""
