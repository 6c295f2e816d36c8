"""What learners answered: events that count once, in whatever order and in however many batches they arrive.

A card's memory is always the fold over its reviews by the moment at which they happened. A review later than all
others is put on top; one that came late, or that is undone, makes the whole log be told again.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec

from shared.db.session import Connection
from shared.learning import review_rows as rows
from shared.learning.review_rows import StoredCard
from shared.learning.scheduling import Fsrs, Memory, Review, fsrs_of, retold
from shared.learning.settings_rows import study_settings

MOST_EVENTS = 1000  # of one call
AHEAD = timedelta(minutes=5)  # that a client's clock may be ahead of ours
Source = Literal["app", "offline"]
Suspended = Literal["asked", "leech"]
Verdict = Literal["accepted", "duplicate", "conflict", "unknown_card", "in_future"]
"""`conflict`: another event has this id already, and what it says is kept."""


class ReviewEvent(Review, frozen=True, kw_only=True):
    """An answer as a client tells of it. Its id is made by the client, so that it counts once."""

    card_id: UUID
    duration_ms: int | None = None
    source: Source = "app"


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """What became of an event."""

    id: UUID
    card_id: UUID
    verdict: Verdict


class CardNow(msgspec.Struct, frozen=True, kw_only=True):
    """A card after its reviews."""

    id: UUID
    memory: Memory
    suspended: Suspended | None


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a batch."""

    judged: list[Judged]
    """One an event, in their order."""
    cards: list[CardNow]
    """Of all events whose card is known, in the order of their ids."""
    leeches: list[UUID]
    """Cards that were suspended because of these events: they were forgotten too often."""


class ReviewNotFoundError(LookupError):
    """There is no such review of this learner."""


class ReviewNotUndoableError(ValueError):
    """It is not the last review of its card, or was made elsewhere and imported."""


def record(connection: Connection, owner_id: UUID, events: Sequence[ReviewEvent], *, now: datetime) -> Recorded:
    """Write events down and bring their cards up to date. One transaction: all of it or nothing.

    Args:
        connection: To Postgres.
        owner_id: Whose cards they are about.
        events: At most `MOST_EVENTS`; the first of two with one id counts.
        now: Our clock, for telling what cannot have happened yet.
    """
    with connection.transaction():
        cards = rows.locked_cards(connection, owner_id, {event.card_id for event in events})
        possible = [event for event in events if event.card_id in cards and event.reviewed_at <= now + AHEAD]
        accepted = _insert(connection, owner_id, possible)
        known = {} if len(accepted) == len(events) else _known(connection, owner_id, possible)
        after = _brought_up_to_date(connection, owner_id, cards, accepted.values())
        touched = [cards[card_id] for card_id in after]
        rows.begin_entries(connection, owner_id, touched, now)
    leeches = [card.id for card in touched if after[card.id].suspended == "leech" != card.suspended]
    unchanged = {card.id: _as_it_was(card) for card in cards.values()}
    return Recorded(
        judged=_judged(events, cards, accepted, known, now),
        cards=list({**unchanged, **after}.values()),
        leeches=leeches,
    )


def undo(connection: Connection, owner_id: UUID, review_id: UUID, *, now: datetime) -> CardNow:
    """Take back the last review of a card. Done twice it is done once. One transaction.

    Raises:
        ReviewNotFoundError: No such review of this learner.
        ReviewNotUndoableError: Another one came after it, or it was imported.
    """
    with connection.transaction():
        found = connection.execute(_CARD_OF, (owner_id, review_id)).fetchone()
        if found is None:
            raise ReviewNotFoundError(review_id)
        cards = rows.locked_cards(connection, owner_id, [found["card_id"]])
        if not cards:
            raise ReviewNotFoundError(review_id)  # deleted in this very moment
        (card,) = cards.values()
        if connection.execute(_UNDONE, (owner_id, review_id)).fetchone() is not None:
            return _as_it_was(card)
        if connection.execute(_UNDO, (owner_id, review_id, card.id, now)).rowcount == 0:
            raise ReviewNotUndoableError(review_id)
        return _told_again(connection, owner_id, [card])[card.id]


_CARD_OF = "SELECT card_id FROM reviews WHERE owner_id = $1 AND id = $2"
_UNDONE = "SELECT FROM reviews WHERE owner_id = $1 AND id = $2 AND undone_at IS NOT NULL"
_UNDO = (
    "UPDATE reviews SET undone_at = $4 WHERE owner_id = $1 AND id = $2 AND source <> 'import' AND id ="
    " (SELECT id FROM reviews WHERE owner_id = $1 AND card_id = $3 AND undone_at IS NULL"
    " ORDER BY reviewed_at DESC, id DESC LIMIT 1)"
)


def tell_again(connection: Connection, owner_id: UUID, card_ids: Collection[UUID]) -> list[CardNow]:
    """Replay all reviews of these cards: after other weights were fitted, or reviews imported. In a transaction."""
    cards = rows.locked_cards(connection, owner_id, card_ids)
    return list(_told_again(connection, owner_id, list(cards.values())).values())


