"""What clients send to make cards and to sit down with them, and what they see."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from services.api.learning.schemas import MOST_DURATION, CardView, Moment, ReviewView
from shared.learning.scheduling import Direction, Grade

MOST_ENTRIES = 1000
MOST_CARDS = 500
"""Of one session."""
BOTH: tuple[Direction, ...] = ("recognition", "production")


class GenerateOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Cards to be made: of some entries of the bank, or of all of a pair."""

    entry_ids: Annotated[list[UUID], Meta(min_length=1, max_length=MOST_ENTRIES)] | None = None
    pair_id: Annotated[UUID | None, Meta(description="All entries of this pair that are new or being learnt.")] = None
    directions: Annotated[list[Direction], Meta(min_length=1, max_length=2)] = msgspec.field(
        default_factory=lambda: list(BOTH)
    )


class GeneratedView(msgspec.Struct, frozen=True, kw_only=True):
    """The cards that were made; those that existed stay as they are."""

    created: int
    card_ids: Annotated[list[UUID], Meta(description="Of the new cards.")]
    without_meaning: Annotated[
        int,
        Meta(
            description="Entries without a translation into the pair's native language: their cards are not asked "
            "until there is one."
        ),
    ] = 0


class EventOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An answer to the card in the path."""

    id: Annotated[UUID, Meta(description="Made by the client; an answer that is sent again counts once.")]
    rating: Grade
    reviewed_at: Annotated[Moment, Meta(description="When it was given, with an offset from UTC.")]
    duration_ms: Annotated[int, Meta(ge=0, le=MOST_DURATION)] | None = None


class SessionOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A sitting to begin."""

    pair_id: Annotated[UUID | None, Meta(description="A language pair; the active one without.")] = None
    cards: Annotated[int, Meta(ge=1, le=MOST_CARDS, description="Cards at most.")] = 20


class Grades(msgspec.Struct, frozen=True, kw_only=True):
    """How often which answer was given."""

    again: int = 0
    hard: int = 0
    good: int = 0
    easy: int = 0


class SessionSummary(msgspec.Struct, frozen=True, kw_only=True):
    """How a sitting goes, or went."""

    cards: int
    answered: Annotated[int, Meta(description="Cards with at least one answer.")]
    answers: int
    grades: Grades
    accuracy: Annotated[float | None, Meta(description="Share of answers other than `again`; null without any.")]
    duration_ms: int


class SessionView(msgspec.Struct, frozen=True, kw_only=True):
    """A sitting: which cards it holds, which are answered, and which comes next."""

    id: UUID
    pair_id: UUID
    created_at: datetime
    ended_at: datetime | None
    card_ids: list[UUID]
    answered: Annotated[list[UUID], Meta(description="Cards that were answered since it began, here or elsewhere.")]
    next: Annotated[CardView | None, Meta(description="Null once all are answered and none is due again.")]
    summary: SessionSummary


class AnswerView(msgspec.Struct, frozen=True, kw_only=True):
    """What became of an answer, and how the sitting goes on."""

    review: ReviewView
    session: SessionView
