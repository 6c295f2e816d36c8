"""One run of the demo on a stack."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, Protocol

from rich.console import Console

from deploy.local.demo.client import JobsClient
from deploy.local.demo.cost import estimate, estimate_lines, models_of, over_limit, refusal
from deploy.local.demo.failures import failures
from deploy.local.demo.incidents import incidents, news
from deploy.local.demo.notes import notes
from deploy.local.demo.order import Order
from deploy.local.events import SupervisorEvent
from deploy.local.options import DemoOptions
from services.cli.answers import Job, ReadArticle
from services.cli.board import Board, board_for
from services.cli.console import shown
from services.cli.exits import FAILED, INTERRUPTED, OK
from services.cli.page.document import render
from services.cli.report import print_article, print_lines, print_sentences, print_steps
from shared.languages import LANGUAGES
from shared.ledger.prices import cost_micro_usd

NEXT: Final = (
    'make demo TOPIC="Une journée à la mer" LANGUAGE=fr LEVEL=B1     # another topic, language and level',
    "make demo TEXT=path/to/your.txt LANGUAGE=de LEVEL=A2 NATIVE=es  # your own text",
    "make up                                                          # the API to build on, with its documentation",
)


class Stack(Protocol):
    """What the demo needs of a running stack."""

    @property
    def api_url(self) -> str:
        """Scheme, host and port of the API."""

    @property
    def api_key(self) -> str:
        """A key of its own."""

    @property
    def providers(self) -> dict[str, str]:
        """`real` or `sandbox` for each provider."""

    @property
    def log_folder(self) -> Path:
        """Where `<service>.log` lies."""

    def events(self) -> list[SupervisorEvent]:
        """Every death and restart of a process, oldest first."""


class DemoRun:
    """One run: order, watch, report. `given` are the user's provider variables."""

    def __init__(
        self, stack: Stack, options: DemoOptions, given: Mapping[str, str], console: Console, client: JobsClient
    ) -> None:
        self._stack = stack
        self._options = options
        self._given = given
        self._console = console
        self._client = client
        self._told = 0

    def announce(self, order: Order) -> None:
        """Say what will be ordered, and what nobody said and is assumed."""
        language, native = (order.body[name] for name in ("language", "native_language"))
        self._console.print()
        self._say(
            f"Ordering an article in {LANGUAGES[language].name}, level {order.body['level']}, about {order.words} "
            f"words, translated into {LANGUAGES[native].name if native in LANGUAGES else native}, from {order.subject}."
        )
        if order.assumed:
            self._say(f"Assumed, because it was not said: {', '.join(order.assumed)}.")

    def affordable(self, order: Order) -> bool:
        """Tell what real providers will charge; False if that is too much or unknown."""
        real = [provider for provider, who in self._stack.providers.items() if who == "real"]
        if not real:
            return True
        estimated = estimate(order, models_of(real, self._given, order.body["language"]), cost_micro_usd)
        print_sentences(self._console, "Estimated cost", estimate_lines(estimated))
        too_much = refusal(estimated, self._options.max_cost_usd)
        if too_much:
            self._say(too_much)
        return not too_much

    def follow(self, job: Job, order: Order) -> int:
        """Watch the job to its end, report it and write the page; returns the exit code. Ctrl-C cancels the job."""
        try:
            return self._finish(self._watch(job), order)
        except KeyboardInterrupt:
            self._say("Interrupted: cancelling the job.")
            self._client.cancel(job.id)
            return INTERRUPTED

    def _watch(self, job: Job) -> Job:
        stopping = False
        self._console.print()
        with board_for(self._console) as board:
            for current in self._client.watch(job):
                job = current
                board.show(job)
                self._tell_news(board)
                if not stopping and not job.done and over_limit(job.cost, self._options.max_cost_usd):
                    stopping = True
                    board.tell(f"The job costs more than MAX_COST={self._options.max_cost_usd:g}: cancelling it.")
                    self._client.cancel(job.id)
        return job

    def _tell_news(self, board: Board) -> None:
        events = self._stack.events()
        for event in events[self._told :]:
            board.tell(news(event))
        self._told = len(events)

    def _finish(self, job: Job, order: Order) -> int:
        article = self._client.article(job.article_id) if job.article_id else None
        if article is not None:
            print_article(self._console, article)
        print_steps(self._console, job)
        print_sentences(self._console, "What happened on the way", incidents(self._stack.events(), job.progress.steps))
        if job.status != "succeeded":
            self._report_failure(job)
        if article is not None:
            print_sentences(self._console, "Good to know", notes(article, order.body.get("topic")))
            self._write_page(article)
        print_lines(self._console, "Go on with", NEXT)
        return OK if job.status == "succeeded" else FAILED

    def _report_failure(self, job: Job) -> None:
        code = f": {job.error.code}" if job.error else ""
        message = f" ({job.error.message})" if job.error and job.error.message else ""
        steps = failures(job.progress.steps, self._stack.log_folder)
        print_sentences(self._console, "What is missing", [f"The job ended as {job.status}{code}{message}.", *steps])

    def _write_page(self, article: ReadArticle) -> None:
        audio = self._client.download(article.narration.url) if article.narration else None
        page = self._options.output
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(render(article, audio), encoding="utf-8")
        print_lines(self._console, "The article to read and hear, in any browser", [str(page.resolve())])

    def _say(self, sentence: str) -> None:
        self._console.print(shown(sentence))
