"""One of everything that is learnt and has an id: makers for `possessions.py`."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from shared.jobs.ids import uuid7
from shared.learning.bank import add_entry
from shared.learning.cards import make_cards
from shared.learning.model import NewEntry
from shared.learning.reviews import ReviewEvent, record
from tests.support.jobs import Engine

PAIR = """
INSERT INTO language_pairs (id, owner_id, language, native_language, active) VALUES ($1, $2, 'de', 'en', true)
ON CONFLICT (owner_id, language, native_language) DO UPDATE SET active = true RETURNING id
"""
SESSION = """
INSERT INTO study_sessions (id, owner_id, pair_id, cards)
SELECT $1, owner_id, pair_id, ARRAY[id] FROM cards WHERE id = $2
"""
FREEZE = "INSERT INTO freeze_days (owner_id, day) VALUES ($1, $2) ON CONFLICT DO NOTHING"
NAME = "UPDATE cards SET id = $2 WHERE id = $1"
REVIEWED_AT = datetime(2026, 2, 28, tzinfo=UTC)
ANSWERED_CARD = UUID("00000000-0000-4000-8000-00000000ca4d")
"""The card of `answerable_session`: the body of a row is the same for all."""
EVENT: dict[str, object] = {
    "id": "00000000-0000-4000-8000-0000000000e1",
    "rating": "good",
    "reviewed_at": REVIEWED_AT.isoformat(),
}
ANSWER: dict[str, object] = {**EVENT, "card_id": str(ANSWERED_CARD)}


def card(engine: Engine, owner: UUID) -> str:
    """A card that was not answered yet."""
    pair = engine.connection.execute(PAIR, (uuid4(), owner)).fetchone()
    assert pair is not None
    entry = add_entry(engine.connection, owner, pair["id"], NewEntry(lemma=f"Mein {uuid4().hex}"))
    (card_id,) = make_cards(engine.connection, owner, [entry.id], ["recognition"])
    return str(card_id)


def review(engine: Engine, owner: UUID) -> str:
    """The last answer to a card."""
    event = ReviewEvent(id=uuid4(), card_id=UUID(card(engine, owner)), rating=3, reviewed_at=REVIEWED_AT)
    record(engine.connection, owner, [event], now=REVIEWED_AT)
    return str(event.id)


def freeze_day(engine: Engine, owner: UUID) -> str:
    """A day of the learner's; everybody has the same days, and freezes their own."""
    day = REVIEWED_AT.date()
    engine.connection.execute(FREEZE, (owner, day))
    return day.isoformat()


def session(engine: Engine, owner: UUID) -> str:
    """A sitting with one card."""
    return _session(engine, UUID(card(engine, owner)))


def answerable_session(engine: Engine, owner: UUID) -> str:
    """A sitting with `ANSWERED_CARD`."""
    engine.connection.execute(NAME, (UUID(card(engine, owner)), ANSWERED_CARD))
    return _session(engine, ANSWERED_CARD)


def _session(engine: Engine, card_id: UUID) -> str:
    session_id = uuid7()
    engine.connection.execute(SESSION, (session_id, card_id))
    return str(session_id)
