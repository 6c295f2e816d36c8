"""Entries of the word bank as learners see them. Pure."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from services.api.vocab.queries import EntryRow, word_view
from services.api.vocab.schemas import CardView, EntryDetailView, EntryView, MeetingView, WordView
from shared.learning.model import Meeting
from shared.learning.scheduling import Direction, Memory, shown_state


class _Card(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    direction: Direction
    state: int
    stability: float | None
    due: datetime
    suspended: bool


_meeting = msgspec.json.Decoder(Meeting).decode
_cards = msgspec.json.Decoder(list[_Card]).decode


def entry_url(entry_id: UUID) -> str:
    """Where an entry is read."""
    return f"/api/vocab/entries/{entry_id}"


def entry_view(row: EntryRow) -> EntryView:
    """The entry as in a list."""
    return EntryView(**_members(row))


def entry_detail(row: EntryRow, candidates: Sequence[WordView]) -> EntryDetailView:
    """The entry with what it may mean."""
    return EntryDetailView(**_members(row), candidates=list(candidates))


def _members(row: EntryRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "pair_id": row.pair_id,
        "language": row.language,
        "lemma": row.lemma,
        "pos": row.pos,
        "status": row.status,
        "note": row.note,
        "word": None if row.word is None else word_view(row.word),
        "met": None if row.met is None else _met(_meeting(row.met), row.article_id),
        "cards": [_card(card) for card in _cards(row.cards or b"[]")],
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }


def _met(meeting: Meeting, article_id: UUID | None) -> MeetingView:
    return MeetingView(
        article_id=article_id,
        surface=meeting.surface,
        context=meeting.context,
        translation=meeting.translation,
        sentence=meeting.sentence,
        start=meeting.start,
    )


def _card(card: _Card) -> CardView:
    memory = Memory(state=card.state, stability=card.stability, due=card.due)
    state = shown_state(memory, suspended=card.suspended)
    return CardView(id=card.id, direction=card.direction, state=state, due=card.due)
