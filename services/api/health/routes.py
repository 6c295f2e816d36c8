"""Whether this process lives, and whether it can be of use."""

from http import HTTPStatus

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency

from services.api.auth import PUBLIC
from services.api.docs.description import VERSION
from services.api.health.checks import checks_of, run_checks
from services.api.limits.quotas import UNLIMITED
from services.api.resources import Resources


class Health(msgspec.Struct, frozen=True):
    """The process answers."""

    status: str


class Readiness(msgspec.Struct, frozen=True):
    """Whether jobs would be done if they came."""

    ready: bool
    checks: dict[str, str]
    """`ok` or what is wrong, by dependency."""


class Root(msgspec.Struct, frozen=True):
    """What answers here."""

    name: str
    version: str


@get("/", opt=PUBLIC, include_in_schema=False)
async def show_root() -> Root:
    """For people who open the bare address."""
    return Root("Parlance", VERSION)


@get("/healthz", opt=PUBLIC | UNLIMITED, include_in_schema=False)
async def healthz() -> Health:
    """Asks nobody: a process that answers need not be restarted."""
    return Health(status="ok")


@get("/readyz", opt=PUBLIC | UNLIMITED, include_in_schema=False)
async def readyz(resources: NamedDependency[Resources]) -> Response[Readiness]:
    """503 while something is missing, and which it is."""
    checks = await run_checks(checks_of(resources))
    ready = all(result == "ok" for result in checks.values())
    status = HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE
    headers = {"Cache-Control": "no-store"} if ready else {"Cache-Control": "no-store", "Retry-After": "2"}
    return Response(Readiness(ready, checks), status_code=status, headers=headers)
