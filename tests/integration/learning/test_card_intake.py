"""Cards that another program knew better: their words are being learnt, and no review of ours counts twice."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import msgspec
import pytest

from shared.learning.card_intake import IncomingCard, PastReview, take_in_cards
from shared.learning.cards import make_cards
from shared.learning.scheduling import Memory
from tests.support.api import NOW
from tests.support.jobs import Engine
from tests.support.people import new_person
from tests.support.studying import in_bank, new_pair, reviewed

LAST = NOW + timedelta(days=1)
MEMORY = Memory(state=2, stability=9.0, difficulty=5.0, due=LAST + timedelta(days=9), last_review=LAST, reviews=2)


class Deck(msgspec.Struct, frozen=True):
    """A learner with a card that was answered here once, with the clock's microseconds."""

    engine: Engine
    id: UUID
    pair: UUID
    entry: UUID

    def bring(self) -> None:
        """The card comes back with what another program kept: our review, and one that it saw itself."""
        reviews = tuple(_review(at) for at in (NOW.replace(microsecond=123_000), LAST))
        card = IncomingCard(entry_id=self.entry, direction="recognition", memory=MEMORY, reviews=reviews)
        with self.engine.connection.transaction():
            take_in_cards(self.engine.connection, self.id, self.pair, [card])


def _review(at: datetime) -> PastReview:
    return PastReview(id=uuid4(), rating=3, reviewed_at=at, duration_ms=None, state_before=0)


@pytest.fixture
def deck(engine: Engine) -> Deck:
    owner = new_person(engine.connection, "lea").id
    pair = new_pair(engine.connection, owner)
    entry = in_bank(engine.connection, owner, pair, "Haus")
    (card,) = make_cards(engine.connection, owner, [entry], ["recognition"])
    reviewed(engine.connection, owner, card, NOW.replace(microsecond=123_456), state_before=0)
    return Deck(engine, owner, pair, entry)


def test_a_review_that_comes_back_counts_once(deck: Deck) -> None:
    deck.bring()
    rows = deck.engine.connection.execute("SELECT source FROM reviews ORDER BY reviewed_at").fetchall()
    assert [row["source"] for row in rows] == ["app", "import"]


def test_the_word_of_a_card_with_a_memory_is_being_learnt(deck: Deck) -> None:
    deck.bring()
    assert deck.engine.connection.execute("SELECT status FROM word_bank").fetchall() == [{"status": "learning"}]
