"""Reads the register of processes, and asks one of them to drain. One round trip each."""

from http import HTTPStatus

from services.api.admin.workers_schemas import WorkerView
from services.api.database import Database, Row
from services.api.problems import ApiError, not_found
from shared.jobs.statements import SQL


async def workers(database: Database) -> list[WorkerView]:
    """Everything on the register, by service and name."""
    return [_view(row, asked=row["asked_to_drain"]) for row in await database.rows(SQL["list_workers"])]


async def drain(database: Database, name: str) -> WorkerView:
    """Ask a worker to drain; it learns of it within a few seconds.

    Raises:
        ApiError: 404, there is no such process; 409, it is a dispatcher, drains already, or was not seen lately.
    """
    row = None if "\0" in name else await database.row(SQL["ask_to_drain"], name)
    if row is None:
        raise not_found("worker")
    if not row["asked"]:
        code, detail = _refusal(row)
        raise ApiError(HTTPStatus.CONFLICT, code, detail)
    return _view(row, asked=True)


def _refusal(row: Row) -> tuple[str, str]:
    """Why it was not asked. Whoever was first in a race of two has asked, so the rest drains already."""
    if row["service"] == "dispatcher":
        return "worker_not_drainable", "A dispatcher holds no steps: it can be stopped or restarted at any time."
    if not row["fresh"]:
        return "worker_gone", "The worker was not seen lately: what it held is given to others when its leases run out."
    return "worker_draining", "The worker drains already."


def _view(row: Row, *, asked: bool) -> WorkerView:
    return WorkerView(
        name=row["name"],
        service=row["service"],
        version=row["version"],
        slots=row["slots"],
        running=row["running"],
        draining=row["draining"] or asked,
        fresh=row["fresh"],
        seen_at=row["seen_at"],
    )
