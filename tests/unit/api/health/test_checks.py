import asyncio

import pytest

from services.api.health import checks
from services.api.health.checks import run_checks


async def well() -> str | None:
    return None


async def sick() -> str | None:
    return "has a cold"


async def broken() -> str | None:
    message = "secret address"
    raise ConnectionRefusedError(message)


async def silent() -> str | None:
    await asyncio.Event().wait()
    return None


async def test_each_dependency_is_named_with_what_is_wrong() -> None:
    assert await run_checks({"a": well, "b": sick, "c": broken}) == {
        "a": "ok",
        "b": "has a cold",
        "c": "does not answer",
    }


async def test_dependency_that_hangs_does_not_hang_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "PATIENCE", 0.01)
    assert await run_checks({"a": silent, "b": well}) == {"a": "does not answer", "b": "ok"}
