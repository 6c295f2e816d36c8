"""What one learner does changes and shows nothing of another's."""

from datetime import timedelta
from uuid import UUID, uuid4

import msgspec
import pytest

from shared.db.session import Connection
from shared.learning.fitting import answers
from shared.learning.pairs import activate_pair
from shared.learning.queue import TODAY, queue_arguments
from shared.learning.reviews import ReviewEvent, record
from shared.learning.settings import StudySettings
from tests.support.api import NOW
from tests.support.jobs import Engine
from tests.support.people import new_person
from tests.support.studying import in_bank, new_pair, reviewed, with_card

HOUR = timedelta(hours=1)


class Learner(msgspec.Struct, frozen=True):
    """Somebody with a pair."""

    connection: Connection
    id: UUID
    pair: UUID

    def card(self, lemma: str = "Haus") -> UUID:
        """A new card."""
        return with_card(self.connection, self.id, self.pair, lemma)

    def asked(self) -> list[UUID]:
        """What is to be asked of somebody who learns one new word a day."""
        arguments = queue_arguments(self.id, self.pair, StudySettings(new_per_day=1), NOW)
        return [row["id"] for row in self.connection.execute(TODAY, (*arguments, 20))]

    def verdict(self, event: ReviewEvent) -> str:
        """What becomes of an answer."""
        (judged,) = record(self.connection, self.id, [event], now=NOW).judged
        return judged.verdict


@pytest.fixture
def learners(engine: Engine) -> tuple[Learner, Learner]:
    ids = [new_person(engine.connection, name).id for name in ("lea", "tom")]
    lea, tom = (Learner(engine.connection, owner, new_pair(engine.connection, owner)) for owner in ids)
    return lea, tom


def test_answers_of_others_leave_the_day_as_it_is(learners: tuple[Learner, Learner]) -> None:
    lea, tom = learners
    card = lea.card()
    reviewed(tom.connection, tom.id, tom.card(), NOW - HOUR, state_before=0)
    assert lea.asked() == [card]
    reviewed(lea.connection, lea.id, lea.card("Hund"), NOW - HOUR, state_before=0)
    assert lea.asked() == []


def test_one_id_is_an_answer_of_each(learners: tuple[Learner, Learner]) -> None:
    event_id = uuid4()
    events = [
        (learner, ReviewEvent(id=event_id, card_id=learner.card(), rating=3, reviewed_at=NOW)) for learner in learners
    ]
    assert [learner.verdict(event) for learner, event in events] == ["accepted", "accepted"]
    assert [learner.verdict(event) for learner, event in events] == ["duplicate", "duplicate"]


def test_a_scheduler_is_fitted_to_ones_own_answers_that_still_count(learners: tuple[Learner, Learner]) -> None:
    lea, tom = learners
    mine, theirs = lea.card(), tom.card()
    reviewed(lea.connection, lea.id, mine, NOW)
    undone = reviewed(lea.connection, lea.id, mine, NOW + HOUR)
    lea.connection.execute("UPDATE reviews SET undone_at = $1 WHERE id = $2", (NOW, undone))
    reviewed(tom.connection, tom.id, theirs, NOW)
    assert [(each.card_id, each.reviewed_at) for each in answers(lea.connection, lea.id)] == [(mine, NOW)]


def test_another_active_pair_is_ones_own_affair(learners: tuple[Learner, Learner]) -> None:
    lea, tom = learners
    french = new_pair(lea.connection, lea.id, "fr", active=False)
    with lea.connection.transaction():
        activate_pair(lea.connection, lea.id, french)
    active = {row["id"] for row in lea.connection.execute("SELECT id FROM language_pairs WHERE active")}
    assert active == {french, tom.pair}


@pytest.mark.parametrize("status", ["known", "ignored", "suspended"])
def test_an_answer_begins_new_words_only(learners: tuple[Learner, Learner], status: str) -> None:
    lea, _ = learners
    card, entry = lea.card(), in_bank(lea.connection, lea.id, lea.pair, "Haus")
    lea.connection.execute("UPDATE word_bank SET status = $1 WHERE id = $2", (status, entry))
    assert lea.verdict(ReviewEvent(id=uuid4(), card_id=card, rating=3, reviewed_at=NOW)) == "accepted"
    assert lea.connection.execute("SELECT status FROM word_bank").fetchall() == [{"status": status}]
