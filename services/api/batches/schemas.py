"""What clients send to order many articles at once, and what they see of such a batch."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from services.api.articles.schemas import ArticleOrder
from services.api.jobs.schemas import CostView, JobSummary
from shared.articles.model import ArticleRequest

MOST_ITEMS = 1000
MOST_NAME = 200  # characters


class BatchOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Articles that are ordered together: all of them, or none if one cannot be."""

    name: Annotated[str, Meta(max_length=MOST_NAME, description="What the client calls it; need not be unique.")] = ""
    items: Annotated[
        list[ArticleOrder],
        Meta(min_length=1, max_length=MOST_ITEMS, description="A plan may allow fewer."),
    ]


class BatchCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How many items are where. An item that was retried counts once, with its latest job."""

    total: int
    queued: int = 0
    running: int = 0
    cancelling: int = 0
    succeeded: int = 0
    partial: int = 0
    failed: int = 0
    cancelled: int = 0
    expired: int = 0


class ErrorCount(msgspec.Struct, frozen=True, kw_only=True):
    """How many items ended with one error."""

    code: Annotated[str, Meta(description="Stable, for programs.", examples=["provider_timeout"])]
    count: int


class BatchLinks(msgspec.Struct, frozen=True, kw_only=True):
    """Where to go from here; null is what cannot be done now."""

    self: str
    items: str
    cancel: str | None
    retry: str | None


class BatchView(msgspec.Struct, frozen=True, kw_only=True):
    """Articles that were ordered together, and how far they are."""

    id: UUID
    name: str
    created_at: datetime
    done: Annotated[bool, Meta(description="True once every item has ended; a retry makes it false again.")]
    counts: BatchCounts
    errors: Annotated[list[ErrorCount], Meta(description="Of the items' latest jobs, the most frequent first.")]
    cost: Annotated[CostView, Meta(description="Of all its jobs, also of those that were retried.")]
    links: BatchLinks


class BatchItemView(msgspec.Struct, frozen=True, kw_only=True):
    """One article of a batch, or whatever else its jobs make."""

    item: Annotated[int, Meta(description="Its place in the order, from 0.")]
    job: Annotated[JobSummary, Meta(description="The latest of the item's jobs.")]
    input: Annotated[ArticleRequest | None, Meta(description="What was ordered; null if it is no article.")]
