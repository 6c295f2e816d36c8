"""The API process: `python -m services.api.app`. Reads the environment, builds the application, serves it."""

import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from types import FrameType

import uvicorn
from litestar import Litestar
from litestar.datastructures import State
from litestar.di import Provide

from services.api.accounts.erasure import delete_account
from services.api.accounts.key_routes import KeyController
from services.api.accounts.routes import AccountController
from services.api.accounts.sign_in_routes import SignInController
from services.api.admin.config import AdminConfigController
from services.api.admin.jobs import AdminJobController
from services.api.admin.packs import AdminPackController
from services.api.admin.queues import AdminQueueController
from services.api.admin.reports import AdminReportController
from services.api.admin.sentence_speech import speak_sentences
from services.api.admin.sentences import AdminSentenceController
from services.api.admin.workers import AdminWorkerController
from services.api.analyses.routes import AnalysisController
from services.api.articles.lists import list_articles
from services.api.articles.removal import delete_article
from services.api.articles.routes import ArticleController
from services.api.auth import require_key
from services.api.batches.routes import BatchController
from services.api.bodies import MOST_BYTES, StrictRequest
from services.api.config.routes import read_config
from services.api.docs.description import openapi_config
from services.api.docs.routes import docs_handlers
from services.api.doorstep import cors_config
from services.api.errors import EXCEPTION_HANDLERS
from services.api.exports.routes import ExportController, export_me
from services.api.exposure import CLOSED, Exposure
from services.api.fitting.routes import fit_scheduler
from services.api.flashcards.routes import FlashcardController
from services.api.flashcards.session_routes import SessionController
from services.api.health.routes import healthz, readyz, show_root
from services.api.imports.routes import ImportController
from services.api.jobs.lists import list_jobs
from services.api.jobs.routes import JobController
from services.api.languages.routes import list_languages
from services.api.learning.analytics_routes import AnalyticsController
from services.api.learning.freeze_day_routes import FreezeDayController
from services.api.learning.routes import LearningController
from services.api.limits.allowances import Allowances
from services.api.limits.guard import within_limits
from services.api.metrics.process import ProcessMetrics
from services.api.metrics.queries import WorkMetrics
from services.api.metrics.requests import RequestMetrics
from services.api.metrics.routes import show_metrics
from services.api.observing import ObservedApi
from services.api.packs.routes import PackController
from services.api.quizzes.routes import QuizController
from services.api.reports.routes import report_item
from services.api.resources import Resources, open_resources
from services.api.screens.learner_routes import LearnerScreenController
from services.api.screens.routes import ScreenController
from services.api.sentences.routes import SentenceController
from services.api.sentences.speech_routes import speak_sentence
from services.api.settings import Settings
from services.api.speaking.routes import SpeakingController
from services.api.visits import visit_of
from services.api.vocab.pair_routes import PairController
from services.api.vocab.routes import EntryController
from services.api.vocabulary.list_routes import ListController
from services.api.vocabulary.progress_routes import ProgressController
from services.api.vocabulary.word_routes import WordController
from shared.observability.logging import configure_logging
from shared.settings import run_plainly

GRACE = 15  # seconds that requests under way have to finish when the process is asked to stop

Opening = Callable[[], AbstractAsyncContextManager[Resources]]


def build(opening: Opening, exposure: Exposure = CLOSED) -> Litestar:
    """The application; what it works with is opened when it starts and closed when it stops."""
    requests = RequestMetrics()

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        async with opening() as resources:
            app.state.resources = resources
            app.state.allowances = Allowances(resources.windows)
            yield

    return ObservedApi(
        route_handlers=[
            SignInController,
            AccountController,
            KeyController,
            ArticleController,
            AnalysisController,
            fit_scheduler,
            BatchController,
            JobController,
            list_jobs,
            list_articles,
            delete_article,
            ScreenController,
            LearningController,
            FreezeDayController,
            AnalyticsController,
            FlashcardController,
            SessionController,
            LearnerScreenController,
            PairController,
            EntryController,
            WordController,
            ListController,
            ProgressController,
            PackController,
            SentenceController,
            speak_sentence,
            SpeakingController,
            QuizController,
            report_item,
            AdminConfigController,
            AdminPackController,
            AdminSentenceController,
            speak_sentences,
            AdminReportController,
            AdminJobController,
            AdminQueueController,
            AdminWorkerController,
            ImportController,
            ExportController,
            export_me,
            delete_account,
            list_languages,
            read_config,
            show_root,
            healthz,
            readyz,
            show_metrics,
            *(docs_handlers() if exposure.docs else ()),
        ],
        guards=[require_key, within_limits],
        dependencies={
            "resources": Provide(_resources, sync_to_thread=False),
            "visit": Provide(visit_of, sync_to_thread=False),
        },
        exception_handlers=EXCEPTION_HANDLERS,
        request_class=StrictRequest,
        request_max_body_size=MOST_BYTES,
        openapi_config=openapi_config() if exposure.docs else None,
        cors_config=cors_config(exposure),
        state=State(
            {
                "exposure": exposure,
                "request_metrics": requests,
                "work_metrics": WorkMetrics(requests.registry),
                "process_metrics": ProcessMetrics(requests.registry),
            }
        ),
        lifespan=[lifespan],
        logging_config=None,
    )


def _resources(state: State) -> Resources:
    resources: Resources = state.resources
    return resources


class Server(uvicorn.Server):
    """Uvicorn, that sends waiting clients home before it waits for them."""

    def __init__(self, config: uvicorn.Config, app: Litestar) -> None:
        super().__init__(config)
        self._app = app

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to stop."""
        resources: Resources | None = self._app.state.get("resources")
        if resources is not None:
            resources.watch.close()
        super().handle_exit(sig, frame)


def _leave(_sig: int, _frame: FrameType | None) -> None:
    """Uvicorn raises the signal again once it has stopped in good order: that is no failure."""
    raise SystemExit(0)


def main(env: Mapping[str, str], _: Sequence[str]) -> int:
    """Serve until told to stop.

    Raises:
        SettingsError: A setting is missing or wrong.
    """
    settings = Settings.from_env(env)
    configure_logging("api", settings.log_level)
    app = build(lambda: open_resources(settings), settings.exposure)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        ws="none",
        access_log=False,  # observing.py logs requests, without queries and headers
        proxy_headers=False,
        server_header=False,
        log_config=None,
        timeout_graceful_shutdown=GRACE,
    )
    for sig in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sig, _leave)
    Server(config, app).run()
    return 0


if __name__ == "__main__":
    sys.exit(run_plainly(main, os.environ, sys.argv[1:]))
