"""Logs for machines: one JSON object a line on standard output, with what `structlog.contextvars` holds bound to it.

No line may hold a secret, a prompt or a text. Libraries quote requests and answers in lines below `WARNING`, so those
are never shown, at no level. What an exception says is in nobody's hand (drivers quote rows, SDKs quote answers), so
of one that was not foreseen the log has its type and the places it came by, not its words.
"""

import logging
import sys
import threading
from collections.abc import MutableMapping
from typing import Any

import structlog
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import ExcInfo, Processor

OURS = ("__main__", "deploy", "migrations", "services", "shared", "tests")
"""Loggers that follow the level that is asked for."""
SERVER = "uvicorn"
"""Tells of its start and end from `INFO` on; its `DEBUG` lines hold whole requests."""
LONGEST = 300  # characters of a message or an error that are kept
_TRANSFORMER = ExceptionDictTransformer(show_locals=False)


def configure_logging(service: str, level: str) -> None:
    """Send every log of this process, ours and the libraries', to standard output as JSON.

    Args:
        service: Stands in every line.
        level: `DEBUG`, `INFO`, `WARNING` or `ERROR`; libraries speak from `WARNING` on.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _first_line,
        structlog.processors.ExceptionRenderer(_wordless),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level.lower()),  # a line below costs an empty call
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                lambda _logger, _name, event: {"service": service, **event},
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(logging.WARNING, logging.getLevelNamesMapping()[level]))
    for name in OURS:
        logging.getLogger(name).setLevel(level)
    logging.getLogger(SERVER).setLevel(max(logging.INFO, logging.getLevelNamesMapping()[level]))
    logging.captureWarnings(capture=True)
    threading.excepthook = _log_dead_thread


def _first_line(_logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Messages and errors up to their first line break: drivers and SDKs quote rows and answers behind it."""
    for key in ("event", "error"):
        words = event.get(key)
        if isinstance(words, str):
            event[key] = words.split("\n", 1)[0].split("\\n", 1)[0][:LONGEST]
    return event


def _wordless(exc_info: ExcInfo) -> list[dict[str, Any]]:
    """An exception, and what led to it, without what they say."""
    return [_stripped(stack) for stack in _TRANSFORMER(exc_info)]


def _stripped(stack: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {"exc_type": stack["exc_type"], "is_cause": stack["is_cause"], "frames": stack["frames"]}
    if stack["exceptions"]:
        kept["exceptions"] = [[_stripped(inner) for inner in trace] for trace in stack["exceptions"]]
    return kept


def _log_dead_thread(args: threading.ExceptHookArgs) -> None:
    """Like Python's own, but as a line of the log."""
    if args.exc_value is not None and args.exc_type is not SystemExit:
        name = args.thread.name if args.thread else None
        exc_info = (args.exc_type, args.exc_value, args.exc_traceback)
        structlog.get_logger(__name__).error("thread died", thread=name, exc_info=exc_info)
