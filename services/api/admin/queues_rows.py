"""Reads queues as operators see them, and pauses and resumes them. One round trip each."""

from collections.abc import Sequence

from services.api.admin.queues_schemas import PauseView, QueuePause, QueueView
from services.api.database import Database, Row
from shared.jobs.kinds import QUEUES
from shared.jobs.statements import SQL


async def queues(database: Database, names: Sequence[str] = QUEUES) -> list[QueueView]:
    """These queues, in this order."""
    return [_view(row) for row in await database.rows(SQL["queue_states"], list(names))]


async def pause(database: Database, name: str, order: QueuePause) -> None:
    """Stop claims from the queue; an operator's pause takes the place of whatever paused it before."""
    await database.rows(SQL["pause_queues"], [name], order.seconds, order.reason, "operator")


async def resume(database: Database, name: str) -> None:
    """End the queue's pause, whoever began it."""
    await database.rows(SQL["resume_queues"], [name])


def _view(row: Row) -> QueueView:
    paused = PauseView(until=row["until"], reason=row["reason"], by=row["by"]) if row["paused"] else None
    return QueueView(
        name=row["name"],
        ready=row["ready"],
        due=row["due"],
        published=row["published"],
        oldest_ready_s=row["oldest_ready_s"],
        running=row["running"],
        slots=row["slots"],
        paused=paused,
    )
