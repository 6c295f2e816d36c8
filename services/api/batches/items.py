"""The items of a batch, each with the latest of its jobs."""

from uuid import UUID

import msgspec

from services.api.batches.schemas import MOST_ITEMS, BatchItemView
from services.api.database import Database, Row
from services.api.jobs.schemas import JobStatus
from services.api.jobs.summaries import LATEST, job_rows, of_owner, summary, with_status
from services.api.paging import Cursor
from shared.articles.model import ArticleRequest
from shared.jobs.kinds import WRITE_ARTICLE

_input = msgspec.json.Decoder(ArticleRequest).decode


async def batch_items(
    database: Database, batch_id: UUID, owner_id: UUID, statuses: list[JobStatus], at: Cursor
) -> list[BatchItemView]:
    """The owner's items whose latest job is shown with one of the statuses; none given is any."""
    conditions = of_owner(owner_id)
    conditions.add("job.batch_id = {}", batch_id)
    conditions.add(LATEST)
    with_status(conditions, statuses)
    if at.last is not None:
        conditions.add("job.batch_item > {}", min(at.last.int, MOST_ITEMS))  # a forged one is larger than any number
    rows = await job_rows(database, conditions, at.limit, order="job.batch_item", also=", job.input")
    return [_item(row) for row in rows]


def place_of(item: BatchItemView) -> UUID:
    """What a page token remembers of the item. Tokens remember UUIDs; an item is known by its number."""
    return UUID(int=item.item)


def _item(row: Row) -> BatchItemView:
    ordered = _input(row["input"]) if row["kind"] == WRITE_ARTICLE else None
    return BatchItemView(item=row["batch_item"], job=summary(row), input=ordered)
