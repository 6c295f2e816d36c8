"""A line of the log is JSON, says where it belongs, and quotes nobody."""

import json
import logging
import threading
import warnings
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any

import pytest
import structlog

from shared.observability.logging import configure_logging

CANARY = "canary-of-a-text"
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    """Everything that `configure_logging` changes, put back."""
    root = logging.getLogger()
    known = ["__main__", "deploy", "migrations", "services", "shared", "tests", "uvicorn"]
    handlers, level, levels = root.handlers[:], root.level, {name: logging.getLogger(name).level for name in known}
    hook = threading.excepthook
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, old in levels.items():
        logging.getLogger(name).setLevel(old)
    threading.excepthook = hook
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Lines:
    """What was logged since it was asked last, each line as JSON."""

    def read() -> list[dict[str, Any]]:
        out, error = capsys.readouterr()
        assert error == ""
        return [json.loads(line) for line in out.splitlines()]

    return read


def logger(name: str = "services.made_up") -> Any:
    return structlog.get_logger(name)


def test_a_line_says_who_when_and_what_is_bound(lines: Lines) -> None:
    configure_logging("tts", "INFO")
    with structlog.contextvars.bound_contextvars(request_id="r", job_id="j", step="s", attempt=2):
        logger().info("step failed", code="internal")
    (line,) = lines()
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "service": "tts",
        "event": "step failed",
        "code": "internal",
        "level": "info",
        "logger": "services.made_up",
        "request_id": "r",
        "job_id": "j",
        "step": "s",
        "attempt": 2,
    }


@pytest.mark.parametrize(("level", "shown"), [("DEBUG", ["a", "b"]), ("INFO", ["b"]), ("ERROR", [])])
def test_lines_below_the_level_are_not_written(lines: Lines, level: str, shown: list[str]) -> None:
    configure_logging("tts", level)
    logger().debug("a")
    logger().info("b")
    assert [line["event"] for line in lines()] == shown


def test_lines_below_the_level_are_not_even_put_together() -> None:
    configure_logging("tts", "INFO")
    seen: list[str] = []

    def spy(_logger: object, name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        seen.append(name)
        return event

    structlog.get_config()["processors"].insert(0, spy)
    logger().debug("a")
    logger().info("b")
    assert seen == ["info"]


@pytest.mark.parametrize("library", ["httpx", "botocore", "celery", "anthropic", "psycopg", "some.other"])
def test_libraries_say_nothing_below_warning_at_any_level(lines: Lines, library: str) -> None:
    configure_logging("tts", "DEBUG")
    logging.getLogger(library).info("Request: %s", CANARY)
    logging.getLogger(library).debug("Request: %s", CANARY)
    logging.getLogger(library).warning("away\n%s", CANARY)
    assert [line["event"] for line in lines()] == ["away"]


def test_the_server_tells_of_its_start_but_not_of_requests(lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    # A sandbox in this process may have set up uvicorn's own logging; a process of ours never does.
    monkeypatch.setattr(logging.getLogger("uvicorn"), "propagate", True)
    monkeypatch.setattr(logging.getLogger("uvicorn.error"), "level", logging.NOTSET)
    configure_logging("api", "DEBUG")
    logging.getLogger("uvicorn.error").info("Application startup complete.")
    logging.getLogger("uvicorn.error").debug(CANARY)
    assert [line["event"] for line in lines()] == ["Application startup complete."]


def cause() -> None:
    raise KeyError(CANARY)


def broken() -> None:
    try:
        cause()
    except KeyError as error:
        raise ValueError(CANARY) from error


def several() -> None:
    raise ExceptionGroup(CANARY, [ValueError(CANARY)])


def test_an_exception_has_its_type_and_place_and_no_words(lines: Lines) -> None:
    configure_logging("tts", "INFO")
    try:
        broken()
    except ValueError as error:
        error.add_note(CANARY)
        logger().exception("step broke", error=f"Error('away\\nDETAIL: {CANARY}')")
    (line,) = lines()
    assert [stack["exc_type"] for stack in line["exception"]] == ["ValueError", "KeyError"]
    assert line["exception"][0]["frames"][-1]["name"] == "broken"
    assert line["error"] == "Error('away"
    assert CANARY not in json.dumps(line)


def test_exceptions_in_groups_have_no_words_either(lines: Lines) -> None:
    configure_logging("tts", "INFO")
    try:
        several()
    except ExceptionGroup:
        logging.getLogger("asyncio").exception("task failed")
    (line,) = lines()
    assert line["exception"][0]["exceptions"][0][0]["exc_type"] == "ValueError"
    assert CANARY not in json.dumps(line)


def test_a_thread_that_dies_is_a_line_too(lines: Lines) -> None:
    configure_logging("tts", "INFO")
    thread = threading.Thread(target=broken, name="made-up")
    thread.start()
    thread.join()
    (line,) = lines()
    assert (line["event"], line["thread"]) == ("thread died", "made-up")
    assert CANARY not in json.dumps(line)


def test_a_warning_of_python_is_a_line_too(lines: Lines) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        configure_logging("tts", "INFO")
        warnings.warn("old", DeprecationWarning, stacklevel=1)
        (line,) = lines()
        assert (line["logger"], line["level"]) == ("py.warnings", "warning")
        logging.captureWarnings(capture=False)
