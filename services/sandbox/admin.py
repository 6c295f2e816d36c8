"""Faults on demand and the count of calls, for tests and rehearsals."""

from typing import Any

from litestar import Request, Response, delete, get, post
from litestar.di import NamedDependency

from services.sandbox.calls import CallBook, Calls
from services.sandbox.faults import Fault, FaultBook, FaultError, read_faults
from services.sandbox.problems import PROBLEM, problem


@post("/admin/faults")
async def add_faults(request: Request[Any, Any, Any], faults: NamedDependency[FaultBook]) -> Response[Any]:
    """Let something go wrong: one fault or a list of them."""
    try:
        asked = read_faults(await request.body())
    except FaultError as error:
        return Response(problem(400, "No such fault", str(error)), status_code=400, media_type=PROBLEM)
    for fault in asked:
        faults.add(fault)
    return Response(faults.waiting(), status_code=201)


@get("/admin/faults")
async def list_faults(faults: NamedDependency[FaultBook]) -> list[Fault]:
    """What may still go wrong."""
    return faults.waiting()


@delete("/admin/faults")
async def clear_faults(faults: NamedDependency[FaultBook]) -> None:
    """Nothing goes wrong any more."""
    faults.clear()


@get("/admin/calls")
async def list_calls(calls: NamedDependency[CallBook]) -> dict[str, Calls]:
    """Calls of each provider since the last reset."""
    return calls.all()


@delete("/admin/calls")
async def clear_calls(calls: NamedDependency[CallBook]) -> None:
    """Count from zero again."""
    calls.clear()


ROUTES = [add_faults, list_faults, clear_faults, list_calls, clear_calls]
