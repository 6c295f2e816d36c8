"""Turns a batch's rows into what clients see. Pure."""

from collections import Counter
from uuid import UUID

from services.api.batches.queries import BatchRow
from services.api.batches.schemas import BatchCounts, BatchLinks, BatchView, ErrorCount
from services.api.jobs.views import cost_view


def batch_url(batch_id: UUID) -> str:
    """Where a batch is polled."""
    return f"/api/generation/batches/{batch_id}"


def batch_view(row: BatchRow) -> BatchView:
    """The batch as clients see it."""
    counts = _counts(row)
    return BatchView(
        id=row.id,
        name=row.name,
        created_at=row.created_at,
        done=row.done,
        counts=counts,
        errors=_errors(row),
        cost=cost_view(row),
        links=_links(row.id, counts),
    )


def _counts(row: BatchRow) -> BatchCounts:
    counts = Counter[str]()
    for group in row.groups:
        counts[group.status] += group.jobs
    return BatchCounts(total=row.items, **counts)


def _errors(row: BatchRow) -> list[ErrorCount]:
    counts = Counter[str]()
    for group in row.groups:
        if group.code is not None:
            counts[group.code] += group.jobs
    return [
        ErrorCount(code=code, count=count) for code, count in sorted(counts.items(), key=lambda it: (-it[1], it[0]))
    ]


def _links(batch_id: UUID, counts: BatchCounts) -> BatchLinks:
    url = batch_url(batch_id)
    return BatchLinks(
        self=url,
        items=f"{url}/items",
        cancel=f"{url}/cancel" if counts.queued or counts.running else None,
        retry=f"{url}/retry" if counts.failed or counts.expired else None,
    )
