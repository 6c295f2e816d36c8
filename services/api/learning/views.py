"""Turns what is known of cards and reviews into what clients see. Pure."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import msgspec

from services.api.learning.schemas import (
    CardSchedule,
    CardView,
    ReviewOrder,
    ReviewView,
    ScheduledCard,
    SentenceFace,
    SettingsView,
    SyncCounts,
    SyncReport,
    VerdictView,
    WordFace,
)
from shared.learning.reviews import CardNow, Recorded, ReviewEvent, Source
from shared.learning.scheduling import RATINGS, Memory, shown_state
from shared.learning.settings import StudySettings

_texts = msgspec.json.Decoder(list[str]).decode


def event_of(order: ReviewOrder, source: Source) -> ReviewEvent:
    """The answer as the scheduler takes it."""
    return ReviewEvent(
        id=order.id,
        card_id=order.card_id,
        rating=int(RATINGS[order.rating]),
        reviewed_at=order.reviewed_at,
        duration_ms=order.duration_ms,
        source=source,
    )


def scheduled_card(card: CardNow) -> ScheduledCard:
    """A card after its reviews."""
    return ScheduledCard(id=card.id, schedule=schedule_of(card.memory, card.suspended))


def schedule_of(memory: Memory, suspended: str | None) -> CardSchedule:
    """What a learner sees of a card's memory."""
    return CardSchedule(
        state=shown_state(memory, suspended=suspended is not None),
        stability=memory.stability,
        difficulty=memory.difficulty,
        due=memory.due,
        last_review=memory.last_review,
        reviews=memory.reviews,
        lapses=memory.lapses,
        leech=suspended == "leech",
    )


def review_view(recorded: Recorded) -> ReviewView:
    """The report about one answer whose card is known."""
    (judged,), (card,) = recorded.judged, recorded.cards
    return ReviewView(
        id=judged.id, verdict=judged.verdict, card=scheduled_card(card), became_leech=bool(recorded.leeches)
    )


def sync_report(recorded: Recorded) -> SyncReport:
    """The report about many."""
    counts = Counter[str](judged.verdict for judged in recorded.judged)
    return SyncReport(
        counts=SyncCounts(**counts),
        results=[
            VerdictView(id=judged.id, card_id=judged.card_id, verdict=judged.verdict) for judged in recorded.judged
        ],
        cards=[scheduled_card(card) for card in recorded.cards],
        leeches=recorded.leeches,
    )


def settings_view(settings: StudySettings) -> SettingsView:
    """The settings as clients see them."""
    plain = {name: getattr(settings, name) for name in SettingsView.__struct_fields__ if name != "fitted"}
    return SettingsView(**plain, fitted=settings.weights is not None)


def memory_of(row: Mapping[str, Any]) -> Memory:
    """A card's memory, from its columns."""
    return Memory(**{name: row[name] for name in Memory.__struct_fields__})


def card_view(row: Mapping[str, Any]) -> CardView:
    """A row of `cards.py` as clients see it."""
    return CardView(
        id=row["id"],
        pair_id=row["pair_id"],
        entry_id=row["entry_id"],
        direction=row["direction"],
        word=_word(row) if row["word_id"] is not None else None,
        sentence=_sentence(row) if row["sentence_id"] is not None else None,
        schedule=schedule_of(memory_of(row), row["suspended"]),
        created_at=row["created_at"],
    )


def _word(row: Mapping[str, Any]) -> WordFace:
    return WordFace(
        id=row["word_id"],
        lemma=row["lemma"],
        pos=row["pos"],
        article=row["article"],
        plural=row["plural"],
        reading=row["reading"],
        translations=_texts(row["translations"] or b"[]"),
    )


def _sentence(row: Mapping[str, Any]) -> SentenceFace:
    return SentenceFace(id=row["sentence_id"], text=row["text"], translations=row["sentence_translations"])
