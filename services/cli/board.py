"""A job's progress while it runs: one line a step that moves in a terminal, plain lines on change elsewhere."""

import time
from collections.abc import Callable
from types import TracebackType
from typing import Final, Protocol, Self

from rich.console import Console, JustifyMethod, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table

from services.cli.answers import Job, Step
from services.cli.console import shown

STATUS_WORDS: Final = {"blocked": "waits", "ready": "queued", "succeeded": "done"}
STYLES: Final = {"succeeded": "green", "failed": "red", "cancelled": "yellow", "skipped": "yellow", "running": "cyan"}
OPEN: Final = frozenset({"blocked", "ready"})
COLUMNS: Final[tuple[JustifyMethod, ...]] = ("left", "left", "right", "left")
BAR_WIDTH: Final = 24
REFRESHES: Final = 8  # a second


class Board(Protocol):
    """Shows a job and tells news; a context manager."""

    def __enter__(self) -> Self:
        """Begin to show."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End; what was shown last stays."""

    def show(self, job: Job) -> None:
        """Show the newest state."""

    def tell(self, sentence: str) -> None:
        """Print one line of news."""


def board_for(console: Console) -> Board:
    """A moving board for a terminal, plain lines for a file, a pipe or a dumb terminal."""
    return MovingBoard(console) if moves(console) else PlainBoard(console)


def moves(console: Console) -> bool:
    """Whether something may be drawn in place: not in a file or pipe, and not for who wants no colour (NO_COLOR)."""
    return console.is_terminal and not console.is_dumb_terminal and not console.no_color


class MovingBoard:
    """One line a step with bar and clock, drawn in place."""

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._steps: tuple[Step, ...] = ()
        self._running_since: dict[tuple[str, int], float] = {}
        self._live = Live(console=console, get_renderable=self._draw, refresh_per_second=REFRESHES)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def show(self, job: Job) -> None:
        """Draw this state from now on."""
        for step in job.progress.steps:
            if step.status == "running":
                self._running_since.setdefault((step.name, step.attempt), self._clock())
        self._steps = job.progress.steps

    def tell(self, sentence: str) -> None:
        """Print a line above the steps."""
        self._live.console.print(shown(sentence, "yellow"))

    def _draw(self) -> RenderableType:
        rows = Table.grid(padding=(0, 2))
        for side in COLUMNS:
            rows.add_column(justify=side, no_wrap=True, overflow="ellipsis")
        for step in self._steps:
            style = STYLES.get(step.status, "dim")
            seconds = self._seconds(step)
            rows.add_row(
                shown(task(step), style),
                _bar(step),
                "" if seconds is None else f"{seconds:.1f} s",
                shown(situation(step), "dim" if step.status in OPEN else ""),
            )
        return rows

    def _seconds(self, step: Step) -> float | None:
        """The step's time; of a running one, how long it has been seen to run."""
        since = self._running_since.get((step.name, step.attempt))
        return self._clock() - since if step.status == "running" and since is not None else step.seconds


def _bar(step: Step) -> ProgressBar:
    """A step that runs without saying how far it is only pulses."""
    pulses = step.status == "running" and not step.total
    return ProgressBar(total=1.0, completed=share(step), width=BAR_WIDTH, pulse=pulses, finished_style="green")


class PlainBoard:
    """A line whenever a step's state changes or another quarter of it is done."""

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self._console = console
        self._clock = clock
        self._began = clock()
        self._told: dict[str, tuple[str, int, int]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is held."""

    def show(self, job: Job) -> None:
        """Print what is new."""
        for step in job.progress.steps:
            state = (step.status, step.attempt, int(share(step) * 4))
            if self._told.get(step.name) != state and not (step.status == "blocked" and step.name not in self._told):
                self.tell(f"{task(step):<26} {situation(step)}")
                self._told[step.name] = state

    def tell(self, sentence: str) -> None:
        """Print a line with the time since the start."""
        self._console.print(shown(f"{self._clock() - self._began:6.1f} s  {sentence}"), soft_wrap=True)


def task(step: Step) -> str:
    """The step as the logs name it: `tts.narrate_text`."""
    return f"{step.service}.{step.name}"


def share(step: Step) -> float:
    """How much of the step is done, from 0 to 1."""
    if step.status == "succeeded":
        return 1.0
    return min(step.done / step.total, 1.0) if step.done and step.total else 0.0


def situation(step: Step) -> str:
    """The step's state in a few words: `running, 2 of 4, reading paragraph 3, attempt 2`."""
    parts = [STATUS_WORDS.get(step.status, step.status)]
    if step.status == "running" and step.total:
        parts.append(f"{step.done or 0} of {step.total}")
    if step.message and step.status not in OPEN:
        parts.append(step.message)
    if step.attempt > 1:
        parts.append(f"attempt {step.attempt}")
    if step.error is not None and step.status not in {"running", "succeeded"}:
        parts.append(step.error.code)
    return ", ".join(parts)