def _insert(connection: Connection, owner_id: UUID, events: Sequence[ReviewEvent]) -> dict[UUID, ReviewEvent]:
    """The events that were not there yet, by their ids. In the order of ids, so that two batches cannot deadlock."""
    first: dict[UUID, ReviewEvent] = {}
    for event in events:
        first.setdefault(event.id, event)
    ordered = [first[event_id] for event_id in sorted(first)]
    columns = (
        [event.id for event in ordered],
        [event.card_id for event in ordered],
        [event.rating for event in ordered],
        [event.reviewed_at for event in ordered],
        [event.duration_ms for event in ordered],
        [event.source for event in ordered],
    )
    return {row["id"]: first[row["id"]] for row in connection.execute(rows.INSERT_REVIEWS, (owner_id, *columns))}


def _known(connection: Connection, owner_id: UUID, events: Sequence[ReviewEvent]) -> dict[UUID, tuple[object, ...]]:
    """What is stored under the ids of these events."""
    found = connection.execute(rows.KNOWN, (owner_id, [event.id for event in events]))
    return {row["id"]: (row["card_id"], row["rating"], row["reviewed_at"], row["duration_ms"]) for row in found}


def _judged(
    events: Sequence[ReviewEvent],
    cards: Collection[UUID],
    accepted: dict[UUID, ReviewEvent],
    known: dict[UUID, tuple[object, ...]],
    now: datetime,
) -> list[Judged]:
    return [
        Judged(id=event.id, card_id=event.card_id, verdict=_verdict(event, cards, accepted, known, now))
        for event in events
    ]


def _verdict(
    event: ReviewEvent,
    cards: Collection[UUID],
    accepted: dict[UUID, ReviewEvent],
    known: dict[UUID, tuple[object, ...]],
    now: datetime,
) -> Verdict:
    if event.card_id not in cards:
        return "unknown_card"
    if event.reviewed_at > now + AHEAD:
        return "in_future"
    if accepted.get(event.id) is event:
        return "accepted"
    said = (event.card_id, event.rating, event.reviewed_at, event.duration_ms)
    return "duplicate" if known.get(event.id) == said else "conflict"


def _brought_up_to_date(
    connection: Connection, owner_id: UUID, cards: dict[UUID, StoredCard], events: Collection[ReviewEvent]
) -> dict[UUID, CardNow]:
    """Put new events on top of their cards' memories, or tell the whole log again if one of them came late."""
    by_card = defaultdict[UUID, list[ReviewEvent]](list)
    for event in events:
        by_card[event.card_id].append(event)
    late = [cards[card_id] for card_id, new in by_card.items() if _came_late(cards[card_id], new)]
    told = _told_again(connection, owner_id, late)
    on_top = {card_id: new for card_id, new in by_card.items() if card_id not in told}
    return told | _put_on_top(connection, owner_id, cards, on_top)


def _came_late(card: StoredCard, events: Sequence[Review]) -> bool:
    last = card.memory.last_review
    return last is not None and min(event.reviewed_at for event in events) <= last


def _put_on_top(
    connection: Connection, owner_id: UUID, cards: dict[UUID, StoredCard], events: dict[UUID, list[ReviewEvent]]
) -> dict[UUID, CardNow]:
    fsrs, leech_lapses = _rules(connection, owner_id)
    after: dict[UUID, CardNow] = {}
    states: dict[UUID, int] = {}
    for card_id, new in events.items():
        memory, before = retold(cards[card_id].memory, new, card_id, fsrs)
        states |= {review_id: state for review_id, state in before.items() if state}
        after[card_id] = _now(cards[card_id], memory, leech_lapses)
    return _written(connection, owner_id, after, states)


def _told_again(connection: Connection, owner_id: UUID, cards: Sequence[StoredCard]) -> dict[UUID, CardNow]:
    if not cards:
        return {}
    fsrs, leech_lapses = _rules(connection, owner_id)
    logs = rows.logs(connection, owner_id, [card.id for card in cards])
    after: dict[UUID, CardNow] = {}
    states: dict[UUID, int] = {}
    for card in cards:
        memory, before = retold(card.base, logs[card.id], card.id, fsrs)
        states |= {each.id: before[each.id] for each in logs[card.id] if before[each.id] != each.state_before}
        after[card.id] = _now(card, memory, leech_lapses)
    return _written(connection, owner_id, after, states)


def _rules(connection: Connection, owner_id: UUID) -> tuple[Fsrs, int]:
    settings = study_settings(connection, owner_id)
    return fsrs_of(settings), settings.leech_lapses


def _written(
    connection: Connection, owner_id: UUID, after: dict[UUID, CardNow], states: dict[UUID, int]
) -> dict[UUID, CardNow]:
    rows.write_states(connection, owner_id, states)
    rows.write_cards(connection, owner_id, [(card.id, card.memory, card.suspended) for card in after.values()])
    return after


def _now(card: StoredCard, memory: Memory, leech_lapses: int) -> CardNow:
    return CardNow(id=card.id, memory=memory, suspended=_suspended(card, memory, leech_lapses))


def _suspended(card: StoredCard, memory: Memory, leech_lapses: int) -> Suspended | None:
    """A leech is one by its log alone, whatever the order in which that came; until the learner takes it up again."""
    if card.suspended == "asked":
        return "asked"
    if memory.lapses < leech_lapses:
        return None
    return "leech" if card.suspended == "leech" or memory.lapses > card.memory.lapses else None


def _as_it_was(card: StoredCard) -> CardNow:
    return CardNow(id=card.id, memory=card.memory, suspended=card.suspended)  # type: ignore[arg-type]
