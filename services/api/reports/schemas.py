"""What learners send of bad items, and what they and admins see of reports."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from services.api.plain_text import PLAIN
from shared.lexicon.reports import ENOUGH, Action, Item, Reason

MOST_COMMENT = 1_000  # characters


class ReportOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something is wrong with an item."""

    item: Item
    id: Annotated[UUID, Meta(description="The item's.")]
    reason: Reason
    comment: Annotated[str, Meta(pattern=PLAIN, max_length=MOST_COMMENT)] = ""


class ReportView(msgspec.Struct, frozen=True, kw_only=True):
    """A learner's report."""

    id: UUID
    item: Item
    item_id: UUID
    reason: Reason
    comment: str
    created_at: datetime


class ReasonCount(msgspec.Struct, frozen=True, kw_only=True):
    """How many gave a reason."""

    reason: Reason
    count: int


class ReportedItem(msgspec.Struct, frozen=True, kw_only=True):
    """An item, and what learners say of it."""

    item: Item
    item_id: UUID
    text: Annotated[str | None, Meta(description="The lemma, the sentence or a title; null if it was deleted.")]
    language: str | None
    hidden: Annotated[bool, Meta(description=f"Learners do not see it; so it is from {ENOUGH} reporters on.")]
    reporters: int
    reasons: Annotated[list[ReasonCount], Meta(description="The most frequent first.")]
    comments: Annotated[list[str], Meta(description="The oldest first.")]
    first_at: datetime


class Settlement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was done about it."""

    action: Annotated[
        Action,
        Meta(description="`corrected` and `kept` show it again; `removed` hides it for good."),
    ]
