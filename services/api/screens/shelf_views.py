"""Rows of packs and of the word bank as screens show them. Pure."""

from datetime import datetime
from uuid import UUID

import msgspec

from services.api.database import Row
from services.api.screens.learner_schemas import BankEntry, CardOfEntry, PackCard
from shared.learning.scheduling import CardState, Direction, Memory, shown_state
from shared.lexicon.kana import latin_word

PLAIN = (
    "id", "word_id", "lemma", "pos", "sense", "article", "plural", "reading", "level", "status", "note", "article_id",
    "created_at",
)  # fmt: skip
"""Columns of an entry that are shown as they are."""


class _Card(msgspec.Struct, frozen=True):
    id: UUID
    direction: Direction
    state: int
    stability: float | None
    suspended: bool
    due: datetime


def pack_card(row: Row, native_language: str) -> PackCard:
    """A pack on the learner's own language."""
    title, description = (msgspec.json.decode(row[name], type=dict[str, str]) for name in ("title", "description"))
    return PackCard(
        id=row["id"],
        level=row["level"],
        title=_told(title, native_language),
        description=_told(description, native_language),
        words=row["words"],
        in_bank=row["in_bank"],
    )


def bank_entry(row: Row) -> BankEntry:
    """An entry with its word's translations and its cards."""
    return BankEntry(
        **{name: row[name] for name in PLAIN},
        romanised=latin_word(row["reading"], row["lemma"], row["pos"]),
        translations=strings(row["translations"]),
        cards=_cards(row["cards"]),
    )


def strings(document: bytes | None) -> list[str]:
    """A JSON column with texts; none if it is null."""
    return [] if document is None else msgspec.json.decode(document, type=list[str])


def _told(by_language: dict[str, str], language: str) -> str:
    """In this language, else in English, else in any."""
    return by_language.get(language) or by_language.get("en") or next(iter(by_language.values()), "")


def _cards(document: bytes | None) -> list[CardOfEntry]:
    cards = [] if document is None else msgspec.json.decode(document, type=list[_Card])
    return [CardOfEntry(id=card.id, direction=card.direction, state=_state(card), due=card.due) for card in cards]


def _state(card: _Card) -> CardState:
    return shown_state(Memory(state=card.state, stability=card.stability, due=card.due), suspended=card.suspended)
