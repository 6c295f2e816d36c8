"""A running step's clock, lease and progress: the step asks it, the heartbeat reads and tells it."""

import threading
import time

from shared.jobs.claims import Beat, Claim
from shared.jobs.errors import StepStoppedError, TransientError
from shared.jobs.wording import storable

MESSAGE_LENGTH = 200  # characters of a progress message that are kept
MOST_UNITS = 2**31 - 1  # what a column can hold; one absurd number must not spoil the heartbeat of all neighbours


class StepWatch:
    """One claimed step while it is being worked on; implements `shared.jobs.steps.Watch`."""

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self.key = (claim.job_id, claim.step)
        self.began = time.monotonic()
        self.deadline = self.began + claim.left_s
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._progress = (0, 0, "")
        self._shown = (0, 0, "")

    def left(self) -> float:
        """Seconds until the deadline, never negative."""
        return max(0.0, self.deadline - time.monotonic())

    def check(self) -> None:
        """Raise if the step was stopped or its time is over."""
        if self._stopped.is_set():
            raise StepStoppedError
        if self.left() == 0.0:
            code = "provider_timeout"
            raise TransientError(code, "the step's time was over")

    def progress(self, done: int, total: int, message: str = "") -> None:
        """Remember what to show; the next heartbeat writes it."""
        with self._lock:
            self._progress = (min(done, MOST_UNITS), min(total, MOST_UNITS), storable(message)[:MESSAGE_LENGTH])

    def stop(self) -> None:
        """Make the next `check` raise."""
        self._stopped.set()

    @property
    def stopped(self) -> bool:
        """True once somebody has called `stop`."""
        return self._stopped.is_set()

    @property
    def moved(self) -> bool:
        """True if there is progress that no heartbeat has written."""
        with self._lock:
            return self._progress != self._shown

    def beat(self) -> Beat:
        """What the heartbeat writes now; `written` says that it did."""
        with self._lock:
            moved = self._progress != self._shown
            done, total, message = self._progress
        claim = self.claim
        return Beat(claim.job_id, claim.step, claim.token, done, total, message, moved)

    def written(self, beat: Beat) -> None:
        """The heartbeat is in the row: this progress need not be shown again."""
        with self._lock:
            self._shown = (beat.done, beat.total, beat.message)
