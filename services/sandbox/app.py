"""The sandbox: one process that speaks what Parlance calls of Anthropic, Gemini, DeepL, Deepgram and S3."""

import logging
import os
import sys
from typing import Any

import uvicorn
from botocore.credentials import Credentials
from litestar import Litestar, Request, Response, asgi, get
from litestar.di import Provide
from litestar.exceptions import HTTPException, MethodNotAllowedException, NotFoundException
from litestar.types import ASGIApp, Scope

from services.sandbox import admin, anthropic, deepgram, deepl, gemini
from services.sandbox.calls import CallBook
from services.sandbox.connection import ConnectionProtocol
from services.sandbox.fault_gate import FaultGate
from services.sandbox.faults import FaultBook
from services.sandbox.latency import REALISTIC
from services.sandbox.lexicon import Lexicon
from services.sandbox.memory import Memory
from services.sandbox.problems import PROBLEM, problem
from services.sandbox.s3 import S3
from services.sandbox.s3_objects import ObjectFolder
from services.sandbox.settings import Settings, SettingsError
from services.sandbox.speaker import Speaker
from services.sandbox.text_bank import TextBank

_LARGEST_BODY = 256 * 1024 * 1024  # bytes: half an hour of audio
_GRACE = 1  # seconds for requests under way when the sandbox stops


@get("/", media_type="text/plain")
async def introduce() -> str:
    """Say who answers here."""
    return (
        "This is Parlance's sandbox. It stands in for Anthropic, Gemini, DeepL, Deepgram and S3 under /anthropic, "
        "/gemini, /deepl, /deepgram and /s3; /admin/faults and /admin/calls are for tests.\n"
    )


@get("/healthz", media_type="text/plain")
async def healthz() -> str:
    """Say that it runs."""
    return "ok\n"


def create_app(settings: Settings) -> ASGIApp:
    """The whole application; nothing is read or started before the first request asks for it."""
    faults = FaultBook(settings.faults)
    calls = CallBook()
    s3 = S3(ObjectFolder(settings.data / "objects"), Credentials(settings.s3_access_key, settings.s3_secret_key))
    speaker = Speaker()
    memory = Memory(settings.data / "heard")
    shared = {
        "bank": TextBank(settings.bank),
        "latency": REALISTIC.times(settings.latency),
        "lexicon": Lexicon(settings.bank / "lexicon.json"),
        "usage": deepl.Usage(),
        "desk": gemini.SpeechDesk(speaker, memory),
        "memory": memory,
        "faults": faults,
        "calls": calls,
    }
    app = Litestar(
        [
            introduce,
            healthz,
            anthropic.create_message,
            gemini.generate_content,
            deepgram.listen,
            *deepl.ROUTES,
            *admin.ROUTES,
            asgi("/s3", is_mount=True, copy_scope=True)(s3),
        ],
        dependencies={name: _provide(value) for name, value in shared.items()},
        exception_handlers={NotFoundException: _unknown, MethodNotAllowedException: _unknown},
        request_max_body_size=_LARGEST_BODY,
        openapi_config=None,
        on_shutdown=[speaker.close],
        logging_config=None,
        after_exception=[_log_exception],
    )
    return FaultGate(app, faults, calls)


def _provide(value: object) -> Any:  # noqa: ANN401  a dependency of any type
    return Provide(lambda: value, sync_to_thread=False, use_cache=True)


def _log_exception(exception: Exception, scope: Scope) -> None:
    """A refusal is an answer; anything else is a fault of the sandbox and must be seen."""
    if not isinstance(exception, HTTPException):
        logging.getLogger(__name__).error("%s failed", scope["path"], exc_info=exception)


def _unknown(request: Request[Any, Any, Any], _: Exception) -> Response[bytes]:
    detail = f"The sandbox has no {request.method} {request.scope['path']}."
    return Response(problem(501, "Not in the sandbox", detail), status_code=501, media_type=PROBLEM)


def server_config(settings: Settings) -> uvicorn.Config:
    """How uvicorn serves it."""
    return uvicorn.Config(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        http=ConnectionProtocol,
        ws="none",
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=_GRACE,
    )


def main() -> None:
    """Run until a signal says stop."""
    try:
        settings = Settings.from_env(os.environ)
    except SettingsError as error:
        sys.exit(f"sandbox: {error}")
    uvicorn.Server(server_config(settings)).run()


if __name__ == "__main__":
    main()
