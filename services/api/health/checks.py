"""What the API needs in order to be of use, and whether each of it answers."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

import structlog

from services.api.database import Database
from services.api.resources import Resources
from shared.jobs.kinds import SERVICES

FRESH = timedelta(seconds=15)
"""How long ago a process may have said that it lives."""
PATIENCE = 3.0  # seconds a dependency may take to answer
PROBE = "healthz"
"""An object key that need not exist: asking for its size shows that the store answers."""
SEEN = """
SELECT service, bool_and(draining) AS draining FROM workers
WHERE seen_at > clock_timestamp() - $1::interval GROUP BY service
"""

Check = Callable[[], Awaitable[str | None]]
"""Gives null if all is well, else what is wrong in a few words."""
log = structlog.get_logger(__name__)


async def run_checks(checks: Mapping[str, Check]) -> dict[str, str]:
    """Run all at once, each within `PATIENCE`; gives `ok` or what is wrong, by name."""
    results = await asyncio.gather(*(_checked(name, check) for name, check in checks.items()))
    return dict(zip(checks, results, strict=True))


async def _checked(name: str, check: Check) -> str:
    try:
        async with asyncio.timeout(PATIENCE):
            return await check() or "ok"
    except Exception as error:  # noqa: BLE001 - whatever a dependency's client raises means that it is not well
        log.warning("not ready", dependency=name, error=repr(error))
        return "does not answer"


def checks_of(resources: Resources) -> dict[str, Check]:
    """One check a dependency."""
    alive = _Alive(resources.database)
    services = {name: alive.check(name) for name in ("dispatcher", *SERVICES)}
    return {
        "postgres": _postgres(resources),
        "redis": _redis(resources),
        "objects": _objects(resources),
        **services,
    }


def _postgres(resources: Resources) -> Check:
    async def check() -> str | None:
        await resources.database.row("SELECT 1")
        return None

    return check


def _redis(resources: Resources) -> Check:
    async def check() -> str | None:
        await resources.redis.ping()
        return None

    return check


def _objects(resources: Resources) -> Check:
    async def check() -> str | None:
        await asyncio.to_thread(resources.blobs.size, PROBE)
        return None

    return check


class _Alive:
    """Which services have a process that was seen lately and takes work: read once for all of them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._reading: asyncio.Task[dict[str, bool]] | None = None

    def check(self, service: str) -> Check:
        async def check() -> str | None:
            if self._reading is None:
                self._reading = asyncio.create_task(self._read())
            draining = (await asyncio.shield(self._reading)).get(service)
            if draining is None:
                return "no process was seen lately"
            return "every process is draining" if draining else None

        return check

    async def _read(self) -> dict[str, bool]:
        """Whether all of its processes drain, by service."""
        return {row["service"]: row["draining"] for row in await self._database.rows(SEEN, FRESH)}
