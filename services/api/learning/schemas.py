"""What clients tell of their reviews, and what they see of cards, days and settings."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from shared.learning.reviews import MOST_EVENTS, Verdict
from shared.learning.scheduling import CardState, Direction, Grade

Moment = Annotated[datetime, Meta(tz=True)]
Kind = Literal["learning", "review", "new"]
MOST_DURATION = 3_600_000
"""Milliseconds for one card: an hour."""


class ReviewOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One answer."""

    id: Annotated[UUID, Meta(description="Made by the client; an answer that is sent again counts once.")]
    card_id: UUID
    rating: Grade
    reviewed_at: Annotated[Moment, Meta(description="When it was given, with an offset from UTC.")]
    duration_ms: Annotated[int, Meta(ge=0, le=MOST_DURATION)] | None = None


class SyncOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Answers that were given offline."""

    reviews: Annotated[list[ReviewOrder], Meta(min_length=1, max_length=MOST_EVENTS, description="In any order.")]


class CardSchedule(msgspec.Struct, frozen=True, kw_only=True):
    """How well a card is remembered, and when it is asked again."""

    state: CardState
    stability: Annotated[float | None, Meta(description="Days after which it is remembered with 0.9.")]
    difficulty: Annotated[float | None, Meta(description="1 to 10.")]
    due: datetime
    last_review: datetime | None
    reviews: int
    lapses: Annotated[int, Meta(description="How often it was forgotten after it had been learnt.")]
    leech: Annotated[bool, Meta(description="Suspended because it was forgotten too often.")]


class ScheduledCard(msgspec.Struct, frozen=True, kw_only=True):
    """A card after a review."""

    id: UUID
    schedule: CardSchedule


class ReviewView(msgspec.Struct, frozen=True, kw_only=True):
    """What became of an answer."""

    id: UUID
    verdict: Annotated[Verdict, Meta(description="`duplicate` if it was there already.")]
    card: ScheduledCard
    became_leech: bool


class VerdictView(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one of many answers."""

    id: UUID
    card_id: UUID
    verdict: Annotated[Verdict, Meta(description="`conflict`: another answer has this id, and it is kept.")]


class SyncCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How many answers had which verdict."""

    accepted: int = 0
    duplicate: int = 0
    conflict: int = 0
    unknown_card: int = 0
    in_future: int = 0


class SyncReport(msgspec.Struct, frozen=True, kw_only=True):
    """What became of many answers."""

    counts: SyncCounts
    results: Annotated[list[VerdictView], Meta(description="One an answer, in their order.")]
    cards: Annotated[list[ScheduledCard], Meta(description="All known cards that were named, as they are now.")]
    leeches: Annotated[list[UUID], Meta(description="Cards that these answers have suspended.")]


class SettingsOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How somebody wants to study."""

    desired_retention: Annotated[float, Meta(ge=0.7, le=0.99)]
    new_per_day: Annotated[int, Meta(ge=0, le=9999)]
    reviews_per_day: Annotated[int, Meta(ge=0, le=9999)]
    day_starts_at: Annotated[int, Meta(ge=0, le=23, description="The hour at which a day begins.")]
    time_zone: Annotated[str, Meta(min_length=1, max_length=64, description="IANA name.", examples=["Europe/Berlin"])]
    leech_lapses: Annotated[int, Meta(ge=1, le=99, description="Lapses after which a card is suspended.")]
    load_balance: Annotated[
        bool,
        Meta(
            description="Spread intervals of three days and more over the days around FSRS's own; without it every "
            "card is due exactly when FSRS says."
        ),
    ] = True


class SettingsView(msgspec.Struct, frozen=True, kw_only=True):
    """How somebody studies."""

    desired_retention: float
    new_per_day: int
    reviews_per_day: int
    day_starts_at: int
    time_zone: str
    leech_lapses: int
    load_balance: Annotated[bool, Meta(description="Intervals are spread over the days around FSRS's own.")]
    fitted: Annotated[bool, Meta(description="The weights were fitted to the learner's own reviews.")]


class WordFace(msgspec.Struct, frozen=True, kw_only=True):
    """The word of a card."""

    id: UUID
    lemma: str
    pos: str
    article: str | None
    plural: str | None
    reading: str | None
    translations: Annotated[list[str], Meta(description="Into the pair's native language.")]


class SentenceFace(msgspec.Struct, frozen=True, kw_only=True):
    """The sentence of a card."""

    id: UUID
    text: str
    translations: list[str]


class CardView(msgspec.Struct, frozen=True, kw_only=True):
    """A card: a word or a sentence in one direction, and its schedule."""

    id: UUID
    pair_id: UUID
    entry_id: Annotated[UUID | None, Meta(description="The entry of the word bank, of a word's card.")]
    direction: Direction
    word: WordFace | None
    sentence: SentenceFace | None
    schedule: CardSchedule
    created_at: datetime


class QueuedCard(msgspec.Struct, frozen=True, kw_only=True):
    """A card to be asked, and why."""

    kind: Kind
    card: CardView


class DueCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How many cards are to be asked now."""

    learning: int
    review: int
    new: int
    new_left: Annotated[int, Meta(description="New cards that today's limit still allows.")]
    reviews_left: int


class QueueView(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be asked now, in this order."""

    pair_id: UUID
    day: Annotated[date, Meta(description="The learner's day.")]
    counts: DueCounts
    cards: list[QueuedCard]


class StateCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Cards by the state that is shown of them."""

    new: int = 0
    learning: int = 0
    review: int = 0
    mature: int = 0
    suspended: int = 0


class StatsView(msgspec.Struct, frozen=True, kw_only=True):
    """How somebody has studied in the last days."""

    days: int
    reviews: int
    accuracy: Annotated[float | None, Meta(description="Share of answers other than `again`; null without any.")]
    true_retention: Annotated[float | None, Meta(description="The same of cards that had been learnt before.")]
    duration_ms: int
    reviews_today: int
    streak: Annotated[int, Meta(description="The learner's days in a row; one without answers yet today counts on.")]
    cards: StateCounts


class ForecastDay(msgspec.Struct, frozen=True, kw_only=True):
    """How many cards become due on a day."""

    day: date
    due: int


class ForecastView(msgspec.Struct, frozen=True, kw_only=True):
    """How many cards become due, if nothing is answered before; the first day has what is overdue too."""

    days: list[ForecastDay]


class Sm2View(msgspec.Struct, frozen=True, kw_only=True):
    """A card as SM-2 would describe it: computed from FSRS, schedules nothing."""

    card_id: UUID
    ease: Annotated[float, Meta(description="By which `good` at the due moment multiplies stability; at least 1.3.")]
    interval_days: int
    state: CardState
    due: datetime
    repetitions: int
    lapses: int
